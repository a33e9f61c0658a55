// The alliance by month: share of runs in which it is alive, with the wedge and without it.

import { lineChart } from "./draw.js";

export const ALIVE_KEYS = [{ css: "wedge", label: "with the wedge" }, { css: "baseline", dashed: true, label: "without" }];

/** The band of a paired difference around a curve: laid on the baseline, kept within what a share can be. */
export const bandOf = (c) => Object.fromEntries(["low", "high"].map((end) => [end, c[end].map((v, t) => Math.min(1, Math.max(0, c.baseline[t] + v)))]));

/** Where an axis of shares begins: a step of five points below the lowest of the curves. courses: [{baseline, under, low}]. */
export function floorOf(courses) {
  const all = courses.flatMap((c) => [...c.baseline, ...c.under, ...c.baseline.map((v, t) => v + c.low[t])]);
  return Math.max(0, Math.floor(20 * (Math.min(...all) - 0.01)) / 20);
}

/** Dashed without the wedge; solid with it, if there is one, within the band of the paired difference. course: {baseline, under, low, high}. */
export function aliveChart({ course, wedge = true, ...rest }) {
  const with_ = { values: course.under, ...bandOf(course), css: "wedge" }, without = { values: course.baseline, css: "baseline", dashed: true };
  return lineChart({ range: [floorOf([course]), 1.005], lines: wedge ? [with_, without] : [without], ...rest });
}
