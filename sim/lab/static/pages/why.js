// Why: what ended the alliance over many runs, and one run month by month.

import { post, Superseded } from "../api.js";
import { $, h, say, show } from "/drawing/dom.js";
import { looked, lookAt } from "../state.js";
import { asData } from "./share.js";
import { drawMany, manyHeadline } from "./why_many.js";
import { fault, keepPlace } from "./why_place.js";
import { drawRun, stopPlaying } from "./why_run.js";

const RUNS = 300;
let view = "many", asked = "", found = null, opened = false, context;

export async function draw(section, given) {
  context = { ...given, section };
  const wanted = looked().run === undefined ? "many" : "run";
  if (!$("#why-many-view", section)) { view = wanted; build(section); }
  await (wanted === view ? refresh(looked().run) : turn(wanted, looked().run));
}

function build(section) {
  const choice = (name, words) => h("button", { id: `why-to-${name}`, "aria-pressed": String(view === name), onclick: () => turn(name) }, words);
  show(section,
    h("h1", { text: "Why" }),
    h("div", { class: "row why-views", role: "group", "aria-label": "What to look at" }, choice("many", "Many runs"), choice("run", "One run, month by month")),
    h("div", { id: "why-many-view", "aria-busy": "false", hidden: view !== "many" }), h("div", { id: "why-run-view", hidden: view !== "run" }));
}

/** Show one of the two views; `replicate` opens that run. */
async function turn(name, replicate) {
  view = name;
  if (view !== "run") { stopPlaying(); lookAt({ run: undefined, month: undefined }); }
  for (const other of ["many", "run"]) {
    $(`#why-to-${other}`, context.section).setAttribute("aria-pressed", String(other === view));
    $(`#why-${other}-view`, context.section).hidden = other !== view;
  }
  await refresh(replicate);
}

async function step(replicate) {
  const done = turn("run", replicate); // the controls stand at once; the run follows
  const title = $("#why-run-title", context.section);
  title.focus();
  title.scrollIntoView({ block: "nearest" });
  await done;
}

async function refresh(replicate) {
  if (view === "many") return askMany();
  const first = opened ? undefined : found?.wedge.stories[0]?.replicate;
  opened = true;
  return drawRun($("#why-run-view", context.section), context, replicate ?? first);
}

async function askMany() {
  const sent = asData(), key = JSON.stringify(sent), place = $("#why-many-view", context.section);
  if (key === asked) return;
  asked = key;
  place.querySelector(".banner")?.remove();
  if (!found) show(place, h("p", { class: "row" }, h("progress", { "aria-label": "Running" }), sent.wedge.length ? `Running ${RUNS} runs without the wedge and ${RUNS} with it …` : `Running ${RUNS} runs …`));
  place.classList.add("busy");
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await post("/api/why", { state: sent, runs: RUNS }, { kind: "why" });
    if (asked !== key) return;
    found = { ...answer, arms: sent.wedge.length ? ["baseline", "wedge"] : ["baseline"] };
    keepPlace(place, () => drawMany(place, found, step));
    say(manyHeadline(found));
  } catch (error) {
    if (error instanceof Superseded || asked !== key) return;
    asked = "";
    if (!found) show(place);
    fault(place, error, askMany);
  }
  place.classList.remove("busy");
  place.setAttribute("aria-busy", "false");
}
