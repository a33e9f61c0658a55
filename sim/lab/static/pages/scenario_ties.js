// The ties at the start: a network, the same as a table, and what is known of each.

import { h, openDialog, say } from "/drawing/dom.js";
import { figure, legend } from "/drawing/draw.js";
import { around, network } from "/drawing/network.js";
import { change, goTo } from "../state.js";
import { LEVELS } from "/drawing/words.js";
import { askedPair, much, STANCES, STANCE_HINT, titlesOf } from "./scenario_words.js";
import { hint } from "/drawing/dom.js";

const ALLIED = 2; // material support: what counts as an alliance
let all = false;

export const trustWords = (x) => `${much(x)} (${x.toFixed(2)})`;
const seenWords = (x) => (x < 0.25 ? "hidden" : x < 0.5 ? "mostly hidden" : x < 0.75 ? "half in the open" : "in the open");

/** Ties worth drawing: those of the pair asked about (between its sides, inside them, and strong or hostile ones to others), or all. */
export function chosenTies(scenario, asked, everything) {
  const near = new Set(asked.sides.flat()), tied = scenario.ties.filter((t) => t.level !== 0);
  if (everything) return tied;
  return tied.filter((t) => (near.has(t.a) && near.has(t.b)) || ((near.has(t.a) || near.has(t.b)) && (t.level >= ALLIED || t.level < 0)));
}

function stanceOf(scenario, of, toward) { return scenario.stances.find((s) => s.of === of && s.toward === toward)?.stance; }

/** What is said and what is done between two organisations, in words. */
export function saidAndDone(scenario, asked) {
  const [first, second] = asked.sides, titles = titlesOf(scenario);
  const said = [[0, 1], [1, 0]].map(([a, b]) => ({ of: asked.organisations[a], toward: asked.organisations[b] })).map((s) => ({ ...s, stance: stanceOf(scenario, s.of, s.toward) })).filter((s) => s.stance);
  const ties = scenario.ties.filter((t) => (first.includes(t.a) && second.includes(t.b)) || (first.includes(t.b) && second.includes(t.a))).sort((a, b) => b.level - a.level);
  const top = ties[0], low = ties.at(-1), allied = ties.filter((t) => t.level >= ALLIED), stances = said.map((s) => s.stance);
  const silent = !said.length, cold = stances.includes("renounce") || stances.includes("distance"), open = stances.includes("ambiguous");
  let verdict = "None of their factions is there yet.";
  if (top && allied.length) {
    verdict = silent ? "Nothing is said in public; in fact they cooperate." : cold ? "Words and deeds part: distance in public, cooperation in fact." : open ? "Words leave it open; the ties do not: they cooperate in fact." : "Words and deeds agree: an open alliance.";
  } else if (top && low.level < 0) verdict = silent ? "Nothing is said in public; their factions are at odds." : cold ? "Words and deeds agree: they are rivals." : "Words are milder than deeds: their factions are at odds.";
  else if (top) verdict = top.level > 0 ? "No more than contact, whatever is said." : "Nothing ties them.";
  return { said: said.map((s) => ({ ...s, text: `${titles[s.of] ?? s.of} on ${titles[s.toward] ?? s.toward}` })), ties, top, low, allied, verdict, titles };
}

function pairFor(scenario, t) {
  const org = Object.fromEntries(scenario.factions.map((f) => [f.name, f.organisation]));
  const tries = [`${t.a}-${t.b}`, `${t.b}-${t.a}`, `${t.a}-${org[t.b]}`, `${t.b}-${org[t.a]}`, `${org[t.a]}-${org[t.b]}`, `${org[t.b]}-${org[t.a]}`];
  return tries.map((name) => scenario.pairs.find((p) => p.name === name)).find(Boolean);
}

/** A dialog with what is known of a tie. */
function openTie(scenario, t) {
  const titles = titlesOf(scenario), of = Object.fromEntries(scenario.factions.map((f) => [f.name, f.organisation])), pair = pairFor(scenario, t);
  const said = of[t.a] === of[t.b] ? [] : [[t.a, t.b], [t.b, t.a]].map(([a, b]) => [titles[of[a]], titles[of[b]], stanceOf(scenario, of[a], of[b])]).filter((x) => x[2]);
  const item = (term, text) => [h("dt", { text: term }), h("dd", { text })];
  const dialog = openDialog(`${titles[t.a]} and ${titles[t.b]}`, h("dl", { class: "claims" },
    item("What is done", `${LEVELS[t.level]} (${t.level < 0 ? "hostility" : t.level ? "cooperation" : "no tie"}; level ${String(t.level).replace("-", "−")} on a ladder from −2 to 4)`),
    item("Trust", `${trustWords(t.trust)} of 1`), item("Seen from outside", `${seenWords(t.visibility)} (${t.visibility.toFixed(2)} of 1)`),
    said.length ? item("What is said", said.map(([a, b, stance]) => `${a} on ${b}: ${STANCES[stance]}`).join("; ")) : item("What is said", of[t.a] === of[t.b] ? "Both belong to one organisation: there is no official word of one on the other." : "Neither organisation says anything of the other.")),
  h("p", { class: "muted small", text: "The start is coded by the scenario: an assumption, no single claim is listed for it." }),
  pair && h("p", {}, h("button", { onclick: () => { dialog.close(); change({ focus: pair === scenario.pairs[0] ? "" : pair.name }); goTo("wedge"); } }, `Drive a wedge: ${pair.title}`)));
}

/** Network, switch, legend. */
export function drawNetwork(place, tablePlace, scenario, focus) {
  const asked = askedPair(scenario, focus), near = new Set(asked.sides.flat());
  const redraw = () => {
    const ties = chosenTies(scenario, asked, all), seen = new Set(ties.flatMap((t) => [t.a, t.b]));
    const nodes = around(scenario.factions.filter((f) => f.present && (all || near.has(f.name) || seen.has(f.name))), asked.organisations).map((n) => ({ ...n, focus: near.has(n.name) }));
    const plus = ties.filter((t) => t.level > 0).length;
    const label = `Network of ties in the first month, ${all ? "all" : `around ${asked.title}`}: ${plus} of cooperation, ${ties.length - plus} of hostility among ${nodes.length} factions. The table beside it lists them.`;
    const svg = network({ nodes, ties, label, onpick: (t) => openTie(scenario, t), width: Math.min(640, Math.max(350, Math.round(place.clientWidth) || 460)), height: 330 });
    easeClicks(svg);
    picture.replaceChildren(figure(`ties_${scenario.name}`, svg, h("span", {}, "Filled dots: the pair asked about. Click a line, or a name in the table, for what is known.")));
    tablePlace.replaceChildren(tiesTable(scenario, ties, near, asked));
  };
  const set = (value) => { all = value; for (const b of place.querySelectorAll(".switch button")) b.setAttribute("aria-pressed", String((b.dataset.all === "yes") === all)); redraw(); say(all ? "All ties." : "Ties of the pair asked about."); };
  const picture = h("div", {});
  place.replaceChildren(
    h("div", { class: "row switch", role: "group", "aria-label": "Which ties" }, h("button", { class: "small", "data-all": "no", "aria-pressed": String(!all), onclick: () => set(false) }, "Around the pair"), h("button", { class: "small", "data-all": "yes", "aria-pressed": String(all), onclick: () => set(true) }, "All ties")),
    picture, legend([{ css: "tie cooperation", label: "cooperation" }, { css: "tie hostility", label: "hostility" }]),
    h("p", { class: "small muted" }, "The wider, the stronger: ", hint("levels", "Cooperation in four steps: contact, material support, sanctuary, joint operations. Hostility in two: rivalry, armed conflict. From material support on, the lab speaks of an alliance."), "."));
  redraw();
}

/** Lines are thin: a wide invisible one over each takes the pointer. The keyboard's way is the table (nothing in a picture takes focus). */
function easeClicks(svg) {
  for (const line of svg.querySelectorAll("line.tie")) {
    line.removeAttribute("tabindex"); line.removeAttribute("role");
    const wide = line.cloneNode(true);
    wide.setAttribute("class", "touch"); wide.setAttribute("stroke-width", "12");
    wide.addEventListener("click", () => line.dispatchEvent(new Event("click")));
    line.after(wide);
  }
}

function tiesTable(scenario, ties, near, asked) {
  const titles = titlesOf(scenario), [first, second] = asked.sides;
  const across = (t) => (first.includes(t.a) && second.includes(t.b)) || (first.includes(t.b) && second.includes(t.a));
  const rows = [...ties].sort((a, b) => across(b) - across(a) || b.level - a.level || b.trust - a.trust);
  if (!rows.length) return h("p", { class: "muted", text: "No ties at the start." });
  return h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col", text: "between" }), h("th", { scope: "col", text: "tie" }), h("th", { scope: "col", text: "trust" }))),
    h("tbody", {}, rows.map((t) => h("tr", { class: across(t) ? "asked" : "" },
      h("td", {}, h("button", { class: "link", onclick: () => openTie(scenario, t) }, `${titles[t.a]} – ${titles[t.b]}`)),
      h("td", { class: t.level < 0 ? "foe" : "friend", text: `${t.level < 0 ? "−" : "+"} ${LEVELS[t.level]}` }), h("td", { class: "nowrap", text: trustWords(t.trust) }))))));
}

/** What everybody says of everybody. */
export function stancesTable(scenario) {
  const at = (a, b) => (a === b ? "–" : STANCES[stanceOf(scenario, a, b)] ?? "says nothing");
  return h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, hint("who says it", STANCE_HINT)), scenario.organisations.map((o) => h("th", { scope: "col", text: `of ${o.title}` })))),
    h("tbody", {}, scenario.organisations.map((o) => h("tr", {}, h("th", { scope: "row", text: o.title }), scenario.organisations.map((p) => h("td", { text: at(o.name, p.name) })))))));
}
