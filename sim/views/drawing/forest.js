// Forest plots: effects as dots with whiskers, one a row; filled where the interval leaves out zero.

import { s } from "./dom.js";
import { inLines, scale, ticks, written } from "./draw.js";
import { signed } from "./words.js";

const LETTERS = 31; // of a name in a line
const LEFT = 190;

/** Effects of one kind. rows: [{label, difference, low, high, clear}], in the unit `times`. */
export function forest({ rows, label, times = 100, unit = "points", width = 460 }) {
  return forests({ names: rows.map((r) => r.label), panels: [{ rows, times, unit }], label, width });
}

/**
 * Several kinds of effect beside each other, the names at the left. range: the ends of a scale for all of them.
 * panels: [{title, rows: [{difference, low, high, clear}], times, unit, spread}], a row a name; spread: the ends are no 95 % interval.
 */
export function forests({ names, panels, label, columns = panels.length, width = 460, left = LEFT, range = null }) {
  const said = names.map((name) => inLines(name, Math.floor((LETTERS * left) / LEFT)));
  const most = Math.max(...said.map((lines) => lines.length)), line = most > 1 ? 7 + 11 * most : 20, room = (width - left - 12) / columns;
  const titles = panels.map((p) => inLines(p.title ?? "", Math.floor(room / 5.6)));
  const top = 12 * Math.max(...titles.map((lines) => lines.length)) + (panels.some((p) => p.title) ? 4 : -8);
  const bottom = top + names.length * line + 6, height = bottom + 24;
  return s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "chart" },
    said.map((lines, n) => s("text", { y: middle(n) + 4 - 5.5 * (lines.length - 1), class: "tick end" },
      lines.map((text, k) => s("tspan", { x: left - 8, dy: k ? 11 : 0, text })))),
    panels.map((p, k) => s("g", {}, panel(p, names, titles[k], { from: left + k * room + 9, to: left + (k + 1) * room - 9, top, bottom, middle, range: range ?? rangeOf([p]) }))));

  function middle(n) { return top + 6 + line * (n + 0.5); }
}

/** The lowest and the highest value that panels have to hold. */
export function rangeOf(panels) {
  const found = panels.flatMap(({ rows, times = 100 }) => rows.flatMap((r) => [r.low * times, r.high * times, 0]));
  return [Math.min(...found), Math.max(...found)];
}

function panel({ rows, times = 100, unit = "points", spread = false }, names, title, { from, to, top, bottom, middle, range: [low, high] }) {
  const pad = 0.05 * (high - low || 1), x = scale([low - pad, high + pad], [from, to]);
  const value = (v) => signed(v * times, Math.abs(v * times) < 10 ? 2 : 1);
  return [
    title.map((text, n) => s("text", { x: (from + to) / 2, y: 11 + 12 * n, class: "mid", text })),
    ticks(low - pad, high + pad, Math.min(4, (to - from) / 36)).map((v) => [
      s("line", { x1: x(v), x2: x(v), y1: top, y2: bottom, class: "grid" }),
      s("text", { x: x(v), y: bottom + 14, class: "tick mid", text: written(v, true) })]),
    s("line", { x1: x(0), x2: x(0), y1: top - 2, y2: bottom, class: "axis" }),
    rows.map((r, n) => {
      if (r.difference === null) return null;
      const css = r.clear ? "clear" : "unclear";
      return [s("line", { x1: x(r.low * times), x2: x(r.high * times), y1: middle(n), y2: middle(n), class: `whisker ${css}` }),
        s("circle", { cx: x(r.difference * times), cy: middle(n), r: 4, class: `dot ${css}` }, s("title", { text: `${names[n]}: ${value(r.difference)} ${unit}, ${spread ? "spread" : "95 % interval"} ${value(r.low)} to ${value(r.high)}` }))];
    })];
}
