// One run, month by month, without the wedge and with it, on the same random numbers.

import { post, Superseded } from "../api.js";
import { $, h, hint, say, show } from "/drawing/dom.js";
import { figure } from "/drawing/draw.js";
import { around, network } from "/drawing/network.js";
import { currentPage, goTo, looked, lookAt, onChange } from "../state.js";
import { LEVELS, monthWords } from "/drawing/words.js";
import { asData } from "./share.js";
import { fault, keepPlace, wide } from "./why_place.js";
import { levelChart } from "./why_draw.js";
import { drawTold } from "./why_told.js";
import { ARM_WORDS, STANCE_WORDS, upper } from "./why_words.js";

const BEFORE = 4; // earlier events shown
const MOST_RUN = 1e9;

let context, replicate = 0, asked = "", data = null, month = 0, tie = "", every = false;
let stage = null; // what changes from month to month, of the run that is drawn
let clock = null, later = null;

// ---- opening

/** Build the controls once; then draw the run that is wanted. */
export async function drawRun(place, given, wanted) {
  context = { ...given, place };
  if (!$("#why-month", place)) build(place);
  if (wanted !== undefined && wanted !== replicate) { replicate = wanted; month = 0; }
  if (looked().run !== replicate) lookAt({ run: replicate, month: month ? data?.months[month] : undefined });
  $("#why-replicate", place).value = replicate;
  await ask();
  const due = data ? data.months.indexOf(looked().month) : -1; // an address may name a month
  if (due >= 0 && due !== month) { month = due; showMonth(); }
}

function build(place) {
  show(place,
    h("h2", { id: "why-run-title", tabindex: -1, text: "One run, month by month" }),
    h("div", { class: "row" },
      h("label", { for: "why-replicate" }, "Run number"),
      h("input", { id: "why-replicate", type: "number", min: 0, max: MOST_RUN, step: 1, value: replicate, "aria-describedby": "why-replicate-fault", onchange: (e) => choose(e.target) }),
      h("button", { id: "why-another", onclick: () => { drawRun(place, context, replicate + 1); } }, "Another run"),
      hint("Same number, same chance", "A run's number fixes every random draw in it. Without the wedge and with it, run 7 draws the same numbers, so that whatever differs comes from the wedge."),
      h("span", { id: "why-replicate-fault", class: "small", role: "alert" })),
    h("div", { class: "row why-controls" },
      h("button", { id: "why-back", "aria-label": "One month back", title: "One month back (←)", onclick: () => go(month - 1) }, "◀"),
      h("button", { id: "why-play", class: "primary", onclick: () => (clock ? stopPlaying(true) : play()) }, "Play"),
      h("button", { id: "why-on", "aria-label": "One month on", title: "One month on (→)", onclick: () => go(month + 1) }, "▶"),
      h("label", { for: "why-month", class: "unseen" }, "Month"),
      h("input", { id: "why-month", type: "range", min: 0, max: 0, step: 1, value: 0, oninput: (e) => go(Number(e.target.value)) }),
      h("strong", { id: "why-date" }),
      h("button", { id: "why-first", onclick: () => go(data.first_difference) }, "Go to the first difference")),
    h("div", { id: "why-run", "aria-busy": "false" }));
  place.addEventListener("keydown", (e) => {
    if (e.target.closest("input, select, textarea") || e.altKey || e.ctrlKey || e.metaKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (step && data) { e.preventDefault(); go(month + step); }
  });
}

function choose(input) {
  const wanted = Number(input.value), sound = input.value.trim() !== "" && Number.isInteger(wanted) && wanted >= 0 && wanted <= MOST_RUN;
  $("#why-replicate-fault").textContent = sound ? "" : "A run's number is a whole number from 0 on.";
  input.setAttribute("aria-invalid", String(!sound));
  if (sound) drawRun(context.place, context, wanted);
}

async function ask() {
  const sent = asData(), key = JSON.stringify([sent, replicate]);
  if (key === asked) return;
  asked = key;
  stopPlaying();
  const place = $("#why-run", context.place);
  place.classList.add("busy");
  place.setAttribute("aria-busy", "true");
  if (!data) show(place, h("p", { class: "muted", text: "Running it …" }));
  try {
    const found = await post("/api/run", { state: sent, replicate }, { kind: "run" });
    if (asked !== key) return;
    if (data && (data.pair !== found.pair || data.months[0] !== found.months[0])) { tie = ""; month = 0; }
    data = { ...found, arms: sent.wedge.length ? ["baseline", "wedge"] : ["baseline"] };
    keepPlace(place, () => drawStage(place));
    say(`Run ${data.replicate}. ${differenceWords()}`);
  } catch (error) {
    if (error instanceof Superseded || asked !== key) return;
    asked = "";
    fault(place, error, ask);
  }
  place.classList.remove("busy");
  place.setAttribute("aria-busy", "false");
}

// ---- what is known of the run

const arms = () => data.arms; // of the run that is drawn, while the state may already be another
const title = (name) => context.scenario.factions.find((f) => f.name === name)?.title ?? name;
const tieWords = (d) => data.dyads[d].map(title).join(" – ");
const level = (n) => (n === null ? "a side is not there" : LEVELS[n]);
const ofSide = (side) => (name) => name === side || context.scenario.factions.find((f) => f.name === name)?.organisation === side;

/** Numbers of the ties between the two sides of the pair. */
function pairTies() {
  const [one, other] = data.pair.split("-").map(ofSide);
  return data.dyads.flatMap(([a, b], d) => ((one(a) && other(b)) || (one(b) && other(a)) ? [d] : []));
}
const apart = (d, t) => arms().length > 1 && data.baseline.levels[t][d] !== data.wedge.levels[t][d];
const deepestOf = (row) => { const there = pairTies().map((d) => row[d]).filter((n) => n !== null); return there.length ? Math.max(...there) : null; };
const courseOf = (arm) => data[arm].levels.map((row) => (tie === "" ? deepestOf(row) : row[tie]));
const firstApart = (one, other) => { const t = one.findIndex((v, n) => v !== other[n]); return t < 0 ? null : t; };

export function differenceWords() {
  if (arms().length < 2) return "No wedge is set: only the baseline is shown.";
  const t = data.first_difference;
  if (t === null) return "No tie differs between the two runs in any month: in this run the wedge changes none.";
  const differ = data.dyads.flatMap((_, d) => (apart(d, t) ? [d] : []));
  const mine = pairTies(), ordered = [...differ.filter((d) => mine.includes(d)), ...differ.filter((d) => !mine.includes(d))];
  const told = ordered.slice(0, 2).map((d) => `${tieWords(d)}: ${level(data.baseline.levels[t][d])} without the wedge, ${level(data.wedge.levels[t][d])} with it`);
  const more = differ.length - told.length;
  return `First difference: ${monthWords(data.months[t])}. ${told.join("; ")}${more > 0 ? `; and ${more} more ${more === 1 ? "tie" : "ties"}` : ""}.`;
}

/** When the level in the chart, and what is said in public, first differ. */
function pairDifference() {
  if (arms().length < 2 || data.first_difference === null) return "";
  const at = (t) => (t === null ? "never differs" : `first differs in ${monthWords(data.months[t])}`);
  const parts = [`${tie === "" ? "The deepest tie of the pair" : "This tie"} ${at(firstApart(courseOf("baseline"), courseOf("wedge")))}`];
  if (data.baseline.stance) parts.push(`the official stance ${at(firstApart(data.baseline.stance, data.wedge.stance))}`);
  return `${parts.join("; ")}.`;
}

// ---- the stage

function drawStage(place) {
  const slider = $("#why-month", context.place), mine = pairTies();
  month = Math.min(month, data.months.length - 1);
  slider.max = data.months.length - 1;
  const none = data.first_difference === null || arms().length < 2;
  $("#why-first", context.place).hidden = arms().length < 2;
  $("#why-first", context.place).disabled = none;
  const parts = Object.fromEntries(arms().map((arm) => [arm, { net: network({ nodes: [], ties: [], label: "" }), words: h("p", { class: "small" }), events: h("div", {}) }]));
  const strip = h("div", {}), table = wide("The ties of this month"), changes = wide("Levels and official stance over the months");
  stage = { parts, strip, table, changes, move: () => {} };
  const choice = h("select", { id: "why-tie", onchange: (e) => { tie = e.target.value === "" ? "" : Number(e.target.value); drawStrip(); showMonth(); } },
    h("option", { value: "", text: "the deepest tie of the pair" }), mine.length > 1 && mine.map((d) => h("option", { value: d, selected: d === tie, text: tieWords(d) })));
  show(place,
    h("p", { class: "headline", text: differenceWords() }),
    data.draws > 0 && h("p", { id: "why-draw", class: "small", text: `Its parameters are draw ${data.draw} of the posterior, of ${data.draws} counted from 0: run ${data.replicate} takes it in every lab and on the command line.` }),
    arms().length < 2 && h("p", {}, h("button", { id: "why-set", onclick: () => goTo("wedge") }, "Set a wedge")),
    h("div", { class: `why-stage${arms().length > 1 ? "" : " why-alone"}` },
      arms().map((arm) => h("div", {}, h("h3", { text: arms().length > 1 ? upper(ARM_WORDS[arm]) : "The run" }), figure(`run_${data.replicate}_${arm}`, parts[arm].net, ""), parts[arm].words)),
      h("div", {}, h("h3", { text: "Month by month" }), h("label", { class: "row small", for: "why-tie" }, "Level of ", choice), strip)),
    h("p", { class: "row small" }, h("label", {}, h("input", { type: "checkbox", id: "why-every", checked: every, onchange: (e) => { every = e.target.checked; showMonth(); } }), " every tie"),
      h("span", { class: "muted", text: `By default those of the two organisations${arms().length > 1 ? ", and those that differ" : ""}. Solid blue: cooperation; dashed vermilion: hostility; width: level${arms().length > 1 ? "; glowing: differs between the two runs" : ""}.` })),
    h("div", { class: "grid2" }, arms().map((arm) => h("div", {}, h("h3", {}, arms().length > 1 ? `Events ${ARM_WORDS[arm]}` : "Events"), parts[arm].events))),
    h("details", { id: "why-table" }, h("summary", { text: "The ties of this month as a table" }), table),
    h("details", { id: "why-changes" }, h("summary", { text: "The levels and the official stance over the months as a table" }), changes),
    h("h2", { text: arms().length > 1 ? "How each run is told" : "How the run is told" }),
    h("div", { class: `grid2${arms().length > 1 ? "" : " why-alone"}` }, arms().map((arm) => h("div", {}, arms().length > 1 && h("h3", { text: upper(ARM_WORDS[arm]) }),
      drawTold(data[arm].told, arm, { evidence: context.evidence, title, head: arms().length > 1 ? "h4" : "h3", go: (t) => { go(t); $("#why-run-title", context.place).focus(); } })))));
  drawStrip();
  showMonth();
}

function drawStrip() {
  const short = { baseline: arms().length > 1 ? "without" : "", wedge: "with" };
  const chart = [...arms()].reverse().map((arm) => ({ name: arm, css: arm, dashed: arm === "baseline", short: short[arm], levels: courseOf(arm), stance: data[arm].stance }));
  const what = tie === "" ? "the deepest tie of the pair" : tieWords(tie);
  const ends = arms().map((arm) => `${arms().length > 1 ? `${ARM_WORDS[arm]} ` : ""}from ${level(courseOf(arm)[0])} to ${level(courseOf(arm).at(-1))}`).join(", ");
  const { svg, move } = levelChart({ months: data.months, arms: chart, first: arms().length > 1 ? data.first_difference : null, onpick: go, label: `Level of ${what}, month by month: ${ends}. ${differenceWords()}` });
  stage.move = move;
  show(stage.strip, figure(`levels_${data.replicate}`, svg, arms().length > 1 ? "Blue: with the wedge; dashed: without. Above the thin line the two are allied. Below: what is said in public, the more distant of the two sides." : "Above the thin line the two are allied. Below: what is said in public, the more distant of the two sides."),
    h("p", { class: "small", text: pairDifference() }));
  drawChanges();
}

/** Only the months in which something changed. */
function drawChanges() {
  const levels = arms().map(courseOf), stances = arms().filter((arm) => data[arm].stance).map((arm) => data[arm].stance), all = [...levels, ...stances];
  const rows = data.months.flatMap((date, t) => (t === 0 || all.some((v) => v[t] !== v[t - 1]) ? [[date, t]] : []));
  const head = (words) => arms().map((arm) => h("th", { scope: "col", text: arms().length > 1 ? `${words}, ${ARM_WORDS[arm]}` : words }));
  show(stage.changes, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col", text: "from" }), head("level"), stances.length > 0 && head("official stance"))),
    h("tbody", {}, rows.map(([date, t]) => h("tr", {}, h("td", { text: monthWords(date) }), levels.map((v) => h("td", { text: level(v[t]) })), stances.map((v) => h("td", { text: STANCE_WORDS[v[t]] })))))));
}

// ---- the month

/** Go to a month by hand. */
function go(t) {
  if (!data) return;
  stopPlaying();
  month = Math.max(0, Math.min(data.months.length - 1, t));
  showMonth();
  clearTimeout(later);
  later = setTimeout(() => { say(spokenMonth()); keepMonth(); }, 350);
}

/** The month into the address, once one rests on it. */
function keepMonth() { if (currentPage() === "why" && looked().run === data.replicate) lookAt({ month: data.months[month] }); }

function armWords(arm) {
  const deepest = deepestOf(data[arm].levels[month]);
  return `${data[arm].stance ? `Said: ${STANCE_WORDS[data[arm].stance[month]]}. ` : ""}Kept: ${level(deepest)}${deepest >= 2 ? " (allied)" : " (not allied)"}.`;
}
function spokenMonth() {
  const told = arms().map((arm) => {
    const n = data[arm].events.filter((e) => e.month === month).length;
    return `${arms().length > 1 ? `${upper(ARM_WORDS[arm])}: ` : ""}${armWords(arm)} ${n === 1 ? "1 event" : `${n} events`}.`;
  });
  return `${monthWords(data.months[month])}. ${told.join(" ")}`;
}

function showMonth() {
  const date = monthWords(data.months[month]), slider = $("#why-month", context.place), shown = shownTies();
  slider.value = month;
  slider.setAttribute("aria-valuetext", date);
  $("#why-date", context.place).textContent = `${date} (${month + 1} of ${data.months.length})`;
  $("#why-back", context.place).disabled = month === 0 && document.activeElement.id !== "why-back"; // a disabled button loses the focus
  $("#why-on", context.place).disabled = month === data.months.length - 1 && document.activeElement.id !== "why-on";
  stage.move(month);
  for (const arm of arms()) {
    const part = stage.parts[arm], levels = data[arm].levels[month];
    const nodes = around(context.scenario.factions, context.scenario.focal).map((f) => {
      const there = data[arm].fighters[month][context.scenario.factions.findIndex((g) => g.name === f.name)] > 0;
      return there ? f : { ...f, title: goneTitle(f.title) };
    });
    const told = pairTies().map((d) => `${tieWords(d)} ${level(levels[d])}`).join("; ");
    const fresh = network({ nodes, ties: shown.map((d) => ({ a: data.dyads[d][0], b: data.dyads[d][1], level: levels[d], changed: apart(d, month) })), label: `Ties in ${date}, ${arms().length > 1 ? ARM_WORDS[arm] : "this run"}: ${told}.` });
    part.net.replaceChildren(...fresh.childNodes);
    part.net.setAttribute("aria-label", fresh.getAttribute("aria-label"));
    part.words.textContent = armWords(arm);
    drawEvents(part.events, arm);
  }
  drawTable(shown);
}

/** The drawing breaks a name at its commas: a long one needs its own. */
function goneTitle(name) {
  const long = name.length > 18 && !/, | in the /.test(name);
  return `${long ? name.replace(/ (?=\S+$)/, ", ") : name}, (not there)`;
}

/** Ties that are drawn: of the pair's organisations, and those that differ; or every one. */
function shownTies() {
  const homes = new Set(data.pair.split("-").flatMap((side) => context.scenario.factions.filter((f) => ofSide(side)(f.name)).map((f) => f.name)));
  return data.dyads.flatMap(([a, b], d) => (every || homes.has(a) || homes.has(b) || apart(d, month) ? [d] : []));
}

function drawEvents(place, arm) {
  const mine = data[arm].events, other = arms().length > 1 ? data[arm === "wedge" ? "baseline" : "wedge"].events : mine;
  const alone = (e) => !other.some((o) => o.month === e.month && o.text === e.text);
  const line = (e) => [e.text, alone(e) && h("span", { class: "tag", text: "only here" })];
  const today = mine.filter((e) => e.month === month).sort((a, b) => alone(b) - alone(a)), past = mine.filter((e) => e.month < month).slice(-BEFORE).reverse();
  show(place,
    today.length ? h("ul", { class: "why-events" }, today.map((e) => h("li", {}, line(e)))) : h("p", { class: "muted", text: "Nothing happened in this month." }),
    past.length > 0 && [h("p", { class: "small muted", text: "Just before:" }), h("ul", { class: "why-events small muted" }, past.map((e) => h("li", {}, `${monthWords(data.months[e.month])}: `, line(e))))]);
}

function drawTable(shown) {
  const mine = pairTies(), rows = shown.filter((d) => mine.includes(d) || arms().some((arm) => (data[arm].levels[month][d] ?? 0) !== 0));
  rows.sort((a, b) => mine.includes(b) - mine.includes(a));
  show(stage.table, h("table", {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col", text: "tie" }), arms().map((arm) => h("th", { scope: "col", text: arms().length > 1 ? ARM_WORDS[arm] : "level" })))),
    h("tbody", {}, rows.map((d) => h("tr", {}, h("td", { text: tieWords(d) }), arms().map((arm) => h("td", { class: apart(d, month) ? "clear" : "", text: level(data[arm].levels[month][d]) })))))));
}

// ---- playing

function play() {
  if (!data) return;
  if (month === data.months.length - 1) month = 0;
  clearTimeout(later);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches; // month by month, slowly
  const pause = calm ? 1500 : Math.max(150, Math.min(700, 30000 / data.months.length));
  clock = setInterval(() => {
    month += 1;
    showMonth();
    if (month >= data.months.length - 1) stopPlaying(true);
  }, pause);
  showMonth();
  $("#why-play", context.place).textContent = "Pause";
}

export function stopPlaying(tell = false) {
  if (!clock) return;
  clearInterval(clock);
  clock = null;
  $("#why-play", context.place).textContent = "Play";
  if (tell) say(spokenMonth());
  keepMonth();
}

onChange((_, what) => { if (what === "page" && currentPage() !== "why") stopPlaying(); });
document.addEventListener("visibilitychange", () => { if (document.hidden) stopPlaying(); });
