// The page: choices at the top, one section at a time, listeners on the state.

import { get } from "./api.js";
import { $, h, say, show } from "/drawing/dom.js";
import { arrive } from "./arrival.js";
import { faultLine } from "./fault.js";
import { canRedo, canUndo, change, currentPage, goTo, onChange, redo, reset, state, take, undo } from "./state.js";
import { openShare } from "./pages/share.js";
import { mountBar } from "./pages/challenge_bar.js";
import { startTour } from "./pages/tour.js";
import { LEVELS } from "/drawing/words.js";

const PAGES = ["scenario", "wedge", "why", "theories", "assumptions", "challenge", "about"];
const loaded = {};

/** Words, and what can be done, where everybody sees them; nothing takes them away. */
function banner(...parts) {
  const place = $("#banner");
  place.hidden = !parts.length;
  place.replaceChildren(...parts);
}

let underWay = 0;
/** Say, to whoever waits or listens, that the page is not there yet while `work` goes on. */
async function busyWith(work) {
  const mark = (more) => $("#main").setAttribute("aria-busy", String((underWay += more) > 0));
  mark(1);
  try { return await work(); } finally { mark(-1); }
}

async function draw(what) {
  const name = PAGES.includes(currentPage()) ? currentPage() : "scenario";
  for (const link of document.querySelectorAll(".tabs a")) {
    const mine = link.dataset.page === name;
    if (mine) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.dataset.of !== name;
  $("#undo").disabled = !canUndo();
  $("#redo").disabled = !canRedo();
  $("#scenario").value = state().scenario;
  $("#thesis").value = state().thesis;
  $("#draws").value = state().draws;
  const section = $(`#page-${name}`);
  try {
    const first = !loaded[name];
    if (first) show(section, h("p", { class: "muted", text: "Loading …" }));
    const [overview, scenario, evidence] = await busyWith(async () => {
      loaded[name] ??= await import(`./pages/${name}.js`);
      return Promise.all([get("/api/overview"), get(`/api/scenario/${state().scenario}`), get("/api/evidence")]);
    });
    if (currentPage() !== name && PAGES.includes(currentPage())) return;
    await loaded[name].draw(section, { overview, scenario, evidence, what: first ? "page" : what });
    if (what === "page") say(`${section.querySelector("h1")?.textContent ?? name}`);
  } catch (error) {
    if (section.querySelector("h1")) banner(error.message);
    else show(section, h("h1", { text: "This page could not be loaded" }), faultLine(error, () => draw("page")));
  }
}

function wire(overview) {
  Object.assign(LEVELS, overview.levels);
  show($("#scenario"), overview.scenarios.map((sc) => h("option", { value: sc.name, text: sc.title })));
  show($("#thesis"), overview.theses.map((t) => h("option", { value: t.name, text: t.title })));
  $("#scenario").addEventListener("change", (e) => change({ scenario: e.target.value, focus: "", wedge: [] }));
  for (const key of ["thesis", "draws"]) $(`#${key}`).addEventListener("change", (e) => change({ [key]: e.target.value }));
  $("#undo").addEventListener("click", undo);
  $("#redo").addEventListener("click", redo);
  $("#reset").addEventListener("click", reset);
  $("#share").addEventListener("click", () => openShare());
  $("#tour").addEventListener("click", () => startTour(true));
  $("#theme").addEventListener("click", () => {
    const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const is = root.dataset.theme === "auto" ? (dark ? "dark" : "light") : root.dataset.theme;
    root.dataset.theme = is === "dark" ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
  });
  for (const link of document.querySelectorAll(".tabs a")) {
    link.addEventListener("click", (e) => { e.preventDefault(); goTo(link.dataset.page); $("#main").focus(); });
  }
  document.addEventListener("keydown", (e) => {
    if (!(e.ctrlKey || e.metaKey) || e.target.closest("input[type=text], textarea")) return;
    if (e.key.toLowerCase() === "z") { e.preventDefault(); (e.shiftKey ? redo : undo)(); }
    if (e.key.toLowerCase() === "y") { e.preventDefault(); redo(); }
  });
  addEventListener("popstate", (e) => { if (e.state) take(e.state); else busyWith(() => arrive(banner)); }); // without a state: an address typed in
}

async function start() {
  document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
  let overview;
  try { overview = await get("/api/overview"); } catch (error) {
    banner(error.message);
    setTimeout(start, 3000);
    return;
  }
  banner();
  wire(overview);
  mountBar();
  onChange((_, what) => { banner(); draw(what); });
  await busyWith(() => arrive(banner));
  startTour(false);
}

start();
