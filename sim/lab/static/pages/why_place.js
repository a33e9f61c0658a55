// Redrawing without losing one's place, wide tables, faults in words.

import { h } from "/drawing/dom.js";
import { faultLine } from "../fault.js";

/** Redraw, then put the focus and the opened parts back by their ids. */
export function keepPlace(place, redraw) {
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...place.querySelectorAll("details[open][id]")].map((d) => d.id);
  redraw();
  for (const id of open) { const found = document.getElementById(id); if (found) found.open = true; }
  if (focused) document.getElementById(focused)?.focus();
}

/** A table that scrolls by itself where it is too wide, and is then reached by keyboard. */
export function wide(label, ...children) {
  const box = h("div", { class: "scroll", role: "group", "aria-label": label }, children);
  new ResizeObserver(() => { if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; else box.removeAttribute("tabindex"); }).observe(box);
  return box;
}

/** The fault above what is shown; the last good result stays. */
export function fault(place, error, again) {
  place.querySelector(".banner")?.remove();
  const line = faultLine(error, () => { line.remove(); again(); });
  place.prepend(line);
}
