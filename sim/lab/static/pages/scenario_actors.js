// One card a faction: size, aims, leader, friends, foes; every number with the claims it rests on.

import { claimsButton, h, hint, s } from "/drawing/dom.js";
import { LEVELS, monthWords } from "/drawing/words.js";
import { between, codesOf, fightersWords, much, orgClass, titlesOf } from "./scenario_words.js";

const AIMS = {
  disposition: ["Talks", "a spoiler", "a dealmaker"],
  strategy: ["Pace", "patient", "fast and indiscriminate"],
  scope: ["Scope", "local", "global"],
  doctrine: ["Doctrine", "Deobandi", "Salafi-jihadist"],
};
const AMOUNTS = { grievance: "Grievance", reputation: "Reputation" };

function bar(value, amount) {
  return s("svg", { viewBox: "0 0 80 10", class: "mini", "aria-hidden": "true" }, s("line", { x1: 3, x2: 77, y1: 5, y2: 5, class: "axis" }),
    amount ? s("rect", { x: 3, y: 2.5, width: 74 * value, height: 5, class: "fill" }) : [s("line", { x1: 40, x2: 40, y1: 2, y2: 8, class: "axis" }), s("circle", { cx: 3 + 74 * value, cy: 5, r: 4, class: "fill" })]);
}

function numberRow(n, evidence) {
  const aim = AIMS[n.name], word = aim?.[0] ?? AMOUNTS[n.name] ?? n.name;
  return h("tr", {}, h("th", { scope: "row" }, hint(word, `${n.meaning}.`)), h("td", {}, bar(n.value, !aim)),
    h("td", {}, `${aim ? between(n.value, aim[1], aim[2]) : much(n.value)} (${n.value.toFixed(2)}) `, claimsButton(n.claims, evidence)));
}

function others(f, scenario, test, sign) {
  const titles = titlesOf(scenario);
  return scenario.ties.filter((t) => (t.a === f.name || t.b === f.name) && test(t.level)).sort((a, b) => sign * (b.level - a.level))
    .map((t) => `${titles[t.a === f.name ? t.b : t.a]} (${LEVELS[t.level]})`).join("; ");
}

function card(f, scenario, evidence, codes, titles) {
  const fighters = f.numbers.find((n) => n.name === "fighters"), friends = others(f, scenario, (l) => l >= 2, 1), foes = others(f, scenario, (l) => l < 0, -1);
  const item = (term, ...words) => [h("dt", {}, term), h("dd", {}, words)];
  return h("article", { class: "card actor", "aria-labelledby": `actor-${f.name}` },
    h("h3", { id: `actor-${f.name}` }, s("svg", { viewBox: "0 0 20 20", class: "coin", "aria-hidden": "true" }, s("circle", { cx: 10, cy: 10, r: 9, class: orgClass(f.organisation) }), s("text", { x: 10, y: 13.4, class: `code mid on-${f.organisation}`, text: codes[f.name] })), f.title),
    h("p", { class: "small" }, titles[f.organisation] !== f.title && h("span", { class: "tag", text: `of ${titles[f.organisation]}` }), " ", !f.present && h("span", { class: "tag", text: f.entry ? `comes in ${monthWords(f.entry)}` : "not there at the start" })),
    h("dl", { class: "facts" },
      item("Size", fighters ? `${fightersWords(fighters.value)} ` : "not known ", fighters && claimsButton(fighters.claims, evidence)),
      item("Leader", f.leader || h("span", { class: "muted", text: "none named" })),
      item(hint("Friends", "Ties of material support or more at the start."), friends || h("span", { class: "muted", text: f.present ? "none" : "decided when it comes" })),
      item(hint("Foes", "Rivalry or armed conflict at the start."), foes || h("span", { class: "muted", text: f.present ? "none" : "decided when it comes" }))),
    h("div", { class: "scroll" }, h("table", { class: "aims" }, h("caption", { class: "unseen", text: `Aims of ${f.title}` }), h("tbody", {}, [...Object.keys(AIMS), ...Object.keys(AMOUNTS)].map((name) => f.numbers.find((n) => n.name === name)).filter(Boolean).map((n) => numberRow(n, evidence))))));
}

export function drawActors(place, scenario, evidence) {
  const codes = codesOf(scenario.factions), titles = titlesOf(scenario);
  place.replaceChildren(...scenario.factions.map((f) => card(f, scenario, evidence, codes, titles)));
}
