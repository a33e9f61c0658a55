// What a wedge costs, and whether a challenge is met. Functions of data: nothing here draws or asks.

import { bothInRuns, signed } from "/drawing/words.js";
import { GUESSES } from "./challenge_goals.js";

const monthOf = (date) => 12 * Number(date.slice(0, 4)) + Number(date.slice(5, 7));

/** Share of the months in which an instrument acts; an end is included, as in the engine. */
export function shareOf(use, scenario) {
  const first = monthOf(use.start || scenario.start), last = Math.min(monthOf(use.end || scenario.last), monthOf(scenario.last));
  return Math.max(0, last - first + 1) / scenario.months;
}

/** Effort of one instrument: cost × size × share of months, and what checking costs. */
export function effortOfUse(use, scenario) {
  const i = scenario.instruments.find((x) => x.instrument === use.instrument);
  return (i.cost * (use.size ?? 0.5) + i.verification_cost * (use.verification ?? 0)) * shareOf(use, scenario);
}
export const effortOf = (wedge, scenario) => wedge.reduce((sum, use) => sum + effortOfUse(use, scenario), 0);

export function effortWords(effort, budget) {
  const part = effort / budget;
  if (effort === 0) return "nothing spent";
  if (part > 1 + 1e-9) return `over the budget by ${(effort - budget).toFixed(2)}`;
  return part < 0.35 ? "little spent" : part < 0.65 ? "about half spent" : part < 0.95 ? "most of it spent" : part < 1 - 1e-9 ? "nearly all of it spent" : "all of it spent";
}

/** Attacks on civilians as a relative change with its interval. */
export function civilianOf(answer) {
  const m = answer.side.find((x) => x.measure === "civilian");
  if (!m) return { difference: 0, low: 0, high: 0, clear: false };
  const of = Math.max(m.baseline, 1 / answer.runs);
  return { difference: m.difference / of, low: m.low / of, high: m.high / of, clear: m.clear };
}

const between = (e, unit, digits = 1) => `${signed(100 * e.difference, digits)} ${unit}, 95 % interval ${signed(100 * e.low, digits)} to ${signed(100 * e.high, digits)}`;
export const pointsBetween = (e) => between(e, "points");
export const percentBetween = (e) => between(e, "%", 2);

/** What the runs say about the guess: a key of GUESSES. */
export const outcomeOf = (broken) => (!broken.clear ? "none" : broken.difference > 0 ? "more" : "less");
export function guessWords(guess, broken) {
  const found = outcomeOf(broken);
  return `You wrote “${GUESSES[guess]}”. The runs say “${GUESSES[found]}”. ${found === guess ? "As you expected." : "Not what you expected: why?"}`;
}

function sameQuestion(challenge, s, scenario) {
  const q = challenge.question;
  const focus = (name) => name || scenario.pairs[0].name;
  return s.scenario === q.scenario && s.thesis === q.thesis && focus(s.focus) === focus(q.focus) && s.seed === 1 && !s.draws && Object.keys(s.parameters).length === 0;
}

/** Instruments stronger than their defensible range. */
function tooStrong(wedge, scenario) {
  const top = Object.fromEntries(scenario.instruments.map((i) => [i.instrument, i.range[1]]));
  return wedge.filter((u) => (u.size ?? 0.5) > (top[u.instrument] ?? 1) + 1e-9).map((u) => `${u.instrument.replaceAll("_", " ")} (at most ${top[u.instrument]})`);
}

/**
 * Every condition of a challenge with where it stands; ok is null as long as it is not known.
 * `s`: a state; `answer`: what the lab says of it, or null.
 */
export function judged(challenge, s, scenario, answer) {
  const effort = effortOf(s.wedge, scenario), strong = tooStrong(s.wedge, scenario), same = sameQuestion(challenge, s, scenario);
  const known = s.wedge.length && same ? answer : null, pending = s.wedge.length ? null : false;
  const waits = !same ? "another question is set" : s.wedge.length ? "being run" : "no instrument is set yet";
  const broken = known?.focus.broken, civilian = known && civilianOf(known), words = known?.focus.official_end;
  const conditions = [
    { name: "question", ok: same, what: "Scenario, theory, alliance and assumptions are those of the challenge, parameters at their central values", short: "another question is set", now: same ? "yes" : "no: something of it was changed" },
    { name: "budget", ok: effort <= challenge.budget + 1e-9, what: `Effort at most ${challenge.budget.toFixed(2)}`, short: "over the budget", now: `${effort.toFixed(2)}: ${effortWords(effort, challenge.budget)}` },
    { name: "range", ok: strong.length === 0, what: "No instrument stronger than its defensible range", short: "an instrument is stronger than is defensible", now: strong.length ? `too strong: ${strong.join(", ")}` : "none is" },
    { name: "broken", ok: broken ? broken.low >= challenge.least : pending, what: `Broken more often: the interval starts at ${signed(100 * challenge.least, 0)} points or above`, short: "not broken often enough", now: broken ? pointsBetween(broken) : waits },
    { name: "civilian", ok: civilian ? civilian.high < challenge.civilian : pending, what: `Attacks on civilians: the interval ends below ${signed(100 * challenge.civilian, 0)} %`, short: "attacks on civilians may rise", now: civilian ? percentBetween(civilian) : waits },
  ];
  if (challenge.wordsOnly !== null) {
    conditions.push({ name: "words", ok: words ? words.high < challenge.wordsOnly : pending, what: `Renounced only in words: the interval ends below ${signed(100 * challenge.wordsOnly, 0)} point`, short: "renounced only in words more often", now: words ? `${pointsBetween(words)}${words.clear ? "" : " (no clear effect)"}` : waits });
  }
  const failing = conditions.find((c) => c.ok === false), open = conditions.some((c) => c.ok === null);
  return { effort, conditions, failing, met: !failing && !open, score: !failing && !open ? broken.low : null, broken, civilian, words };
}

/** The score, or why there is none. */
export function scoreWords(found) {
  if (found.met) return `Score ${(100 * found.score).toFixed(1)}: the lower end of the interval, in points.`;
  if (found.failing) return `No score: ${found.failing.short}.`;
  return "The runs are on their way.";
}

export const shareWords = (e) => { const [without, under] = bothInRuns(e.baseline, e.wedge); return `${without} without the wedge, ${under} with it`; };
