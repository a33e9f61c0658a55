// One at a time: the answer at either end of the ranges of a family, or of what a claim informs.

import { cancel, post, Superseded } from "../api.js";
import { h, s, say, show, wide } from "/drawing/dom.js";
import { figure } from "/drawing/draw.js";
import { faultLine } from "../fault.js";
import { overDraws, plain, points } from "/drawing/words.js";
import { asData } from "./share.js";
import { gap } from "./theories_numbers.js";

const MOST = 6, RUNS = 200;
const number = (n) => `${n} ${n === 1 ? "parameter" : "parameters"}`;

export function drawSensitivity(place, rows, evidence) {
  cancel("sensitivity"); // what another theory was asked is of no use here
  const families = [...new Set(rows.map((r) => r.family))];
  const claims = [...new Set(rows.flatMap((r) => r.claims))].sort();
  const chosen = (value) => { const name = value.slice(2); return rows.filter((r) => (value[0] === "f" ? r.family === name : r.claims.includes(name))); };
  const count = (value) => number(chosen(value).length);
  const group = h("select", { id: "of", "aria-label": "Whose parameters", onchange: () => explain() },
    h("optgroup", { label: "a mechanism" }, families.map((f) => h("option", { value: `f:${f}`, text: `${plain(f)} (${count(`f:${f}`)})` }))),
    h("optgroup", { label: "a claim" }, claims.map((c) => h("option", { value: `c:${c}`, text: `${c} (${count(`c:${c}`)}): ${(evidence.claims[c]?.text ?? "").slice(0, 60)}` }))));
  const about = h("p", { class: "small" }), out = h("div", { id: "tornado" });
  const go = h("button", { class: "primary", onclick: run }, "See what the answer hangs on"), stop = h("button", { hidden: true, onclick: () => { stopped = true; cancel("sensitivity"); } }, "Stop");
  const progress = h("progress", { max: 1, value: 0, hidden: true, "aria-label": "Settings done" });
  let stopped = false;

  function explain() {
    const all = chosen(group.value), claim = evidence.claims[group.value.slice(2)];
    show(about, claim && `The claim: ${claim.text} `, all.length > MOST ? `The first ${MOST} of ${all.length} are run: ` : "Run are: ", all.slice(0, MOST).map((r) => plain(r.path)).join(", "), ".");
  }

  async function run() {
    const at = asData(), mine = chosen(group.value).slice(0, MOST), found = []; // what is set now holds to the end
    const busy = (is) => { const held = [go, stop].includes(document.activeElement); go.disabled = is; stop.hidden = progress.hidden = !is; if (held) (is ? stop : go).focus(); };
    stopped = false;
    progress.max = 2 * mine.length + 1; progress.value = 0;
    busy(true);
    const one = async (parameters) => {
      if (stopped) throw new Superseded();
      const a = await post("/api/answer", { state: { ...at, parameters: { ...at.parameters, ...parameters } }, runs: RUNS }, { kind: "sensitivity" });
      progress.value += 1;
      return { ...a.focus.broken, runs: a.runs, draws: a.draws };
    };
    out.dataset.of = JSON.stringify(at);
    show(out);
    try {
      const middle = await one({});
      for (const r of mine) {
        found.push({ r, low: await one({ [r.path]: r.low }), high: await one({ [r.path]: r.high }) });
        show(out, picture(middle, found, at.wedge.length > 0));
      }
      say(`${number(found.length)} looked at.`);
    } catch (error) {
      if (error instanceof Superseded) say(`Stopped after ${number(found.length)}.`);
      else out.prepend(faultLine(error, run));
    } finally { busy(false); outdated(place); }
  }

  show(place, h("h2", { text: "What the answer hangs on" }),
    h("p", { class: "small", text: `One at a time: each parameter at the low and at the high end of its range, all others ${asData().draws ? "as they are set or drawn" : "held as they are set"}, ${RUNS} paired runs each. What two of them do together it does not show.` }),
    h("p", { class: "row" }, group, go, stop, progress), about, h("p", { class: "small muted", id: "outdated", hidden: true, text: "Run with other settings than those on the page now: run it again." }), out);
  explain();
}

/** Say so when the settings are no longer those that the plot was made with. */
export function outdated(place) {
  const out = place.querySelector("#tornado"), note = place.querySelector("#outdated");
  if (note) note.hidden = !out.childElementCount || out.dataset.of === JSON.stringify(asData());
}

function picture(middle, found, wedge) {
  const share = (v) => `${(100 * v).toFixed(1)} %`, effect = (v) => `${(100 * v).toFixed(1).replace("-", "−")} points`;
  const cell = (e) => h("td", { class: `number ${gap([e.baseline, e.baseline_known_by], [middle.baseline, middle.baseline_known_by]).clear ? "clear" : "unclear"}`, text: share(e.baseline) });
  const moved = (e) => wedge && h("td", { class: `number ${e.clear ? "clear" : "unclear"}`, text: points(e) });
  return [h("div", { class: "grid2" },
    tornado("share_broken", "share broken without a wedge", middle, found, (e) => e.baseline, share),
    wedge && tornado("effect", "effect of the wedge on the share broken", middle, found, (e) => e.difference, effect)),
    wide("What the answer hangs on", h("table", {}, h("thead", {}, h("tr", {}, ["parameter", "low end", "high end", "broken without, low end", "as it is", "high end", ...(wedge ? ["points by the wedge, low end", "as it is", "high end"] : [])].map((t, n) => h("th", { class: n ? "number" : "", text: t })))),
      h("tbody", {}, found.map((f) => h("tr", {}, h("td", { text: plain(f.r.path) }), h("td", { class: "number", text: f.r.low }), h("td", { class: "number", text: f.r.high }),
        cell(f.low), h("td", { class: "number", text: share(middle.baseline) }), cell(f.high), moved(f.low), moved(middle), moved(f.high)))))),
    h("p", { class: "small muted", text: `Bold: a share that differs from the one as it is by more than the luck of ${middle.runs} runs${overDraws(middle.draws)}${wedge ? ", and an effect of the wedge whose 95 % interval leaves out zero" : ""}; grey: neither can be told from luck.` })];
}

/** Bars from the low to the high end, the longest first. */
function tornado(name, what, middle, found, value, shown) {
  const width = 460, line = 26, left = 170, height = found.length * line + 34;
  const all = [value(middle), ...found.flatMap((f) => [value(f.low), value(f.high)])];
  const low = Math.min(...all), high = Math.max(...all), pad = 0.14 * (high - low || 0.01); // room for the words at the ends
  const x = (v) => left + ((v - low + pad) / (high - low + 2 * pad)) * (width - left - 6);
  const ordered = [...found].sort((a, b) => Math.abs(value(b.high) - value(b.low)) - Math.abs(value(a.high) - value(a.low)));
  const label = `Tornado plot of the ${what}, as it is ${shown(value(middle))}: ${ordered.map((f) => `${plain(f.r.path)} ${shown(value(f.low))} at the low end, ${shown(value(f.high))} at the high end`).join("; ")}.`;
  const at = x(value(middle));
  return figure(`sensitivity_${name}`, s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: "chart", "aria-label": label },
    ordered.map((f, n) => {
      const y = 8 + n * line, [a, b] = [x(value(f.low)), x(value(f.high))], same = a === b;
      return [s("text", { x: left - 8, y: y + 13, class: "tick end", text: plain(f.r.path) }),
        s("rect", { x: Math.min(a, b), y, width: Math.max(1.5, Math.abs(b - a)), height: 17, class: b >= a ? "bar" : "bar down" }),
        s("text", { x: a, y: y + 13, dx: b >= a ? -4 : 4, class: `tick ${b >= a ? "end" : ""}`, text: same ? "" : "low" }), s("text", { x: b, y: y + 13, dx: b >= a ? 4 : -4, class: `tick ${b >= a ? "" : "end"}`, text: same ? "no difference" : "high" })];
    }),
    s("line", { x1: at, x2: at, y1: 2, y2: height - 26, class: "axis" }),
    s("text", { x: Math.min(width - 80, Math.max(80, at)), y: height - 12, class: "tick mid", text: `as it is: ${shown(value(middle))}` })),
  h("span", {}, h("strong", { text: `${what[0].toUpperCase()}${what.slice(1)}` }), " at either end of each range. Blue: more at the high end; vermilion: less."));
}
