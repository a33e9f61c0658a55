// Challenge: choose one, write down a guess, work on the wedge page, hand in a score sheet.

import { Superseded } from "../api.js";
import { $, h, hint, show } from "/drawing/dom.js";
import { wayOut } from "../fault.js";
import { change, goTo, state } from "../state.js";
import { hand, makeBoard } from "./challenge_board.js";
import { CHALLENGES, GUESSES } from "./challenge_goals.js";
import { begin, measured, running, setQuestion, stop } from "./challenge_now.js";
import { judged } from "./challenge_score.js";
import { fillSheet, makeSheet } from "./challenge_sheet.js";

const EFFORT = "Every instrument has a price at full strength over the whole time; half the strength or half the months cost half. Checking an offer costs extra. The prices are assumptions, orders of magnitude by who has to act and for how long: no article prices them. Pressure by arms on one organisation is 1.";
const INTERVAL = "What chance leaves open: 95 of 100 such intervals hold the true difference of the model. The score is its lower end, so that luck does not count.";

let shown = null, sheet = null, board = null;

export async function draw(section, { overview, scenario, what }) {
  const on = running(), mode = on ? on.challenge.name : "choose";
  if (shown !== mode || !$("h1", section)) {
    const had = section.contains(document.activeElement);
    shown = mode;
    build(section, on, overview);
    if (had) $("h1", section).focus();
  }
  if (what === "page") board.look();
  if (on) await refresh(section, on, scenario);
}

function build(section, on, overview) {
  if (board) board.gone = true;
  board = makeBoard();
  if (!on) {
    sheet = null;
    show(section, h("h1", { tabindex: -1, text: "Challenge" }),
      h("p", {}, "A goal, a budget of ", hint("effort", EFFORT), ", and a score sheet to hand in. First you write down what you expect; then you work on the page “Drive a wedge”."),
      h("div", { class: "cards" }, CHALLENGES.map((c) => card(c, overview))), rules(), board.element);
    return;
  }
  const { challenge } = on;
  sheet = makeSheet({ onboard: (name) => hand(board, name, sheet.now.found) });
  show(section, h("h1", { tabindex: -1, text: `Challenge: ${challenge.title}` }),
    h("div", { class: "noprint" }, h("p", { class: "headline", text: challenge.goal }), h("p", { text: challenge.about }),
      h("p", { class: "row" }, h("button", { class: "primary", onclick: () => goTo("wedge") }, "Work on the wedge"),
        h("button", { onclick: () => change(setQuestion(challenge)) }, "Start again with an empty wedge"),
        h("button", { onclick: () => leave(section, overview) }, "Leave the challenge")), rules()),
    h("p", { id: "sheet-fault", class: "banner noprint", role: "alert", hidden: true }),
    sheet.element, board.element);
}

function card(challenge, overview) {
  const of = overview.scenarios.find((sc) => sc.name === challenge.question.scenario)?.title ?? challenge.question.scenario;
  const asked = h("p", { class: "banner small", role: "alert", hidden: true });
  const limits = [`effort at most ${challenge.budget.toFixed(2)}`, `broken at least ${100 * challenge.least} points more often, by the lower end of the interval`, `attacks on civilians less than ${100 * challenge.civilian} % up, by the upper end`];
  if (challenge.wordsOnly !== null) limits.push(`renounced only in words less than ${100 * challenge.wordsOnly} point up, by the upper end`);
  const form = h("form", { onsubmit: (e) => {
    e.preventDefault();
    const guess = new FormData(form).get(`guess-${challenge.name}`);
    if (!guess) { asked.hidden = false; asked.textContent = "Write down your guess first: what you expect is half of what you learn."; $("input", form).focus(); return; }
    change(setQuestion(challenge));
    begin(challenge, guess);
    goTo("wedge");
    $("#main").focus();
  } },
  h("fieldset", {}, h("legend", { text: "Your guess, before anything is run: with a wedge that you can pay for, the tie …" }),
    Object.entries(GUESSES).map(([key, words]) => h("label", { class: "guess" }, h("input", { type: "radio", name: `guess-${challenge.name}`, value: key }), ` ${key === "none" ? `shows ${words}` : words}`))), asked,
  h("button", { class: "primary", "aria-label": `Take the challenge: ${challenge.title}` }, "Take the challenge"));
  return h("article", { class: "card challenge" }, h("h2", { text: challenge.title }), h("p", {}, h("span", { class: "tag", text: of })), h("p", {}, h("strong", { text: challenge.goal })), h("p", { class: "small", text: challenge.about }),
    h("ul", { class: "small" }, limits.map((text) => h("li", { text }))), form);
}

function rules() {
  return h("details", {}, h("summary", { text: "Rules" }), h("ul", {},
    h("li", { text: "Scenario, theory, alliance and assumptions stay as the challenge sets them, parameters at their central values. You may look elsewhere; to score, come back." }),
    h("li", { text: "No instrument stronger than its defensible range, which the wedge page shows beside each strength." }),
    h("li", {}, "Every condition has to hold by its ", hint("interval", INTERVAL), ", not by its middle."),
    h("li", {}, "Score: the lower end of the interval of the change in the share of runs in which the alliance is broken in the last month, in points. Equal scores: the less ", hint("effort", EFFORT), " first."),
    h("li", { text: "It is a model of what five authors argue, not a forecast: a score says which wedge the model favours. Ask of a good one why it works, and whether another theory agrees." })));
}

function leave(section, overview) {
  stop();
  shown = "choose";
  build(section, null, overview);
  $("h1", section).focus();
}

/** The sheet for the wedge as it stands: at once what needs no run, then the runs. */
async function refresh(section, on, scenario) {
  const fault = $("#sheet-fault", section), key = JSON.stringify(state());
  fault.hidden = true;
  sheet.element.setAttribute("aria-busy", "true");
  const first = judged(on.challenge, state(), scenario, null);
  if (!sheet.now || !state().wedge.length) fillSheet(sheet, on, first, scenario, null);
  try {
    if (state().wedge.length) {
      const answer = await measured();
      if (JSON.stringify(state()) !== key || !running() || !sheet) return;
      fillSheet(sheet, on, judged(on.challenge, state(), scenario, answer), scenario, answer);
    }
  } catch (error) {
    if (error instanceof Superseded) return;
    fault.hidden = false;
    fault.replaceChildren(`${error.message} `, wayOut(error, () => refresh(section, on, scenario)));
  }
  sheet?.element.setAttribute("aria-busy", "false");
}
