// What went wrong, in words, and what can be done about it.

import { h } from "/drawing/dom.js";
import { canUndo, reset, undo } from "./state.js";

const REFUSED = 422;

/** The button that helps: settings that do not fit bring the same answer again, so the last change is taken back; else it is tried again. */
export function wayOut(error, again, attributes = {}) {
  if (error.status !== REFUSED) return h("button", { ...attributes, onclick: again }, "Try again");
  return canUndo() ? h("button", { ...attributes, onclick: undo }, "Take the last change back") : h("button", { ...attributes, onclick: reset }, "Start anew");
}

/** A line that says so, with that button. */
export function faultLine(error, again, attributes = {}) {
  return h("p", { class: "banner", role: "alert", ...attributes }, error.message, " ", wayOut(error, again));
}
