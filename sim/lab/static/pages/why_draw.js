// Drawings of the WHY page: bars beside each other, levels by month, a waterfall.

import { s } from "/drawing/dom.js";
import { scale, years } from "/drawing/draw.js";
import { LEVELS, signed } from "/drawing/words.js";
import { STANCE_WORDS } from "./why_words.js";

/** Bars in groups, a group a row of words. rows: [{label, bars: [{value, text, css}]}]; a value of null draws its words only. */
export function barRows({ rows, most, label, width = 460 }) {
  const bar = 13, x = scale([0, most], [4, width - 130]);
  let y = 4;
  const drawn = rows.map((row) => {
    const parts = [s("text", { x: 4, y: y + 11, text: row.label })];
    y += 16;
    for (const b of row.bars) {
      const end = x(b.value ?? 0);
      parts.push(s("rect", { x: 4, y, width: Math.max(0, end - 4), height: bar - 2, class: `bar ${b.css}` }),
        s("text", { x: end + 5, y: y + 9.5, class: "tick", text: b.text }));
      y += bar;
    }
    y += 7;
    return parts;
  });
  return s("svg", { viewBox: `0 0 ${width} ${y}`, role: "img", "aria-label": label, class: "chart" }, drawn);
}

/**
 * Levels by month as steps (a gap where a side is not there), the official stance below, the first difference and the month.
 * arms: [{name, css, dashed, short, levels, stance}]. Returns the picture and `move(month)`.
 */
export function levelChart({ months, arms, first, label, onpick, width = 430 }) {
  const left = 104, right = 10, top = 18, row = 20, bottom = top + 6 * row;
  const stances = arms.filter((a) => a.stance), strip = bottom + 34;
  const height = stances.length ? strip + 4 + 17 * stances.length : bottom + 24;
  const x = scale([0, months.length - 1], [left + 4, width - right]), y = (level) => bottom - (level + 2) * row;
  const path = (values) => values.map((v, t) => (v === null ? "" : (values[t - 1] ?? null) === null ? `M${x(t).toFixed(1)} ${y(v)}` : `H${x(t).toFixed(1)}V${y(v)}`)).join("");
  const now = s("line", { y1: top - 4, y2: height - 2, class: "why-now" });
  const dots = arms.map((a) => s("circle", { r: 3.5, class: `why-at ${a.css}` }));
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "chart why-levels" },
    Object.entries(LEVELS).map(([level, words]) => [
      s("line", { x1: left, x2: width - right, y1: y(Number(level)), y2: y(Number(level)), class: "grid" }),
      s("text", { x: left - 5, y: y(Number(level)) + 3.5, class: "tick end", text: words })]),
    s("line", { x1: left, x2: width - right, y1: y(1.5), y2: y(1.5), class: "why-allied" }),
    years(months, 6).map(([t, year]) => s("text", { x: x(t), y: bottom + 16, class: "tick mid", text: year })),
    arms.map((a) => s("path", { d: path(a.levels), class: `line ${a.css}${a.dashed ? " dashed" : " why-under"}` })),
    stances.map((a, n) => stanceStrip(a, x, strip + 17 * n, left)),
    first !== null && [
      s("line", { x1: x(first), x2: x(first), y1: top - 4, y2: height - 2, class: "mark" }),
      s("text", { x: x(first) + (first > months.length / 2 ? -4 : 4), y: 10, class: `why-first ${first > months.length / 2 ? "end" : ""}`, text: "first difference" })],
    now, dots);
  svg.addEventListener("click", (e) => {
    const box = svg.getBoundingClientRect(), at = ((e.clientX - box.left) / box.width) * width;
    const t = Math.round(((at - left - 4) / (width - right - left - 4)) * (months.length - 1));
    if (t >= 0 && t < months.length) onpick(t);
  });
  const move = (t) => {
    now.setAttribute("x1", x(t));
    now.setAttribute("x2", x(t));
    arms.forEach((a, n) => { dots[n].setAttribute("cx", x(t)); dots[n].setAttribute("cy", y(a.levels[t])); dots[n].style.display = a.levels[t] === null ? "none" : ""; });
  };
  return { svg, move };
}

/** One arm's official stance as pieces in time, with its words where there is room. */
function stanceStrip(arm, x, y, left) {
  const pieces = [];
  arm.stance.forEach((stance, t) => { if (t && arm.stance[t - 1] === stance) pieces.at(-1).end = t; else pieces.push({ stance, from: t, end: t }); });
  return [s("text", { x: left - 5, y: y + 10, class: "tick end", text: arm.short ? `said, ${arm.short}` : "said" }), pieces.map((p) => {
    const start = x(p.from), end = Math.max(start + 2, x(Math.min(p.end + 1, arm.stance.length - 1))), words = STANCE_WORDS[p.stance];
    return [s("rect", { x: start, y, width: end - start, height: 13, class: `why-stance ${p.stance}` }, s("title", { text: words })),
      end - start > 6 * words.length && s("text", { x: start + 4, y: y + 10, text: words })];
  })];
}

let patterns = 0;

/**
 * From one sum to another by terms, upward blue, downward vermilion and hatched.
 * steps: [{label, change}]; from, to: {label, value}.
 */
export function waterfall({ from, steps, to, label, width = 460 }) {
  const id = `why-hatch-${(patterns += 1)}`, row = 31;
  const sums = steps.reduce((all, step) => [...all, all.at(-1) + step.change], [from.value]);
  const low = Math.min(0, to.value, ...sums), high = Math.max(0, to.value, ...sums), pad = 0.02 * (high - low || 1);
  const x = scale([low - pad, high + pad], [6, width - 62]), height = row * (steps.length + 2) + 4;
  const name = (text, n) => s("text", { x: 4, y: n * row + 11, class: "why-name", text });
  const total = (sum, n) => {
    const ends = [x(0), x(sum.value)].sort((a, b) => a - b);
    return [s("rect", { x: ends[0], y: n * row + 15, width: Math.max(1, ends[1] - ends[0]), height: 12, class: "why-sum" }),
      s("text", { x: ends[1] + 5, y: n * row + 25, class: "tick", text: signed(sum.value, 2) })];
  };
  return s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "chart" },
    s("defs", {}, s("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      s("rect", { width: 6, height: 6, class: "why-pale" }), s("line", { x1: 0, x2: 0, y1: 0, y2: 6, class: "why-hatch" }))),
    [...steps, from, to].map((_, n) => s("line", { x1: x(0), x2: x(0), y1: n * row + 13, y2: n * row + 29, class: "axis" })),
    total(from, 0),
    steps.map((step, n) => {
      const ends = [x(sums[n]), x(sums[n + 1])].sort((a, b) => a - b), down = step.change < 0, y = (n + 1) * row;
      return [s("rect", { x: ends[0], y: y + 15, width: Math.max(1, ends[1] - ends[0]), height: 12, class: down ? "why-fall" : "bar", ...(down ? { fill: `url(#${id})` } : {}) }),
        s("line", { x1: x(sums[n + 1]), x2: x(sums[n + 1]), y1: y + 15, y2: y + row + 15, class: "why-link" }),
        s("text", { x: ends[1] + 5, y: y + 25, class: "tick", text: signed(step.change, 2) })];
    }),
    total(to, steps.length + 1),
    [from, ...steps, to].map((part, n) => name(part.label, n)));
}
