// Which theory: the same wedge under every theory, where the theories part, and a mixture of them.

import { post, Superseded } from "../api.js";
import { $, claimsButton, h, hint, say, show, wide } from "/drawing/dom.js";
import { ALIVE_KEYS, aliveChart, floorOf } from "/drawing/alive.js";
import { figure, legend } from "/drawing/draw.js";
import { forest } from "/drawing/forest.js";
import { faultLine } from "../fault.js";
import { goTo, state } from "../state.js";
import { aloneWords, bandOver, bothInRuns, inRuns, monthWords, overDraws, plain, points } from "/drawing/words.js";
import { asData } from "./share.js";
import { keepFocus } from "./theories_focus.js";
import { drawMixture, posterior, sliders } from "./theories_mix.js";
import { bits, condition, furthest, monthsBetween } from "./theories_numbers.js";

const ROUNDS = [200, 500];
let asked = "", shown = null;

export async function draw(section, { overview, scenario, evidence, what }) {
  if (what === "page" || !$("#t-results", section)) {
    asked = "";
    build(section, overview, evidence);
  }
  await ask(section, overview.theses, scenario);
}

/** What stays while answers come and go. */
function build(section, { theses, basis }, evidence) {
  show(section, h("h1", { text: "Which theory" }),
    h("p", { class: "muted" }, "Five authors explain the same alliances differently. Here the same wedge runs on the same random numbers under each of their ", hint("theories", "A theory is a set of weights: which reasons for and against a tie count how much. Situation, actors and rules are the same under all of them."), ", and it shows what the answer hangs on."),
    h("div", { id: "t-results", "aria-busy": "true" }, h("div", { id: "t-top" }, h("p", { class: "muted", text: "Running the first runs under every theory …" }))),
    h("h2", { text: "Theory by theory" }),
    h("div", { class: "cards", id: "t-cards" }, theses.map((t) => h("article", { class: "card", "data-thesis": t.name },
      h("h3", { text: t.title }), h("p", { class: "small", "data-effect": t.name, text: "…" }), h("div", { "data-figure": t.name }),
      h("details", {}, h("summary", { class: "small", text: "How it reads the alliance" }), h("p", { class: "small" }, t.reading, " ", claimsButton(t.claims, evidence)))))),
    h("div", { id: "t-legend" }),
    h("h2", { text: "How likely is each theory, and what if one mixes them?" }),
    h("div", { class: "grid2" }, posterior(theses, basis), h("div", {}, h("h3", { text: "Your own weights" }), h("div", { id: "t-weights" }))),
    h("div", { id: "t-mixture" }));
  sliders($("#t-weights", section), theses, () => { if (shown) drawMixture($("#t-mixture", section), shown); });
}

async function ask(section, theses, scenario) {
  const key = JSON.stringify({ ...asData(), thesis: "" }); // the page is about all theories
  if (key === asked) return;
  asked = key;
  const place = $("#t-results", section), busy = (is) => { section.classList.toggle("busy", is); place.setAttribute("aria-busy", String(is)); };
  busy(true);
  $("#t-fault", section)?.remove();
  try {
    for (const runs of ROUNDS) {
      const found = await post("/api/theories", { state: asData(), runs }, { kind: "theories" });
      if (asked !== key) return;
      keepFocus(section, () => drawResults(section, theses, scenario, found, runs < ROUNDS.at(-1)));
      section.classList.remove("busy");
    }
    busy(false);
    say($(".headline", place)?.textContent ?? "");
  } catch (error) {
    if (error instanceof Superseded) return;
    if (asked === key) asked = "";
    busy(false);
    $("#t-fault", section)?.remove();
    place.prepend(faultLine(error, () => ask(section, theses, scenario), { id: "t-fault" }));
  }
}

/** An effect in words. */
function effect(e, wedge) {
  if (!wedge) return `Broken ${aloneWords(e)}.`;
  const [without, under] = bothInRuns(e.baseline, e.wedge), shares = `broken ${without} without, ${under} with the wedge`;
  return e.clear ? `${e.difference > 0 ? "Breaks it more often" : "Holds it together"}: ${shares}; ${points(e)} points.` : `No clear effect: ${shares}.`;
}

function drawResults(section, theses, scenario, found, more) {
  const wedge = state().wedge.length > 0, months = monthsBetween(scenario.start, scenario.last), last = monthWords(months.at(-1));
  const rows = theses.filter((t) => found.theories[t.name]).map((t) => ({ ...t, ...found.theories[t.name] }));
  const pair = scenario.pairs.find((p) => p.name === state().focus) ?? scenario.pairs[0];
  const floor = floorOf(rows.map((r) => r.course));
  const starts = state().wedge.map((u) => u.start || months[0]).sort(), mark = wedge && starts[0] > months[0] ? [{ month: months.indexOf(starts[0]), text: "the wedge starts" }] : [];
  const changed = Object.keys(state().parameters).length;

  show($("#t-top", section),
    h("p", { class: "headline", text: wedge ? `${pair.title}: ${condition(rows, theses.length)}` : `${pair.title}: no wedge is set, so each theory shows what becomes of the alliance by itself.` }),
    !wedge && h("p", {}, h("button", { onclick: () => goTo("wedge") }, "Set a wedge")),
    h("p", { class: "row small muted" }, h("progress", { max: ROUNDS.at(-1), value: found.runs, "aria-label": "Runs done" }), `${found.runs} of ${ROUNDS.at(-1)} paired runs a theory${overDraws(found.draws)}${more ? ", more on their way" : ""}; “clear” where the 95 % interval of the paired difference leaves out zero, as one in twenty does by luck.`,
      changed > 0 && ` ${changed === 1 ? "One assumption that you changed holds" : `${changed} assumptions that you changed hold`} under every theory.`),
    h("div", { class: "grid2" },
      h("div", {}, wedge && figure("theories", forest({ rows: [...rows].sort((a, b) => b.broken.difference - a.broken.difference).map((r) => ({ label: r.title, ...r.broken })), label: `Change in the share broken by theory, in points, with 95 % intervals. ${condition(rows, theses.length)}` }), h("span", {}, h("strong", { text: "Effect by theory: " }), "change in the share broken, points. Filled: clear.")),
        effectTable(rows, wedge)),
      discriminating(rows, { wedge, pair, last })));

  for (const r of rows) {
    const words = effect(r.broken, wedge);
    $(`[data-effect="${r.name}"]`, section).textContent = words;
    show($(`[data-figure="${r.name}"]`, section), figure(`theory_${r.name}`, aliveChart({ months, range: [floor, 1.005], width: 320, height: 170, label: `${r.title}: share of runs in which the alliance is alive, by month. ${words}`, marks: mark, course: r.course, wedge }), ""));
  }
  show($("#t-legend", section), h("p", { class: "small muted", text: `Share of runs in which the alliance is alive, by month; the same axes in every picture.${wedge ? ` Band: 95 % interval of the paired difference${bandOver(found.draws)}.` : ""}` }),
    legend(wedge ? ALIVE_KEYS : ALIVE_KEYS.slice(1)));
  shown = { rows, months, floor, wedge, last, mark, draws: found.draws };
  drawMixture($("#t-mixture", section), shown);
}

function effectTable(rows, wedge) {
  const percent = (x, ends) => `${(100 * x).toFixed(1)} %${ends ? ` (${ends.map((end) => (100 * end).toFixed(1)).join("–")})` : ""}`;
  return wide("Effect by theory", h("table", {},
    h("thead", {}, h("tr", {}, h("th", { text: "theory" }), h("th", { class: "number", text: "broken without" }), wedge && [h("th", { class: "number", text: "with" }), h("th", { class: "number", text: "points" }), h("th", { text: "in words" })])),
    h("tbody", {}, rows.map((r) => h("tr", {}, h("td", { text: r.title }), h("td", { class: "number", text: percent(r.broken.baseline, r.broken.baseline_ends) }),
      wedge && [h("td", { class: "number", text: percent(r.broken.wedge, r.broken.wedge_ends) }), h("td", { class: `number ${r.broken.clear ? "clear" : "unclear"}`, text: points(r.broken) }),
        h("td", { class: "small", text: r.broken.clear ? (r.broken.difference > 0 ? "breaks more often" : "holds together") : "no clear effect" })])))));
}

// ---- where theories part

function discriminating(rows, { wedge, pair, last }) {
  const doing = wedge ? `the wedge (${state().wedge.map((u) => plain(u.instrument)).join(", ")}) in place` : "no wedge", weight = (r) => r.probability;
  const broken = (r) => r.broken.wedge, distant = (r) => r.course.distant_wedge.at(-1);
  const looks = [
    { share: broken, question: `is the alliance broken by ${last}`, f: furthest(rows, broken, (r) => r.broken.wedge_known_by) },
    { share: distant, question: `does a side keep official distance in ${last}, whatever is kept in fact`, f: furthest(rows, distant, (r) => r.course.distant_known_by) },
  ];
  const shown = looks.filter((l) => l.f.clear).sort((a, b) => b.f.difference - a.f.difference);
  const part = (l, n) => `They part ${n ? "" : shown.length > 1 ? "most " : ""}about ${l.share === broken ? "a break" : "words"}${n ? ", too" : ""}: `;
  return h("div", {}, h("h2", { text: "Where to look in the world" }),
    !looks[0].f.clear && h("p", {}, h("strong", { text: "No two theories differ clearly about a break. " }), `The most apart are ${looks[0].f.top.title} (broken ${inRuns(broken(looks[0].f.top))}) and ${looks[0].f.bottom.title} (${inRuns(broken(looks[0].f.bottom))}), within their interval: ${points(looks[0].f)} points.`),
    shown.map((l, n) => h("div", {},
      h("p", {}, h("strong", { text: part(l, n) }), `with ${doing}, ${l.question}? `,
        `“${l.f.top.title}” says yes ${inRuns(l.share(l.f.top))}, “${l.f.bottom.title}” ${inRuns(l.share(l.f.bottom))}: ${points(l.f)} points apart.`),
      l.share === broken && wedge && already(l.f),
      h("p", { class: "small muted" }, `One such case would bring ${bits(rows, l.share, weight).toFixed(2)} `, hint("bits", "How much a single yes or no would tell about which theory is right, as the data weigh the theories now. One bit is what it takes to settle an even question; choosing among seven equally likely theories takes 2.8."), ` about the theory, of the ${bitsOpen(rows).toFixed(1)} that are open.`))),
    h("p", { class: "small muted" }, `${pair.title}. Each gap is the largest of ${(rows.length * (rows.length - 1)) / 2} pairs of theories, and its interval is widened for that. `,
      hint("Why so little?", "All theories were fitted to the same past, so they agree on most of what is visible. A single alliance that breaks or holds is one draw from chances that differ by some points.")));
}

/** Whether the gap is the wedge's doing or was there without it. */
function already(f) {
  const before = f.top.broken.baseline - f.bottom.broken.baseline, by = f.top.broken.difference - f.bottom.broken.difference;
  const half = Math.hypot(f.top.broken.high - f.top.broken.low, f.bottom.broken.high - f.bottom.broken.low) / 2;
  const clear = Math.abs(by) > half;
  return h("p", { class: "small", text: `Without the wedge the two are ${(100 * Math.abs(before)).toFixed(1)} points apart already; about what the wedge itself does they ${clear ? `differ by ${points({ difference: by, low: by - half, high: by + half })} points` : "do not clearly differ"}.` });
}
const bitsOpen = (rows) => { const total = rows.reduce((a, r) => a + r.probability, 0) || 1; return rows.reduce((a, r) => a - (r.probability > 0 ? (r.probability / total) * Math.log2(r.probability / total) : 0), 0); };
