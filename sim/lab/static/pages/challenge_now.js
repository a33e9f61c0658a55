// The challenge that is on: kept for this tab only, not in the address. And what the lab says of the wedge as it stands.

import { post } from "../api.js";
import { state } from "../state.js";
import { CHALLENGES, GUESSES } from "./challenge_goals.js";
import { asData, RUNS } from "./share.js";

const PLACE = "challenge", LEARNED = "challenge-learned", NAME = "challenge-name";
export const MOST_LEARNED = 600;
const listeners = [];

/** { challenge, guess } or null. */
export function running() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PLACE));
    const challenge = CHALLENGES.find((c) => c.name === kept?.name);
    return challenge && GUESSES[kept.guess] ? { challenge, guess: kept.guess } : null;
  } catch { return null; }
}
export function begin(challenge, guess) {
  sessionStorage.setItem(PLACE, JSON.stringify({ name: challenge.name, guess }));
  learned("");
  tell();
}
export function stop() { sessionStorage.removeItem(PLACE); tell(); }
export const onRunning = (listener) => listeners.push(listener);
function tell() { for (const listener of listeners) listener(); }

/** A kept text; with an argument, set it. */
const kept = (place, most) => (text) => {
  if (text !== undefined) sessionStorage.setItem(place, text.slice(0, most));
  return sessionStorage.getItem(place) ?? "";
};
export const learned = kept(LEARNED, MOST_LEARNED);
export const ownName = kept(NAME, 40);

let asked = { key: "", answer: null };

/** The lab's answer for the state as it is; asked once however many want it. May throw `Superseded`. */
export function measured() {
  const data = asData(state()), key = JSON.stringify(data);
  if (asked.key !== key) {
    const answer = post("/api/answer", { state: data, runs: RUNS }, { kind: "challenge" });
    asked = { key, answer };
    answer.catch(() => { if (asked.answer === answer) asked = { key: "", answer: null }; });
  }
  return asked.answer;
}

/** The state in which a challenge begins. */
export const setQuestion = (challenge) => ({ ...challenge.question, seed: 1, draws: "", wedge: [], parameters: {} });
