// The score sheet: what was asked, set, expected, found and learned, on a page to print and as a text to hand in.

import { post, Superseded } from "../api.js";
import { h, say, show } from "/drawing/dom.js";
import { state, toHash } from "../state.js";
import { plain } from "/drawing/words.js";
import { GUESSES } from "./challenge_goals.js";
import { learned, MOST_LEARNED, ownName } from "./challenge_now.js";
import { effortOfUse, effortWords, guessWords, percentBetween, pointsBetween, scoreWords, shareWords } from "./challenge_score.js";
import { asData, lineOf, RUNS, save } from "./share.js";

export const linkOf = () => location.origin + location.pathname + toHash(state(), "wedge", {});
/** A table that may be wider than the page can be scrolled by keyboard. */
const scrolling = (name) => ({ class: "scroll", tabindex: 0, role: "region", "aria-label": name });
const mark = (ok) => (ok === null ? "…" : ok ? "✓ yes" : "✗ no");

/** The fixed frame of a sheet; `fill` sets what changes. Fields that are typed into stay the same elements. */
export function makeSheet({ onboard }) {
  const parts = { score: h("p", { class: "headline" }), body: h("div"), fault: h("p", { class: "banner", role: "alert", hidden: true }), why: h("span", { class: "muted small" }), file: h("pre", { class: "only-print" }) };
  const told = (words) => { parts.fault.hidden = !words; parts.fault.textContent = words || ""; };
  const name = h("input", { type: "text", id: "sheet-name", maxlength: 40, autocomplete: "off", value: ownName(), oninput: () => { ownName(name.value); copy.name.textContent = name.value; } });
  const left = h("span", { class: "muted small", id: "learned-left" });
  const text = h("textarea", { id: "learned", rows: 4, maxlength: MOST_LEARNED, "aria-describedby": "learned-left", oninput: () => { learned(text.value); counted(); } });
  const copy = { name: h("span", { text: name.value }), learned: h("p", { class: "only-print learned-copy" }) };
  const counted = () => { left.textContent = `${MOST_LEARNED - text.value.length} of ${MOST_LEARNED} characters left; kept in this browser tab until you hand it in yourself.`; copy.learned.textContent = text.value; };
  text.value = learned();
  counted();
  const attempt = (work) => async (e) => {
    const button = e.currentTarget;
    button.disabled = true;
    told("");
    try { await work(); } catch (error) { if (!(error instanceof Superseded)) told(error.message); } finally { button.disabled = false; button.focus(); }
  };
  parts.board = h("button", { onclick: attempt(async () => {
    const who = name.value.trim();
    if (!who) { told("Write a name or a team above first: the board shows it to everybody in the room."); return; }
    await onboard(who);
    say("You are on the class board.");
  }) }, "Put it on the class board");
  parts.element = h("section", { class: "sheet card", "aria-labelledby": "sheet-title" },
    h("h2", { id: "sheet-title", tabindex: -1, text: "Score sheet" }), parts.score,
    h("p", { class: "row noprint" }, h("label", { for: "sheet-name", text: "Name or team" }), name), h("p", { class: "only-print" }, "Name or team: ", copy.name),
    parts.body,
    h("h3", {}, h("label", { for: "learned", text: "What I learned" })), h("div", { class: "noprint" }, text, h("p", {}, left)), copy.learned, parts.file,
    parts.fault,
    h("p", { class: "row noprint" },
      h("button", { class: "primary", onclick: attempt(async () => { save("score_sheet.txt", await sheetText(parts), "text/plain"); say("Saved."); }) }, "Save as text"),
      h("button", { onclick: () => print() }, "Print"), parts.board, parts.why),
    h("p", { class: "muted small noprint", text: "Hand in the text or the print. Nothing is sent anywhere by itself; the board below is the only place others see, and only if you put your score there." }));
  return parts;
}

/** Set what changes: conditions, numbers, wedge. */
export function fillSheet(parts, on, found, scenario, answer) {
  parts.now = { on, found, scenario, answer };
  const { challenge, guess } = on;
  parts.score.textContent = scoreWords(found);
  parts.board.disabled = !found.met;
  parts.why.textContent = found.met ? "" : "Only a score can go on the board: every condition has to hold.";
  show(parts.body,
    h("p", {}, h("strong", { text: `${challenge.title}. ` }), challenge.goal),
    h("h3", { text: "What I expected" }), h("p", { text: answer && found.broken ? guessWords(guess, found.broken) : `You wrote “${GUESSES[guess]}”.` }),
    h("h3", { text: "Conditions" }),
    h("div", scrolling("Conditions"), h("table", {}, h("thead", {}, h("tr", {}, h("th", { text: "Condition" }), h("th", { text: "Now" }), h("th", { text: "Holds?" }))),
      h("tbody", {}, found.conditions.map((c) => h("tr", {}, h("td", { text: c.what }), h("td", { text: c.now }), h("td", { class: c.ok === false ? "fails" : c.ok ? "holds" : "", text: mark(c.ok) })))))),
    h("h3", { text: "Numbers" }), numbers(found, answer),
    h("h3", { text: "My wedge" }), wedgeTable(challenge, found, scenario),
    h("p", { class: "small link-text" }, "Link: ", h("a", { href: linkOf(), text: linkOf() })));
  fileForPrint(parts);
}

/** The file stands on the print too; it is asked for once the runs are there. */
async function fileForPrint(parts) {
  if (!parts.now.answer) { parts.file.textContent = ""; return; }
  try { parts.file.textContent = await yamlOf("challenge-print"); } catch { parts.file.textContent = ""; } // the text that is saved tells what is wrong
}
const yamlOf = (kind) => post("/api/yaml", { state: asData(), runs: RUNS }, { as: "text", kind });

function lines(found, answer) {
  if (!answer || !found.broken) return [];
  return [
    `${answer.focus.title}: broken at the end ${shareWords(found.broken)}; ${pointsBetween(found.broken)}${found.broken.clear ? "" : " (no clear effect)"}`,
    `Renounced only in words: ${shareWords(found.words)}; ${pointsBetween(found.words)}${found.words.clear ? "" : " (no clear effect)"}`,
    `Attacks on civilians: ${percentBetween(found.civilian)}${found.civilian.clear ? "" : " (no clear effect)"}`,
    `${answer.runs.toLocaleString("en")} paired runs, theory ${plain(state().thesis)}; baseline and wedge draw the same random numbers`,
  ];
}
function numbers(found, answer) {
  const told = lines(found, answer);
  return told.length ? h("ul", {}, told.map((text) => h("li", { text }))) : h("p", { class: "muted", text: state().wedge.length ? "None yet." : "None yet: no instrument is set." });
}

const useWords = (u) => `${plain(u.instrument)} on ${plain(u.target)}${u.about ? ` about ${plain(u.about)}` : ""}`;
const whenWords = (u) => `${u.start || "first month"} to ${u.end || "last month"}`;

function wedgeTable(challenge, found, scenario) {
  if (!state().wedge.length) return h("p", { class: "muted", text: "Empty." });
  return h("div", scrolling("My wedge"), h("table", {},
    h("thead", {}, h("tr", {}, h("th", { text: "instrument" }), h("th", { class: "number", text: "strength" }), h("th", { text: "months" }), h("th", { class: "number", text: "effort" }))),
    h("tbody", {}, state().wedge.map((u) => h("tr", {}, h("td", { text: useWords(u) }), h("td", { class: "number", text: (u.size ?? 0.5).toFixed(2) }), h("td", { text: whenWords(u) }), h("td", { class: "number", text: effortOfUse(u, scenario).toFixed(3) }))),
      h("tr", {}, h("td", { text: `together: ${effortWords(found.effort, challenge.budget)}` }), h("td"), h("td"), h("td", { class: "number", text: `${found.effort.toFixed(3)} of ${challenge.budget.toFixed(2)}` })))));
}

/** The sheet as text, with the file that the lab and the command line can read. */
async function sheetText(parts) {
  const { on, found, scenario, answer } = parts.now, link = linkOf();
  const yaml = await yamlOf("challenge-yaml");
  const wedge = state().wedge.map((u) => `- ${useWords(u)}: strength ${(u.size ?? 0.5).toFixed(2)}, ${whenWords(u)}, effort ${effortOfUse(u, scenario).toFixed(3)}`);
  return [
    `SCORE SHEET: ${on.challenge.title}`, `Name or team: ${ownName() || "-"}`, "", on.challenge.goal, "", scoreWords(found), "",
    "WHAT I EXPECTED", found.broken ? guessWords(on.guess, found.broken) : GUESSES[on.guess], "",
    "CONDITIONS", ...found.conditions.map((c) => `- ${mark(c.ok)} ${c.what}. Now: ${c.now}`), "",
    "NUMBERS", ...lines(found, answer).map((text) => `- ${text}`), "",
    `MY WEDGE (effort ${found.effort.toFixed(3)} of ${on.challenge.budget.toFixed(2)})`, ...(wedge.length ? wedge : ["- empty"]), "",
    "WHAT I LEARNED", learned() || "-", "", "LINK", link, "", `FILE (wedge.yaml; ${lineOf()} runs it)`, yaml,
  ].join("\n");
}
