// A slim bar at the bottom of every page while a challenge is on: effort, goal, hand in.

import { get, Superseded } from "../api.js";
import { $, h, say } from "/drawing/dom.js";
import { wayOut } from "../fault.js";
import { goTo, onChange, state } from "../state.js";
import { measured, onRunning, running } from "./challenge_now.js";
import { effortOf, effortWords, judged } from "./challenge_score.js";
import { signed } from "/drawing/words.js";

const PAUSE = 600; // ms without a change before the lab is asked: the page in front comes first
let parts = null, timer = 0, met = false;

export function mountBar() {
  if (parts) return;
  const meter = h("meter", { id: "bar-meter", min: 0, max: 1, "aria-label": "Effort used" });
  parts = { title: h("strong"), meter, effort: h("span"), goal: h("span", { class: "bar-goal" }), hand: h("button", { class: "primary", onclick: handIn }, "Hand in") };
  parts.bar = h("aside", { id: "challenge-bar", class: "challenge-bar", "aria-label": "The challenge that is on", hidden: true },
    h("span", { class: "row" }, parts.title), h("span", { class: "row" }, "effort ", meter, parts.effort), parts.goal, parts.hand);
  document.body.append(parts.bar);
  new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${parts.bar.offsetHeight}px`)).observe(parts.bar); // what is focused scrolls clear of it
  onChange(update);
  onRunning(update);
  update();
}

function handIn() {
  goTo("challenge");
  const found = () => { const title = $("#sheet-title"); title?.focus(); title?.scrollIntoView({ block: "start" }); return title; };
  if (!found()) setTimeout(found, 400); // the page is being loaded
}

async function update() {
  clearTimeout(timer);
  const on = running();
  parts.bar.hidden = !on;
  document.documentElement.classList.toggle("challenged", Boolean(on));
  if (!on) { met = false; return; }
  parts.title.textContent = on.challenge.title;
  try {
    const scenario = await get(`/api/scenario/${state().scenario}`), effort = effortOf(state().wedge, scenario), { budget } = on.challenge;
    const words = `${effort.toFixed(2)} of ${budget.toFixed(2)}, ${effortWords(effort, budget)}`;
    parts.meter.max = budget;
    parts.meter.high = budget * 0.95;
    parts.meter.value = Math.min(effort, budget);
    parts.meter.setAttribute("aria-valuetext", words);
    parts.effort.textContent = words;
    parts.bar.classList.toggle("over", effort > budget + 1e-9);
    const soon = judged(on.challenge, state(), scenario, null);
    tell(soon, soon.failing ? `Not yet: ${soon.failing.name === "broken" ? "no instrument is set" : soon.failing.short}.` : "The runs are on their way …");
    clearTimeout(timer);
    if (state().wedge.length) timer = setTimeout(() => look(scenario), PAUSE);
  } catch (error) { fault(error); }
}

async function look(scenario) {
  const on = running(), s = JSON.stringify(state());
  if (!on) return;
  try {
    const found = judged(on.challenge, state(), scenario, await measured());
    if (JSON.stringify(state()) !== s) return;
    const interval = found.broken ? ` Broken ${signed(100 * found.broken.difference)} points (${signed(100 * found.broken.low)} to ${signed(100 * found.broken.high)}).` : "";
    tell(found, (found.met ? "Goal met." : `Not yet: ${found.failing.short}.`) + interval);
    if (found.met !== met) say(found.met ? "The goal of the challenge is met." : "The goal of the challenge is no longer met.");
    met = found.met;
  } catch (error) { fault(error); }
}

function tell(found, words) {
  parts.goal.textContent = words;
  parts.bar.classList.toggle("met", found.met);
}

function fault(error) {
  if (error instanceof Superseded) return;
  parts.goal.replaceChildren(`${error.message} `, wayOut(error, update, { class: "small" }));
}
