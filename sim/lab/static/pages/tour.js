// Three steps for the first visit; they can be skipped and asked for again. The box steps aside for what is focused.

import { $, h, show } from "/drawing/dom.js";
import { goTo } from "../state.js";

const STEPS = [
  ["scenario", "The situation", "Who is there, where, tied to whom. Every number opens the claims it rests on, or is called an assumption."],
  ["wedge", "Drive a wedge", "Take a package or add instruments. At once you see the alliance with and without it, on the same random numbers, and what else moves."],
  ["why", "Ask why", "What ended the alliance, in typical stories and in single runs, term by term. “Which theory” and “Assumptions” show what the answer hangs on."],
];
const CORNERS = ["", "left", "up", "up left"];
let end = null;

export function startTour(again) {
  if (!again && localStorage.getItem("toured")) return;
  end?.();
  let n = 0;
  const before = document.activeElement;
  const box = h("div", { class: "tour", role: "dialog", "aria-labelledby": "tour-title", "aria-describedby": "tour-text" });

  const done = () => {
    localStorage.setItem("toured", "yes");
    const inside = box.contains(document.activeElement);
    for (const [where, name, listener] of listening) where.removeEventListener(name, listener, true);
    box.remove();
    end = null;
    if (inside) (before?.isConnected && before !== document.body ? before : $("#main")).focus(); // back to where the visitor was
  };
  const step = (to) => {
    n = to;
    if (n >= STEPS.length) { done(); return; }
    const [page, title, text] = STEPS[n];
    if (again || n) goTo(page);
    show(box, h("h2", { id: "tour-title", tabindex: -1, text: `${n + 1} of ${STEPS.length}: ${title}` }), h("p", { id: "tour-text", text }), h("p", { class: "row" },
      h("button", { class: "primary", onclick: () => step(n + 1) }, n < STEPS.length - 1 ? "Next" : "Done"),
      n > 0 && h("button", { onclick: () => step(n - 1) }, "Back"),
      n < STEPS.length - 1 && h("button", { onclick: done }, "Skip")));
    $("#tour-title", box).focus();
  };
  const aside = () => stepAside(box);
  const onKey = (e) => { if (e.key === "Escape" && !$("#dialog").open) { e.preventDefault(); done(); } };
  const listening = [[document, "keydown", onKey], [document, "focusin", aside], [window, "scroll", aside], [window, "resize", aside]];
  for (const [where, name, listener] of listening) where.addEventListener(name, listener, true);
  document.body.append(box);
  end = done;
  step(0);
}

/** Move the box to the first corner where it does not cover what is focused. */
function stepAside(box) {
  const focused = document.activeElement;
  if (!focused || box.contains(focused) || focused === document.body || focused.id === "main") return;
  const there = focused.getBoundingClientRect();
  const covered = () => {
    const mine = box.getBoundingClientRect();
    return Math.max(0, Math.min(mine.right, there.right) - Math.max(mine.left, there.left)) * Math.max(0, Math.min(mine.bottom, there.bottom) - Math.max(mine.top, there.top));
  };
  if (!covered()) return;
  const place = (corner) => { box.className = `tour ${corner}`.trim(); return covered(); };
  const best = CORNERS.map((corner) => [place(corner), corner]).sort((a, b) => a[0] - b[0])[0][1];
  place(best);
}
