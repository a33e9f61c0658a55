// Three steps for the first visit; they can be skipped and asked for again.

import { $, h, show } from "../dom.js";
import { goTo } from "../state.js";

const STEPS = [
  ["scenario", "The situation", "Who is there, where, tied to whom. Every number opens the claims it rests on."],
  ["wedge", "Drive a wedge", "Take a package or add instruments. At once you see the alliance with and without it, on the same random numbers, and what else moves."],
  ["why", "Ask why", "What ended the alliance, in typical stories and in single runs, term by term. “Which theory” and “Assumptions” show what the answer hangs on."],
];

export function startTour(again) {
  if (!again && localStorage.getItem("toured")) return;
  let n = 0;
  const box = $(".tour") || h("aside", { class: "tour", "aria-label": "A tour in three steps" });
  const done = () => { localStorage.setItem("toured", "yes"); box.remove(); };
  const step = () => {
    const [page, title, text] = STEPS[n];
    if (again || n) goTo(page);
    show(box, h("h2", { text: `${n + 1} of ${STEPS.length}: ${title}` }), h("p", { text }), h("p", { class: "row" },
      h("button", { class: "primary", onclick: () => { n += 1; if (n < STEPS.length) step(); else done(); } }, n < STEPS.length - 1 ? "Next" : "Done"), h("button", { onclick: done }, "Skip")));
  };
  document.body.append(box);
  step();
}
