// A room without a server: answers for a grid of settings stand in the page; this shows them.

import { $, claimsList, h, show } from "/drawing/dom.js";
import { ALIVE_KEYS, aliveChart } from "/drawing/alive.js";
import { figure, legend } from "/drawing/draw.js";
import { forest } from "/drawing/forest.js";
import { aloneWords, bandOver, counted, inRuns, monthWords, overDraws, plain, points, signed } from "/drawing/words.js";

const data = JSON.parse($("#data").textContent);
const chosen = data.axes.map(() => 0);

function headline(a) {
  const e = a.broken, last = monthWords(data.months.at(-1));
  if (!chosen.some(Boolean)) return `${data.focus}: broken by ${last} ${aloneWords(e)}. No wedge is set.`;
  return `${data.focus}, broken by ${last}: ${inRuns(e.baseline)} without the wedge, ${inRuns(e.wedge)} with it; ${e.clear ? `${points(e)} points` : "no clear effect"}.`;
}

function draw() {
  const a = data.answers[chosen.join("")], course = { baseline: data.baseline, under: data.baseline.map((v, t) => v + a.difference[t]), low: a.low, high: a.high };
  show($("#answer"),
    h("p", { class: "headline", role: "status", text: headline(a) }),
    h("div", { class: "grid2" },
      figure("alive", aliveChart({ months: data.months, label: headline(a), course }), `Alive, month by month; band: 95 % interval of the paired difference${bandOver(data.draws)}.`),
      h("div", {}, figure("side", forest({ rows: a.ties.map((t, n) => ({ label: data.ties[n], ...t })), label: "Change in the share broken of every watched tie, points" }), "Every watched tie: change in the share broken, points. Filled: clear."),
        h("table", {}, h("thead", {}, h("tr", {}, h("th", { text: "what else moves, a run" }), h("th", { class: "number", text: "difference" }))), h("tbody", {}, a.side.map((m, n) => h("tr", {}, h("td", { text: data.side[n].label }), h("td", { class: `number ${m.clear ? "clear" : "unclear"}`, text: m.clear ? `${signed(m.difference * data.side[n].times, 2)}${data.side[n].unit}` : "no clear effect" }))))))),
    legend(ALIVE_KEYS));
}

show($("#page"), location.hash.length > 1 && h("p", { class: "banner", role: "alert", text: "This file takes no settings from its address: what stands after “#” was not read. Links of the lab open in a lab." }),
  h("h1", { text: data.title }), h("p", { text: data.description }),
  h("div", { class: "cards" }, data.axes.map((axis, n) => h("fieldset", { class: "card" }, h("legend", {}, h("strong", { text: axis.title })),
    axis.levels.map((level, k) => h("label", { class: "row" }, h("input", { type: "radio", name: `axis-${n}`, checked: k === 0, onchange: () => { chosen[n] = k; draw(); } }), level)),
    h("details", {}, h("summary", { text: "What it is, and what it rests on" }), h("p", { class: "small", text: axis.reading }), claimsList(axis.claims, data.evidence))))),
  h("div", { id: "answer" }),
  h("p", { class: "muted small", text: `${counted(data.runs, "paired run")} a setting${overDraws(data.draws) || " at the central values of the parameters"}, seed ${data.seed}, theory ${plain(data.thesis)}; only the settings above were run. Made by: ${data.command}. Not a forecast: a study of organisations' politics, whose limits stand in the lab's documentation.` }));
draw();
