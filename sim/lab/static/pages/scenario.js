// The situation: in words, on a map, as ties, over time, actor by actor. Everything here is the start, before any run.

import { $, h, hint, show } from "/drawing/dom.js";
import { goTo, state } from "../state.js";
import { counted, LEVELS, monthWords } from "/drawing/words.js";
import { drawActors } from "./scenario_actors.js";
import { drawMap, placesTable } from "./scenario_map.js";
import { drawNetwork, saidAndDone, stancesTable } from "./scenario_ties.js";
import { drawTime } from "./scenario_time.js";
import { askedPair, STANCES, STANCE_HINT } from "./scenario_words.js";

let shown = "", drawnWidth = 0, redrawPictures = null, watched = null;

export async function draw(section, { scenario, evidence }) {
  const key = `${scenario.name} ${state().focus}`;
  if (shown === key && $("#situation-map", section)) return; // nothing on this page has changed: leave it and the focus alone
  shown = key;
  const asked = askedPair(scenario, state().focus);
  show(section,
    h("h1", { text: scenario.title }),
    h("div", { class: "situation-words" }, words(scenario, asked), saidAndDoneCard(scenario, asked)),
    h("div", { class: "situation-two" },
      h("section", { "aria-labelledby": "h-map" }, h("h2", { id: "h-map", text: "Who is where" }), h("div", { id: "situation-map" })),
      h("section", { "aria-labelledby": "h-ties" }, h("h2", { id: "h-ties", text: "Who is tied to whom" }), h("div", { id: "situation-ties" }))),
    h("div", { class: "situation-two" },
      h("section", { "aria-labelledby": "h-places" }, h("h2", { id: "h-places", text: "The map as a table" }), placesTable(scenario),
        h("details", {}, h("summary", { text: "What every organisation says of every other" }), stancesTable(scenario))),
      h("section", { "aria-labelledby": "h-tied" }, h("h2", { id: "h-tied", text: "The ties as a table" }), h("div", { id: "situation-table" }))),
    h("h2", { text: "Alliances and rivalries over time" }), h("div", { id: "situation-time" }),
    h("h2", { text: "The actors" }), h("p", { class: "small muted", text: "As they stand at the start, or when they come. Numbers without a claim are assumptions." }), h("div", { id: "situation-actors", class: "cards" }));
  drawActors($("#situation-actors", section), scenario, evidence);
  redrawPictures = () => {
    drawnWidth = section.clientWidth;
    drawMap($("#situation-map", section), scenario);
    drawNetwork($("#situation-ties", section), $("#situation-table", section), scenario, state().focus);
    drawTime($("#situation-time", section), scenario, evidence);
  };
  redrawPictures();
  watchWidth(section);
}

/** Pictures are drawn for the width there is; on a change of width (a tablet turned, a zoom) they are drawn anew. */
function watchWidth(section) {
  watched ??= new ResizeObserver(() => {
    const busy = document.activeElement?.closest("#situation-map, #situation-ties, #situation-time");
    if (section.clientWidth && Math.abs(section.clientWidth - drawnWidth) > 40 && !busy) redrawPictures();
  });
  watched.observe(section);
}

function words(scenario, asked) {
  return h("div", {},
    h("p", { text: scenario.description }),
    h("p", {}, h("strong", { text: "When: " }), `${monthWords(scenario.start)} to ${monthWords(scenario.last)}, ${counted(scenario.months, "month")}.`),
    h("p", {}, h("strong", { text: "What is asked: " }), `does the alliance of ${asked.title.replace(" – ", " and ")} hold or break, and what would a wedge change? `,
      h("button", { class: "link", onclick: () => goTo("wedge") }, "Drive a wedge")));
}

function saidAndDoneCard(scenario, asked) {
  const d = saidAndDone(scenario, asked), pair = (t) => `${d.titles[t.a]} with ${d.titles[t.b]}`;
  const range = d.top && d.top.level !== d.low.level ? `from ${LEVELS[d.low.level]} (${pair(d.low)}) to ${LEVELS[d.top.level]} (${pair(d.top)})` : d.top ? `${LEVELS[d.top.level]} (${pair(d.top)})` : "no tie";
  return h("section", { class: "card said-done", "aria-labelledby": "h-said" },
    h("h2", { id: "h-said", text: "What is said, what is done" }),
    h("p", { class: "verdict", text: d.verdict }),
    h("dl", { class: "facts" },
      h("dt", {}, hint("Said", STANCE_HINT)), h("dd", {}, d.said.length ? d.said.map((x, n) => [n ? "; " : "", `${x.text}: `, h("strong", { text: STANCES[x.stance] })]) : "nothing", "."),
      h("dt", {}, hint("Done", "The ties between the factions of the two sides in the first month, whatever is said. An alliance is a tie of material support or more.")),
      h("dd", {}, d.ties.length > 1 ? `${d.allied.length} of ${d.ties.length} pairs of their factions ${d.allied.length === 1 ? "is" : "are"} allied: ${range}.` : `${range}.`)));
}
