// One at a time: the answer at either end of the ranges of a family, or of what a claim informs.

import { cancel, post, Superseded } from "../api.js";
import { h, s, say, show, wide } from "../dom.js";
import { figure } from "../draw.js";
import { state } from "../state.js";
import { plain } from "../words.js";
import { asData } from "./share.js";

const MOST = 6, RUNS = 200;

export function drawSensitivity(place, rows, evidence) {
  const families = [...new Set(rows.map((r) => r.family))];
  const claims = [...new Set(rows.flatMap((r) => r.claims))].sort();
  const group = h("select", { id: "of", "aria-label": "Whose parameters" },
    h("optgroup", { label: "a mechanism" }, families.map((f) => h("option", { value: `f:${f}`, text: plain(f) }))),
    h("optgroup", { label: "a claim" }, claims.map((c) => h("option", { value: `c:${c}`, text: `${c}: ${(evidence.claims[c]?.text ?? "").slice(0, 70)}` }))));
  const out = h("div", { id: "tornado" }), go = h("button", { class: "primary" }, "See what the answer hangs on"), stop = h("button", { hidden: true }, "Stop");
  const progress = h("progress", { max: 1, value: 0, hidden: true, "aria-label": "Settings done" });
  let stopped = false;
  stop.addEventListener("click", () => { stopped = true; cancel("sensitivity"); });
  go.addEventListener("click", async () => {
    const [kind, name] = [group.value.slice(0, 1), group.value.slice(2)];
    const mine = rows.filter((r) => (kind === "f" ? r.family === name : r.claims.includes(name))).slice(0, MOST);
    stopped = false;
    go.disabled = true; stop.hidden = progress.hidden = false;
    progress.max = 2 * mine.length + 1; progress.value = 0;
    const one = async (parameters) => { const a = await post("/api/answer", { state: asData({ ...state(), parameters: { ...state().parameters, ...parameters } }), runs: RUNS }, { kind: "sensitivity" }); progress.value += 1; return a.focus.broken; };
    try {
      const middle = await one({}), found = [];
      for (const r of mine) {
        if (stopped) break;
        found.push({ r, low: await one({ [r.path]: r.low }), high: await one({ [r.path]: r.high }) });
        show(out, picture(middle, found));
      }
      say(`${found.length} parameters looked at.`);
    } catch (error) {
      if (!(error instanceof Superseded)) show(out, h("p", { class: "banner", role: "alert", text: error.message }));
    } finally { go.disabled = false; stop.hidden = progress.hidden = true; }
  });
  show(place, h("h2", { text: "What the answer hangs on" }),
    h("p", { class: "small", text: `One at a time: each parameter at the low and the high end of its range, all others as they are, ${RUNS} paired runs each; at most ${MOST} of a choice.` }),
    h("p", { class: "row" }, group, go, stop, progress), out);
}

function picture(middle, found) {
  const wedge = state().wedge.length > 0, width = 560, line = 26, left = 200, height = found.length * line + 34;
  const value = (e) => (wedge ? e.difference : e.baseline);
  const all = [value(middle), ...found.flatMap((f) => [value(f.low), value(f.high)])];
  const low = Math.min(...all), high = Math.max(...all), pad = 0.08 * (high - low || 0.01);
  const x = (v) => left + ((v - low + pad) / (high - low + 2 * pad)) * (width - left - 20);
  const ordered = [...found].sort((a, b) => Math.abs(value(b.high) - value(b.low)) - Math.abs(value(a.high) - value(a.low)));
  const what = wedge ? "effect of the wedge on the share broken" : "share broken without a wedge";
  const shown = (v) => `${(100 * v).toFixed(1)} ${wedge ? "points" : "%"}`;
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: "chart", "aria-label": `Tornado plot of the ${what}: ${ordered.map((f) => `${plain(f.r.path)} ${shown(value(f.low))} to ${shown(value(f.high))}`).join("; ")}` },
    ordered.map((f, n) => {
      const y = 8 + n * line, [a, b] = [x(value(f.low)), x(value(f.high))];
      return [s("text", { x: left - 8, y: y + 13, class: "tick end", text: plain(f.r.path) }),
        s("rect", { x: Math.min(a, b), y, width: Math.max(1.5, Math.abs(b - a)), height: 17, class: b >= a ? "bar" : "bar down" }),
        s("text", { x: a, y: y + 13, dx: b >= a ? -4 : 4, class: `tick ${b >= a ? "end" : ""}`, text: "low" }), s("text", { x: b, y: y + 13, dx: b >= a ? 4 : -4, class: `tick ${b >= a ? "" : "end"}`, text: "high" })];
    }),
    s("line", { x1: x(value(middle)), x2: x(value(middle)), y1: 2, y2: height - 26, class: "axis" }),
    s("text", { x: x(value(middle)), y: height - 12, class: "tick mid", text: `as it is: ${shown(value(middle))}` }));
  return [figure("sensitivity", svg, `The ${what} at either end of each range. Blue: more at the high end; vermilion: less.`),
    wide("What the answer hangs on", h("table", {}, h("thead", {}, h("tr", {}, ["parameter", "low end", "high end", "at the low end", "at the high end"].map((t, n) => h("th", { class: n ? "number" : "", text: t })))),
      h("tbody", {}, ordered.map((f) => h("tr", {}, h("td", { text: plain(f.r.path) }), h("td", { class: "number", text: f.r.low }), h("td", { class: "number", text: f.r.high }), h("td", { class: "number", text: shown(value(f.low)) }), h("td", { class: "number", text: shown(value(f.high)) }))))))];
}
