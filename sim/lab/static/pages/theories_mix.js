// How likely each theory is, and the wedge under a mixture of them: reckoned in the page, nothing is run again.

import { $, h, hint, s, say, show, wide } from "/drawing/dom.js";
import { bandOf } from "/drawing/alive.js";
import { figure, legend, lineChart } from "/drawing/draw.js";
import { bandOver, bothInRuns, inRuns, points, signed } from "/drawing/words.js";
import { looked, lookAt } from "../state.js";
import { mixed } from "./theories_numbers.js";

const STRONG = 10; // times as probable: what is commonly called strong evidence
let weights = null; // theory -> 0..100; in the address where they are not those of the data

const asData = (theses) => Object.fromEntries(theses.map((t) => [t.name, Math.round(100 * t.probability)]));
const asText = () => Object.entries(weights).map(([name, weight]) => `${name}:${weight}`).join(",");

/** Weights that an address names; null where it names none of these theories. */
function fromText(text, theses) {
  const found = Object.fromEntries((text ?? "").split(",").map((part) => part.split(":")));
  return theses.some((t) => t.name in found) ? Object.fromEntries(theses.map((t) => [t.name, Math.min(100, Number(found[t.name] ?? 0))])) : null;
}
const share = (name) => { const total = Object.values(weights).reduce((a, b) => a + b, 0); return total ? weights[name] / total : 0; };

/** Bars of what the calibration makes of each theory, with a caution. */
export function posterior(theses, basis) {
  const rows = [...theses].sort((a, b) => b.probability - a.probability), worst = rows.at(-1).probability, width = 460, left = 200, line = 22;
  const most = Math.max(...rows.map((t) => t.probability)) || 1;
  const label = `Probability of each theory after the calibration: ${rows.map((t) => `${t.title} ${Math.round(100 * t.probability)} %`).join(", ")}.`;
  const svg = s("svg", { viewBox: `0 0 ${width} ${rows.length * line + 6}`, role: "img", "aria-label": label, class: "chart" }, rows.map((t, n) => {
    const y = 4 + n * line, w = ((width - left - 50) * t.probability) / most;
    return [s("text", { x: left - 8, y: y + 13, class: "tick end", text: t.title }), s("rect", { x: left, y: y + 3, width: w, height: 13, class: "bar" }), s("text", { x: left + w + 6, y: y + 13, text: `${Math.round(100 * t.probability)} %` })];
  }));
  const times = worst > 0 ? Math.round(rows[0].probability / worst) : null;
  return h("div", {}, figure("posterior", svg, basis === "constraints" ? "Probability by how often a theory’s histories keep what plainly happened: al-Qaeda and the Taliban allied and never at war, al-Qaeda’s core alive, the Islamic State the Taliban’s enemy." : "Probability after fitting each theory to the same observed patterns."),
    h("p", { class: "caution" }, h("strong", { text: times && times < STRONG ? "The data hardly separate the theories. " : "The data separate the theories less than the bars suggest. " }),
      times ? `The most probable is some ${times} times as probable as the least${times < STRONG ? ": less than the ten that is commonly called strong" : ""}. ` : "",
      basis === "constraints" ? "What else was observed is not in these figures: it rests on too few runs to be believed. " : "",
      "The figures hang on a few patterns and on the runs that were drawn, and the ranks between first and last shift with what is asked. Do not throw a theory away for its bar."),
    h("details", {}, h("summary", { text: "The same as a table" }), h("table", {}, h("thead", {}, h("tr", {}, h("th", { text: "theory" }), h("th", { class: "number", text: "probability" }))),
      h("tbody", {}, rows.map((t) => h("tr", {}, h("td", { text: t.title }), h("td", { class: "number", text: `${Math.round(100 * t.probability)} %` })))))));
}

/** Sliders, one a theory. `again` is called when the weights have changed. */
export function sliders(place, theses, again) {
  weights ??= fromText(looked().mix, theses) ?? asData(theses);
  const keep = () => lookAt({ mix: JSON.stringify(weights) === JSON.stringify(asData(theses)) ? undefined : asText() });
  const set = (values, words) => { weights = values; keep(); refresh(); again(); say(words); };
  const refresh = () => theses.forEach((t) => {
    const input = $(`#weight-${t.name}`, place), percent = `${Math.round(100 * share(t.name))} %`;
    if (!input) return;
    if (input !== document.activeElement || Number(input.value) !== weights[t.name]) input.value = weights[t.name];
    input.setAttribute("aria-valuetext", `weight ${weights[t.name]} of 100, ${percent} of the mixture`);
    $(`output[for="weight-${t.name}"]`, place).textContent = percent;
  });
  show(place,
    h("p", { class: "row" },
      h("button", { onclick: () => set(asData(theses), "Weights as the data have them.") }, "As the data weigh them"),
      h("button", { onclick: () => set(Object.fromEntries(theses.map((t) => [t.name, 50])), "All theories weigh alike.") }, "All alike")),
    h("div", { class: "weights" }, theses.map((t) => h("div", { class: "weight" },
      h("label", { for: `weight-${t.name}`, text: t.title }),
      h("input", { type: "range", id: `weight-${t.name}`, min: 0, max: 100, step: 1, value: weights[t.name], oninput: (e) => { weights = { ...weights, [t.name]: Number(e.target.value) }; refresh(); again(); }, onchange: keep }),
      h("output", { for: `weight-${t.name}`, class: "small" }),
      h("button", { class: "link small", "aria-label": `Only ${t.title}`, onclick: () => set(Object.fromEntries(theses.map((o) => [o.name, o.name === t.name ? 100 : 0])), `Only ${t.title}.`) }, "only this one")))),
    h("p", { class: "small muted", text: "Only the proportions count. Where they are not those of the data, the weights stand in the address." }));
  refresh();
}

/** The mixture in words and as a curve. */
export function drawMixture(place, { rows, months, floor, wedge, last, mark, draws }) {
  const m = mixed(rows, weights);
  if (!m) return show(place, h("p", { class: "headline", text: "No theory has any weight. Move a slider, or take “All alike”." }));
  const e = m.effect;
  const words = wedge
    ? `Mixed, broken by ${last}: ${bothInRuns(e.baseline, e.wedge)[0]} without the wedge, ${bothInRuns(e.baseline, e.wedge)[1]} with it; ${e.clear ? `${points(e)} points.` : `no clear effect (${points(e)} points).`}`
    : `Mixed, broken by ${last}: ${inRuns(e.baseline)}. No wedge is set.`;
  const percent = (x) => `${Math.round(100 * x)} %`;
  const spread = m.most.name === m.least.name ? "" : `From theory to theory the effect goes from ${signed(100 * m.least.broken.difference)} (${m.least.title}) to ${signed(100 * m.most.broken.difference)} points (${m.most.title}). `;
  show(place, h("p", { class: "headline", text: words }),
    wedge && h("p", { class: "small" }, spread, `Theories under which the wedge clearly helps hold ${percent(m.helps)} of the weight, those under which it clearly backfires ${percent(m.harms)}. `,
      hint("How wide is the interval?", `The ends of the theories' intervals are mixed as they are, as if all their errors went together: the theories draw the same random numbers. The true interval is at most this wide. It is about chance${draws ? " and the parameters" : ""} only; how far the theories are apart is the grey band.`)),
    h("div", { class: "mixture" }, figure("mixture", lineChart({ months, range: [floor, 1.005], label: `Share of runs in which the alliance is alive, by month, theories mixed. ${words}`, height: 200,
      lines: [{ values: months.map(() => null), low: m.lowest, high: m.highest, css: "spread" },
        ...(wedge ? [{ values: m.under, ...bandOf(m), css: "wedge" }] : []),
        { values: m.baseline, css: "baseline", dashed: true }], marks: mark }),
      `Alive, month by month, theories mixed. Grey: from the lowest to the highest theory that has weight${wedge ? ", with the wedge; blue: 95 % interval of the mixed difference" : ""}${wedge ? bandOver(draws) : ""}.`)),
    wedge && legend([{ css: "wedge", label: "with the wedge, mixed" }, { css: "baseline", dashed: true, label: "without, mixed" }]),
    h("details", {}, h("summary", { text: "The curve as a table" }), wide("The mixed curve", h("table", {},
      h("thead", {}, h("tr", {}, ["month", "alive without", "with the wedge", "lowest theory", "highest theory"].map((w, n) => h("th", { class: n ? "number" : false, text: w })))),
      h("tbody", {}, months.map((d, t) => [d, t]).filter(([, t]) => t % 6 === 0 || t === months.length - 1).map(([d, t]) => h("tr", {}, h("td", { text: d }), [m.baseline, m.under, m.lowest, m.highest].map((v) => h("td", { class: "number", text: `${(100 * v[t]).toFixed(1)} %` })))))))));
}
