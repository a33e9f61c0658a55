// How a run is told: sentences with their claims, and the reckoning of its decisive step, term by term.

import { claimsButton, h, hint } from "/drawing/dom.js";
import { figure } from "/drawing/draw.js";
import { monthWords, signed } from "/drawing/words.js";
import { waterfall } from "./why_draw.js";
import { wide } from "./why_place.js";

const LEAST = 0.005; // what rounds to nothing is told together

const HEADS = {
  break: "How it ended", end: "How it ended", formation: "How it came about", fight: "How it came to a fight", hold: "How it held",
};

/** `title(name)` gives a faction's title, `go(month)` shows a month above, `head` is the heading's element. */
export function drawTold(told, arm, { evidence, title, go, head }) {
  return [
    h(head, { text: HEADS[told.kind] ?? "How it stands" }),
    told.sentences.map((sentence) => h("p", {}, sentence.text.replaceAll(/([(\s])-(?=\d)/g, "$1−"), " ", sentence.claims.length > 0 && claimsButton(sentence.claims, evidence))),
    h("p", {}, h("button", { class: "small", id: `why-told-${arm}`, onclick: () => go(told.month) }, "Show that month")),
    told.account ? reckoning(told.account, told.kind, arm, { evidence, title, head }) : h("p", { class: "small muted", text: "There was no decision to reckon: where a side comes to its end, nobody stepped down." }),
  ];
}

function reckoning(account, kind, arm, { evidence, title, head }) {
  const down = account.step < 0, what = down ? "keeping the tie" : "the step up";
  const [then, now] = [monthWords(account.best), monthWords(account.month)];
  const moved = account.terms.filter((t) => Math.abs(t.change) >= LEAST).sort((a, b) => a.change - b.change);
  const rest = account.now - account.then - moved.reduce((sum, t) => sum + t.change, 0);
  const steps = moved.map((t) => ({ label: t.reason, change: t.change }));
  if (Math.abs(rest) >= LEAST) steps.push({ label: "all other reasons together", change: rest });
  const words = steps.length ? steps.map((t) => `${t.label} ${signed(t.change, 2)}`).join("; ") : "No reason moved by a hundredth";
  const still = steps.length === 0; // nothing moved: what each reason says, from zero
  const saying = account.terms.filter((t) => Math.abs(t.now) >= LEAST).sort((a, b) => b.now - a.now).map((t) => ({ label: t.reason, change: t.now }));
  const falls = still ? { from: { label: "no reason at all", value: 0 }, steps: saying } : { from: { label: `all reasons, ${then}`, value: account.then }, steps };
  const label = `What all reasons together said for ${what}: ${signed(account.then, 2)} in ${then}, ${signed(account.now, 2)} in ${now}. ${words}.`;
  return [
    h(head, { text: `${title(account.actor)} about ${title(account.partner)}` }),
    h("p", { class: "small" }, "What spoke for ", what, " in the eyes of the side that ", kind === "hold" ? "would have had to step" : "took the step", ": ", then, ", when the tie last stood at its ", down ? "deepest" : "lowest", ", against ", now, ". ",
      hint("The numbers", `Every reason is weighed in one currency of the model's own (utility). Above zero it speaks for ${what}, below zero against it. Only their comparison means something: they are not money or men.`),
      ` are of the model; in a month in which the two met, the ${down ? "step down" : "step up"} had a chance of ${Math.round(100 * account.chance)} in 100.`),
    figure(`reckoning_${arm}`, waterfall({ ...falls, to: { label: `all reasons, ${now}`, value: account.now }, label }),
      still ? `No reason had moved by a hundredth since ${then}, so this is what each of them said. Blue: for it; vermilion, hatched: against it.` : "Blue: moved for it; vermilion, hatched: moved against it."),
    wide("The reasons as a table", h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col", text: "reason" }), h("th", { scope: "col", class: "number", text: "then" }), h("th", { scope: "col", class: "number", text: "now" }), h("th", { scope: "col", class: "number", text: "change" }), h("th", { scope: "col", text: "rests on" }))),
      h("tbody", {}, [...account.terms].sort((a, b) => Math.abs(b.change) - Math.abs(a.change)).map((t) => h("tr", {},
        h("td", { text: t.reason }), h("td", { class: "number", text: signed(t.then, 2) }), h("td", { class: "number", text: signed(t.now, 2) }), h("td", { class: "number", text: signed(t.change, 2) }), h("td", {}, claimsButton(t.claims, evidence))))))),
  ];
}
