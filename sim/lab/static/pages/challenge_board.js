// The class board: names that people choose, looked at again every ten seconds while the page is open.

import { post } from "../api.js";
import { h, say, show } from "/drawing/dom.js";
import { change, currentPage, EMPTY, goTo, state } from "../state.js";
import { pointsBetween } from "./challenge_score.js";
import { CHALLENGES } from "./challenge_goals.js";
import { signed } from "/drawing/words.js";
import { asData } from "./share.js";

const EVERY = 10_000;

/** Which challenge a score answers, by the question its state asks. */
function challengeOf(s) {
  return CHALLENGES.find((c) => c.question.scenario === (s.scenario ?? EMPTY.scenario) && c.question.focus === (s.focus ?? ""));
}

export function makeBoard() {
  const place = h("div", {}, h("p", { class: "muted", text: "Loading …" })), fault = h("p", { class: "muted small", role: "status" });
  const board = { seen: "", timer: 0, gone: false, place, fault };
  board.element = h("section", { class: "noprint", "aria-labelledby": "board-title" }, h("h2", { id: "board-title", text: "Class board" }),
    h("p", { class: "small muted", text: "Names are visible to everybody who has this lab open, and vanish when the lab is closed. A name has one entry: a newer one takes its place. A browser tab holds five names; with a sixth its first goes. The surest break stands first." }), fault, place);
  board.look = () => look(board);
  look(board);
  return board;
}

async function look(board) {
  clearTimeout(board.timer);
  if (currentPage() !== "challenge" || board.gone) return;
  try {
    const response = await fetch("/api/board", { cache: "no-store" }); // `get` of api.js keeps its answers
    if (!response.ok) throw new Error(`The lab's server answered ${response.status}.`);
    board.fault.textContent = "";
    fill(board, await response.json());
  } catch (error) {
    board.fault.textContent = `${error instanceof TypeError ? "The lab's server cannot be reached." : error.message} The board is looked at again in ten seconds.`;
  }
  clearTimeout(board.timer);
  board.timer = setTimeout(() => look(board), EVERY);
}

function fill(board, scores) {
  const text = JSON.stringify(scores);
  if (text === board.seen) return;
  board.seen = text;
  const focused = board.place.contains(document.activeElement) ? document.activeElement.dataset.who : null;
  const groups = [...CHALLENGES.map((c) => [c.title, scores.filter((s) => challengeOf(s.state) === c)]), ["Other questions", scores.filter((s) => !challengeOf(s.state))]].filter(([, rows]) => rows.length);
  show(board.place, groups.length ? groups.map(([title, rows]) => [h("h3", { text: title }), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Scores, ${title}` }, table(title, rows))]) : h("p", { class: "muted", text: "Nobody is on it yet." }));
  if (focused) [...board.place.querySelectorAll("[data-who]")].find((b) => b.dataset.who === focused)?.focus();
}

function table(title, rows) {
  return h("table", {}, h("caption", { class: "unseen", text: `Scores, ${title}` }),
    h("thead", {}, h("tr", {}, h("th", { class: "number", text: "place" }), h("th", { text: "name" }), h("th", { class: "number", text: "score" }), h("th", { text: "change in the share broken" }), h("th", { class: "number", text: "attacks on civilians" }), h("th", { class: "number", text: "effort" }), h("th", { text: "wedge" }))),
    h("tbody", {}, rows.map((s, n) => h("tr", {}, h("td", { class: "number", text: `${n + 1}.` }), h("td", { class: "who", text: s.name }), h("td", { class: "number", text: (100 * s.low).toFixed(1) }),
      h("td", { text: pointsBetween({ ...s, difference: s.broken }) }), h("td", { class: "number", text: `${signed(100 * s.civilian, 2)} %` }), h("td", { class: "number", text: s.effort.toFixed(2) }),
      h("td", {}, h("button", { class: "small", "data-who": s.name, "aria-label": `Open the wedge of ${s.name}`, onclick: () => open(s) }, "Open"))))));
}

function open(score) {
  change({ ...EMPTY, ...score.state });
  goTo("wedge");
  say(`The wedge of ${score.name}. Undo brings yours back.`);
}

/** Put a score on the board; throws in words. */
export async function hand(board, name, found) {
  const { difference, low, high } = found.broken;
  const scores = await post("/api/board", { name, state: asData(state()), broken: difference, low, high, civilian: found.civilian.difference, effort: found.effort }, { kind: "board" });
  fill(board, scores);
}
