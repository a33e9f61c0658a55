// Many runs: what ended the alliance, in which order its ties fell, typical stories.

import { h, hint, show } from "/drawing/dom.js";
import { figure } from "/drawing/draw.js";
import { storyTable } from "/drawing/stories.js";
import { goTo } from "../state.js";
import { monthWords, overDraws } from "/drawing/words.js";
import { barRows } from "./why_draw.js";
import { wide } from "./why_place.js";
import { ARM_WORDS, count, upper } from "./why_words.js";

const CAUSES = 6; // as many as the server names of an arm
const APART = 0.25;
const SHOWN = 2; // stories shown of an arm; the rarer ones are folded


export function manyHeadline(found) {
  const last = monthWords(found.months.at(-1));
  const parts = found.arms.map((arm) => `in ${count(found[arm].broken, found[arm].runs)} runs${found.arms.length > 1 ? ` ${ARM_WORDS[arm]}` : ""}`);
  return `${found.title}: the alliance has ended by ${last} ${parts.join(", ")}.${found.arms.length > 1 ? "" : " No wedge is set."}`;
}

/** `step(replicate)` opens the run month by month. */
export function drawMany(place, found, step) {
  show(place,
    h("p", { class: "headline", text: manyHeadline(found) }),
    h("p", { class: "small muted" }, found.arms.length > 1 ? "The same runs without the wedge and with it: run for run they draw the same random numbers. These are counts; whether the difference is clear stands on “" : "Set a wedge to see what it changes on “",
      h("button", { class: "link", id: "why-to-wedge", onclick: () => goTo("wedge") }, "Drive a wedge"), "”."),
    found.draws > 0 && h("p", { id: "why-draws", class: "small muted", text: `The runs are${overDraws(found.draws)}, one a run: what differs between runs is chance and parameters.` }),
    h("h2", { text: "What ended it" }), causes(found),
    orders(found),
    h("h2", { text: "Typical stories" }),
    h("p", { class: "small muted" }, "Runs that are alike in what happened, and in what came before what, are told as one story. Each row is something that happened in at least half of its runs, placed at its ",
      hint("typical month", "The middle one (median) of the months in which it first happened, over the runs of the story in which it did."), "; the larger the dot, the more of them. A filled blue dot: a tie made; a hollow vermilion one: a tie let go or fought over."),
    h("div", { class: found.arms.length > 1 ? "grid2" : "" }, found.arms.map((arm) => h("div", {}, found.arms.length > 1 && h("h3", { text: upper(ARM_WORDS[arm]) }), stories(found, arm, step)))));
}

// ---- what ended it

/** Rows of who and which term, with the runs of either arm; undefined where an arm's list was cut off above it. */
function causeRows(found) {
  const rows = new Map();
  for (const arm of found.arms) {
    for (const c of found[arm].causes) {
      const key = `${c.who}|${c.term}`;
      rows.set(key, { who: c.who, reason: c.reason, ...rows.get(key), [arm]: c.runs });
    }
  }
  for (const row of rows.values()) for (const arm of found.arms) if (row[arm] === undefined && found[arm].causes.length < CAUSES) row[arm] = 0;
  return [...rows.values()].sort((a, b) => Math.max(b.baseline ?? 0, b.wedge ?? 0) - Math.max(a.baseline ?? 0, a.wedge ?? 0));
}

function causes(found) {
  const rows = causeRows(found), runs = found.baseline.runs;
  if (!rows.length) return h("p", { text: `In none of the ${runs} runs has the alliance ended: there is nothing to count. The stories below show how it held.` });
  const words = (row, arm) => (row[arm] === undefined ? `not among its first ${CAUSES}` : String(row[arm]));
    const most = Math.max(0.1 * runs, ...rows.flatMap((row) => found.arms.map((arm) => row[arm] ?? 0))); // a single run is not drawn as much
  const top = rows[0];
  const label = `Who let the alliance end, in runs. Most often: ${top.who}${top.reason && `, against it most: ${top.reason}`}, ${found.arms.map((arm) => `${words(top, arm)}${top[arm] === undefined ? "" : top[arm] === 1 ? " run" : " runs"} ${ARM_WORDS[arm]}`).join(", ")}.`;
  const svg = barRows({ most, label, rows: rows.map((row) => ({
    label: [row.who, row.reason].filter(Boolean).join(": "),
    bars: found.arms.map((arm) => ({ value: row[arm] ?? null, css: arm, text: `${row[arm] === undefined ? `${ARM_WORDS[arm]}: ` : ""}${words(row, arm)}${row[arm] === undefined ? "" : found.arms.length > 1 ? ` ${arm === "wedge" ? "with" : "without"}` : row[arm] === 1 ? " run" : " runs"}` })),
  })) });
  return h("div", { class: "grid2" },
    figure("what_ended_it", svg, h("span", {}, "Who took the ", hint("last step down", "The step that took the last tie of the pair below material support for good. Either side can take it alone."), `, and what spoke most against the tie in that decision; runs of ${runs}. `, found.arms.length > 1 && "Dark: without the wedge; blue: with it.")),
    wide("What ended it, as a table", h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col", text: "who" }), h("th", { scope: "col", text: "what weighed most" }), found.arms.map((arm) => h("th", { scope: "col", class: "number", text: found.arms.length > 1 ? (arm === "wedge" ? "with" : "without") : "runs" })))),
      h("tbody", {}, rows.map((row) => h("tr", {}, h("td", { text: row.who }), h("td", { text: row.reason || "–" }), found.arms.map((arm) => h("td", { class: "number", text: row[arm] === undefined ? "few" : String(row[arm]) }))))))));
}

// ---- in which order

function orders(found) {
  if (!found.arms.some((arm) => found[arm].orders.length)) return null;
  const list = (arm) => {
    const mine = found[arm].orders, broken = found[arm].broken;
    if (!mine.length) return h("p", { class: "muted", text: "It ended in no run." });
    const [often, once] = [mine.filter((o) => o.runs > 1), mine.filter((o) => o.runs === 1)];
    const shown = often.length ? often : once.slice(0, 1);
    const rest = broken - shown.reduce((sum, o) => sum + o.runs, 0);
    return [!often.length && broken > 1 && h("p", { class: "small", text: "No order came twice; one of them:" }),
      shown.map((o) => h("div", { class: "card why-order" }, h("strong", { text: broken === 1 ? "In the one run in which it ended" : `${count(o.runs, broken)} runs in which it ended` }), h("ol", {}, o.order.split(" → ").map((tie) => h("li", { text: tie }))))),
      rest > 0 && h("p", { class: "small muted", text: `${rest === 1 ? "One more ended" : `${rest} more ended`} in other orders.` })];
  };
  return [h("h2", { text: "In which order the ties fell" }),
    h("div", { class: found.arms.length > 1 ? "grid2" : "" }, found.arms.map((arm) => h("div", { class: found.arms.length > 1 ? "" : "grid2" }, found.arms.length > 1 && h("h3", { text: upper(ARM_WORDS[arm]) }), list(arm))))];
}

// ---- stories

function stories(found, arm, step) {
  const { stories: told, silhouette, runs } = found[arm];
  if (!told.length) return h("p", { class: "muted", text: "Nothing happened between the two in any run." });
  const cards = told.map((story, n) => storyCard(found, arm, story, n, runs, step));
  return [
    silhouette < APART && h("p", { class: "small" }, told.length > 1 ? "These stories run into each other" : "The runs do not fall into separate stories",
      `: many runs would fit ${told.length > 1 ? "another nearly as well" : "any division"} (`, hint("separation", "How much closer a run is to its own story than to the next one, on average (the silhouette): 1 is clear-cut, 0 is no difference. Below 0.25 we say so."), ` ${silhouette.toFixed(2)} of at most 1).`),
    h("div", { class: found.arms.length > 1 ? "" : "grid2" }, cards.slice(0, SHOWN)),
    cards.length > SHOWN && h("details", { id: `why-rarer-${arm}` }, h("summary", { text: cards.length === SHOWN + 1 ? "One rarer story" : `${cards.length - SHOWN} rarer stories` }), h("div", { class: found.arms.length > 1 ? "" : "grid2" }, cards.slice(SHOWN))),
  ];
}

function storyCard(found, arm, story, n, runs, step) {
  const mine = Math.round(story.share * runs), broken = Math.round(story.broken * mine);
  const ended = "the alliance has ended in";
  const fate = mine === 1 ? `the alliance has ${broken ? "" : "not "}ended in it` : `${ended} ${broken === 0 ? "none" : broken === mine ? "all" : broken} of them`;
  return h("div", { class: "card why-story" },
    h("p", {}, h("strong", { text: `Story ${n + 1}: ${count(mine, runs)} runs (${Math.round(100 * story.share)} %)` }), `; ${fate}.`),
    story.steps.length === 0 ? h("p", { class: "muted", text: "Nothing happened in half of its runs or more." }) :
      wide(`Story ${n + 1}, ${ARM_WORDS[arm]}`, storyTable(story.steps, found.months)),
    h("p", {}, h("button", { id: `why-story-${arm}-${n}`, onclick: () => step(story.replicate) }, "Step through its middle run"), " ",
      h("span", { class: "small muted" }, hint("run", "The middle run is the one most like all others of its story."), ` number ${story.replicate}`)));
}
