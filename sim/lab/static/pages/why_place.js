// Redrawing without losing one's place, and faults in words.

import { h } from "../dom.js";

/** Redraw, then put the focus and the opened parts back by their ids. */
export function keepPlace(place, redraw) {
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...place.querySelectorAll("details[open][id]")].map((d) => d.id);
  redraw();
  for (const id of open) { const found = document.getElementById(id); if (found) found.open = true; }
  if (focused) document.getElementById(focused)?.focus();
}

/** The fault above what is shown; the last good result stays. */
export function fault(place, words, again) {
  place.querySelector(".banner")?.remove();
  const line = h("p", { class: "banner", role: "alert" }, words, " ", h("button", { onclick: () => { line.remove(); again(); } }, "Try again"));
  place.prepend(line);
}
