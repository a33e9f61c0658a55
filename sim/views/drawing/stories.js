// Typical stories: what happened in at least half of a story's runs, placed in time, the larger the dot the more runs.

import { h, s } from "./dom.js";
import { scale, years } from "./draw.js";
import { shortMonth } from "./words.js";

const along = (months) => scale([0, months.length - 1], [8, 212]);
const dotOf = (what) => (/let go|fight$/.test(what) ? "lost" : /allied again/.test(what) ? "made" : "other");

/** A dot at its month; its area is the share. Words stand in the row beside it. */
function track(months, { what, month, share }) {
  const x = along(months);
  return s("svg", { viewBox: "0 0 220 18", class: "track", "aria-hidden": "true" },
    s("line", { x1: 8, x2: 212, y1: 9, y2: 9, class: "grid" }),
    s("circle", { cx: x(month), cy: 9, r: 7 * Math.sqrt(share), class: `dot ${dotOf(what)}` }));
}

/** Years above such rows. */
function trackAxis(months) {
  const x = along(months);
  return s("svg", { viewBox: "0 0 220 18", class: "track chart", "aria-hidden": "true" },
    years(months, 4).map(([t, year]) => [s("line", { x1: x(t), x2: x(t), y1: 14, y2: 18, class: "axis" }), s("text", { x: Math.max(14, x(t)), y: 11, class: "tick mid", text: year })]));
}

/** A story as a table. steps: [{what, month (a median), share}]. */
export function storyTable(steps, months) {
  const date = (month) => months[Math.min(months.length - 1, Math.round(month))];
  return h("table", { class: "story" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col", text: "what happened" }), h("th", { scope: "col", class: "when" }, h("span", { class: "unseen", text: "place in time" }), trackAxis(months)), h("th", { scope: "col", text: "month" }), h("th", { scope: "col", class: "number", text: "runs" }))),
    h("tbody", {}, steps.map((row) => h("tr", {}, h("td", { text: row.what }), h("td", { class: "when" }, track(months, row)), h("td", { class: "month", text: shortMonth(date(row.month)) }), h("td", { class: "number", text: `${Math.round(100 * row.share)} %` })))));
}
