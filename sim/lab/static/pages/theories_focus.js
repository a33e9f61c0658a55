// Redrawing a place without taking the keyboard's focus away from whoever is in it.

const CAN_FOCUS = "a[href], button, input, select, textarea, summary, [tabindex]";

/** Do `work`, which redraws a place, and give the focus back to the element that stands where the old one stood. */
export function keepFocus(place, work) {
  const before = [...place.querySelectorAll(CAN_FOCUS)], had = before.indexOf(document.activeElement);
  const id = had >= 0 ? before[had].id : "";
  work();
  if (had < 0 || place.contains(document.activeElement)) return;
  const after = [...place.querySelectorAll(CAN_FOCUS)];
  (after.find((e) => id && e.id === id) ?? after[had])?.focus();
}
