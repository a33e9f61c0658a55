// Drive a wedge: instruments at the left, baseline and wedge at the right, on the same random keys.

import { post, Superseded } from "../api.js";
import { $, claimsButton, h, hint, openDialog, s, say, show, wide } from "/drawing/dom.js";
import { ALIVE_KEYS, aliveChart } from "/drawing/alive.js";
import { figure, legend, lineChart } from "/drawing/draw.js";
import { forest } from "/drawing/forest.js";
import { around, network } from "/drawing/network.js";
import { faultLine } from "../fault.js";
import { change, state } from "../state.js";
import { aloneWords, bandOver, bothInRuns, monthWords, overDraws, plain, points, signed } from "/drawing/words.js";
import { asData, RUNS } from "./share.js";

const FIRST = 200; // paired runs of a first answer, and of the league
let asked = "", shownRuns = 0;

export async function draw(section, { scenario, evidence, what }) {
  if (what === "page" || !$("#controls", section)) {
    show(section, h("h1", { text: "Drive a wedge" }), h("div", { class: "columns" }, h("div", { id: "controls" }), h("div", { id: "results", "aria-busy": "false" })));
    asked = "";
  }
  drawControls($("#controls", section), scenario, evidence);
  await ask($("#results", section), scenario);
}

// ---- instruments

function monthsBetween(first, last) {
  const found = [];
  for (let [y, m] = first.split("-").map(Number); ; ) {
    const date = `${y}-${String(m).padStart(2, "0")}`;
    found.push(date);
    if (date >= last) return found;
    m === 12 ? (y += 1, m = 1) : (m += 1);
  }
}

const setUse = (n, fields, quiet = false) => change({ wedge: state().wedge.map((u, k) => (k === n ? { ...u, ...fields } : u)) }, { quiet });

function drawControls(place, scenario, evidence) {
  if (place.contains(document.activeElement) && document.activeElement.type === "range") return updateRanges(place); // do not pull the slider away
  const focusId = document.activeElement?.id;
  const byName = Object.fromEntries(scenario.instruments.map((i) => [i.instrument, i]));
  const groups = [...new Set(scenario.instruments.map((i) => i.group))];
  const set = JSON.stringify(state().wedge);
  const preset = scenario.presets.find((p) => JSON.stringify(p.wedge) === set);
  show(place,
    h("h2", { text: "Whose alliance" }),
    h("label", { class: "row" }, h("span", { class: "unseen", text: "Alliance asked about" }), h("select", { id: "focus", onchange: (e) => change({ focus: e.target.value }), value: "" },
      scenario.pairs.map((p, n) => h("option", { value: n ? p.name : "", selected: (state().focus || scenario.pairs[0].name) === p.name, text: p.title })))),
    h("h2", { text: "A ready-made package" }),
    h("select", { id: "preset", "aria-label": "A ready-made package", onchange: (e) => { const p = scenario.presets.find((q) => q.name === e.target.value); if (p) change({ wedge: p.wedge }); } },
      h("option", { value: "", text: preset ? "—" : "your own" }),
      h("optgroup", { label: "What each author would do" }, scenario.presets.filter((p) => p.package).map((p) => h("option", { value: p.name, selected: p === preset, text: p.title }))),
      h("optgroup", { label: "Single instruments" }, scenario.presets.filter((p) => !p.package).map((p) => h("option", { value: p.name, selected: p === preset, text: p.title })))),
    preset?.reading && h("details", {}, h("summary", { text: "What it is" }), h("p", { class: "small" }, preset.by && h("strong", { text: `By ${preset.by}. ` }), preset.reading, " ", claimsButton(preset.claims, evidence))),
    h("h2", { text: "Instruments" }),
    state().wedge.length === 0 && h("p", { class: "muted", text: "None yet: baseline and wedge are the same. Add one below." }),
    state().wedge.map((use, n) => useCard(use, n, byName[use.instrument], scenario, evidence)),
    h("details", { open: state().wedge.length === 0, id: "add", ontoggle: (e) => e.target.open && askLeague(scenario) }, h("summary", { text: "Add an instrument" }), h("div", { id: "league" }, leagueRows(scenario, groups))),
    h("p", { class: "muted small", text: "Sizes are not money or sorties: a half of one instrument is not as hard to bring about as a half of another." }));
  if (focusId) document.getElementById(focusId)?.focus();
  if ($("#add", place).open) askLeague(scenario);
}

// ---- what each instrument does here, by itself

let league = null, leagueFor = "";
const leagueKey = () => JSON.stringify({ ...asData(), wedge: [] });

async function askLeague(scenario) {
  const key = leagueKey();
  if (leagueFor === key) return;
  leagueFor = key;
  league = null;
  redrawLeague(scenario);
  try {
    const found = await post("/api/league", { state: JSON.parse(key), runs: FIRST }, { kind: "league" });
    if (leagueFor !== key) return;
    league = found;
  } catch (error) {
    if (error instanceof Superseded) return;
    leagueFor = "";
    league = { fault: error.message };
  }
  redrawLeague(scenario);
}

function redrawLeague(scenario) {
  const place = $("#league");
  if (!place) return;
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.add : null;
  place.setAttribute("aria-busy", String(league === null));
  show(place, leagueRows(scenario, [...new Set(scenario.instruments.map((i) => i.group))]));
  if (focused) $(`[data-add="${focused}"]`, place)?.focus();
}

const addButton = (i) => h("button", { title: i.title, "data-add": i.instrument, disabled: state().wedge.length >= 12, onclick: () => add(i) }, plain(i.instrument));

function leagueRows(scenario, groups) {
  const known = leagueFor === leagueKey() && league && !league.fault ? league : null;
  if (!known) {
    return [h("p", { class: "muted small", text: league?.fault && leagueFor === "" ? `What each does here is not known: ${league.fault}` : "What each does to this alliance is being measured …" }),
      groups.map((g) => [h("h3", { text: g }), h("div", { class: "pick" }, scenario.instruments.filter((i) => i.group === g).map(addButton))])];
  }
  const byName = Object.fromEntries(scenario.instruments.map((i) => [i.instrument, i]));
  const most = Math.max(...known.instruments.map((r) => Math.abs(r.depth.difference ?? 0)), 0.01);
  const moving = known.instruments.filter((r) => r.clear), still = known.instruments.filter((r) => !r.clear);
  const runs = `${known.runs.toLocaleString("en")} paired runs${overDraws(known.draws)}`;
  return [
    moving.length ? h("p", { class: "muted small", text: `Clear effects on this alliance, by itself and at its usual strength: change of the mean level of its ties, in rungs (${runs}).` })
      : h("p", { class: "muted small", text: `No instrument by itself has a clear effect on this alliance (${runs}). Ask about another, or join several.` }),
    h("ul", { class: "league" }, moving.map((r) => h("li", {}, addButton(byName[r.instrument]), bar(r.depth.difference, most), h("span", { class: "small", text: leagueWords(r) })))),
    still.length > 0 && h("details", { id: "still" }, h("summary", { text: `Nothing clear here, and why: ${still.length}` }),
      h("ul", { class: "league" }, still.map((r) => h("li", {}, addButton(byName[r.instrument]), h("span", { class: "small muted", text: stillWords(r, known.runs) }))))),
  ];
}

/** A bar from the middle: to the left the tie is looser, to the right deeper. */
function bar(by, most) {
  const width = Math.max(2, (44 * Math.abs(by ?? 0)) / most);
  return s("svg", { class: "league-bar", viewBox: "0 0 92 12", width: 92, height: 12, "aria-hidden": "true" },
    s("line", { x1: 46, x2: 46, y1: 0, y2: 12, class: "axis" }), s("rect", { x: by < 0 ? 46 - width : 46, y: 2, width, height: 8, class: by < 0 ? "looser" : "deeper" }));
}

function leagueWords(r) {
  const breaks = r.broken.clear ? `; broken ${points(r.broken)} points` : "";
  return `${signed(r.depth.difference, 2)} (${signed(r.depth.low, 2)} to ${signed(r.depth.high, 2)})${breaks}`;
}

function stillWords(r, runs) {
  if (r.reason === "given") return "The history of this scenario already has as much of it.";
  if (r.reason === "apart") return "No run differs: what it changes does not reach these two here.";
  const by = `${signed(r.depth.difference, 3)} rungs (${signed(r.depth.low, 3)} to ${signed(r.depth.high, 3)})`;
  if (r.reason === "small") return `Clear, and too small to matter: ${by}.`;
  return `It changes the course of ${r.moved.toLocaleString("en")} of ${runs.toLocaleString("en")} runs, up about as often as down or too little to tell: ${by}.`;
}

/** The first place that an instrument is not used in yet: one place twice in the same months is a contradiction. */
function freePlace(i) {
  const all = [{ target: i.target, about: i.about ?? undefined }, ...i.targets.flatMap((t) => (t.partners.length ? t.partners.map((p) => p.name) : [undefined]).map((about) => ({ target: t.name, about })))];
  return all.find((p) => !state().wedge.some((u) => u.instrument === i.instrument && u.target === p.target && u.about === p.about));
}

function add(i) {
  const place = freePlace(i);
  if (!place) return say(`${plain(i.instrument)} is used everywhere it can be.`);
  const use = { instrument: i.instrument, ...place, size: i.size, credibility: i.credibility ?? undefined, verification: i.verification ?? undefined };
  change({ wedge: [...state().wedge, Object.fromEntries(Object.entries(use).filter(([, v]) => v !== undefined))] });
  say(`${plain(i.instrument)} added.`);
}

function slider(id, label, value, oninput, range) {
  const shown = h("output", { for: id, text: value.toFixed(2), class: "small" });
  return h("div", { class: "row" }, h("label", { for: id, text: label }), h("input", {
    type: "range", id, min: 0, max: 1, step: 0.05, value, "aria-valuetext": value.toFixed(2),
    oninput: (e) => { const x = Number(e.target.value); shown.textContent = x.toFixed(2); e.target.setAttribute("aria-valuetext", x.toFixed(2)); oninput(x, true); },
    onchange: (e) => oninput(Number(e.target.value), false),
  }), shown, range && h("span", { class: "muted small", text: `defensible: ${range[0]}–${range[1]}` }));
}

function useCard(use, n, i, scenario, evidence) {
  if (!i) return h("div", { class: "use" }, h("p", { text: `${plain(use.instrument)} is not known here.` }), h("button", { onclick: () => remove(n) }, "Take it away"));
  const months = monthsBetween(scenario.start, scenario.last), partnersOf = (target) => i.targets.find((t) => t.name === target)?.partners ?? [], partners = partnersOf(use.target);
  const aim = (target) => { const mine = partnersOf(target); return { target, about: mine.some((p) => p.name === use.about) ? use.about : mine[0]?.name }; }; // never about itself
  const when = (id, label, value, empty, key) => h("label", { class: "row small" }, label, h("select", { id, onchange: (e) => setUse(n, { [key]: e.target.value || undefined }) },
    h("option", { value: "", text: empty }), months.map((m) => h("option", { value: m, selected: value === m, text: monthWords(m) }))));
  return h("div", { class: "use", "data-use": n },
    h("div", { class: "row" }, h("strong", { text: plain(use.instrument) }), h("button", { class: "link small", onclick: () => openDialog(i.title, h("p", {}, i.by && h("strong", { text: `By ${i.by}. ` }), i.reading), h("p", {}, claimsButton(i.claims, evidence))) }, "what it does"),
      h("button", { class: "small", "aria-label": `Take ${plain(use.instrument)} away`, onclick: () => remove(n) }, "✕")),
    h("label", { class: "row small" }, "on ", h("select", { id: `target-${n}`, onchange: (e) => setUse(n, aim(e.target.value)) }, withSet(i.targets, use.target).map((t) => h("option", { value: t.name, selected: t.name === use.target, text: t.title })))),
    use.about && h("label", { class: "row small" }, "about ", h("select", { id: `about-${n}`, onchange: (e) => setUse(n, { about: e.target.value }) }, withSet(partners, use.about).map((p) => h("option", { value: p.name, selected: p.name === use.about, text: p.title })))),
    slider(`size-${n}`, "strength", use.size ?? 0.5, (x, quiet) => setUse(n, { size: x }, quiet), i.range),
    i.credibility !== null && i.credibility !== undefined && slider(`credibility-${n}`, "believed", use.credibility ?? 0.5, (x, quiet) => setUse(n, { credibility: x }, quiet)),
    i.verification !== null && i.verification !== undefined && slider(`verification-${n}`, "verified", use.verification ?? 0.5, (x, quiet) => setUse(n, { verification: x }, quiet)),
    when(`start-${n}`, "from ", use.start, "the first month", "start"), when(`end-${n}`, "until ", use.end, "the last month", "end"));
}
/** Choices with what is set among them, should a link or file name another that the engine takes. */
const withSet = (choices, name) => (choices.some((c) => c.name === name) ? choices : [...choices, { name, title: plain(name) }]);
function remove(n) { change({ wedge: state().wedge.filter((_, k) => k !== n) }); }
function updateRanges(place) {
  state().wedge.forEach((use, n) => { for (const key of ["size", "credibility", "verification"]) { const input = $(`#${key}-${n}`, place); if (input && input !== document.activeElement && use[key] !== undefined) input.value = use[key]; } });
}

// ---- results

async function ask(place, scenario) {
  const key = JSON.stringify(asData());
  if (key === asked) return;
  asked = key;
  place.classList.add("busy");
  place.setAttribute("aria-busy", "true");
  try {
    for (const runs of [FIRST, RUNS]) {
      const a = await post("/api/answer", { state: asData(), runs }, { kind: "answer" });
      if (asked !== key) return;
      drawResults(place, a, scenario, runs < RUNS);
      place.classList.remove("busy");
    }
    place.setAttribute("aria-busy", "false");
    say($(".headline", place)?.textContent ?? "");
  } catch (error) {
    if (error instanceof Superseded) return;
    asked = "";
    place.classList.remove("busy");
    place.setAttribute("aria-busy", "false");
    $("#fault", place)?.remove();
    place.prepend(faultLine(error, () => ask(place, scenario), { id: "fault" }));
  }
}

export function headline(a) {
  const e = a.focus.broken, last = monthWords(a.months.at(-1));
  if (!state().wedge.length) return `${a.focus.title}: broken by ${last} ${aloneWords(e)}. No wedge is set.`;
  const tail = e.clear ? `${points(e)} points: the wedge ${e.difference > 0 ? "breaks it more often" : "holds it together"}.` : "no clear effect.";
  const [without, under] = bothInRuns(e.baseline, e.wedge);
  return `${a.focus.title}, broken by ${last}: ${without} without the wedge, ${under} with it; ${tail}`;
}

/** Beside what is alive at the end: what happened on the way. */
function firstWords(focus) {
  const said = ([words, e]) => (e.baseline === null ? [] : [`${words} ${state().wedge.length ? bothInRuns(e.baseline, e.wedge).join(", with the wedge ") : aloneWords(e)}`]);
  const parts = [["Never broken", focus.never_broken], ["ever fought", focus.ever_fought]].flatMap(said);
  return parts.length ? `${parts.join("; ")}.` : "";
}

function arrow(m) {
  if (!m.clear) return h("span", { class: "muted", text: "no clear effect" });
  const good = m.better ? (m.difference * m.better > 0 ? " (better)" : " (worse)") : "";
  return h("span", { text: `${m.difference > 0 ? "▲ more" : "▼ less"}${good}` });
}
function sideCell(m) {
  const times = m.percent ? 100 : 1, half = (times * (m.high - m.low)) / 2, unit = m.percent ? " points" : "";
  const digits = Math.max(half >= 10 ? 0 : 1, half > 0 ? Math.min(4, Math.ceil(-Math.log10(half))) : 0); // as many as the interval deserves
  const [by, low, high] = [m.difference, m.low, m.high].map((x) => signed(x * times, digits));
  return m.kind === "share" ? `${by} (${low} to ${high})${unit}` : `${by} (±${half.toFixed(digits)})${unit}`; // of a mean both sides are alike
}

export function drawResults(place, a, scenario, more) {
  shownRuns = a.runs;
  const c = a.course;
  const zeroWedge = !state().wedge.length;
  const nodes = around(scenario.factions, scenario.focal);
  const near = new Set(scenario.focal);
  const focal = (name) => near.has(scenario.factions.find((f) => f.name === name)?.organisation);
  const ties = (arm) => a.network.filter((t) => focal(t.a) || focal(t.b) || Math.abs(t.baseline - t.wedge) > 0.15).map((t) => ({ a: t.a, b: t.b, level: t[arm], changed: Math.abs(t.baseline - t.wedge) > 0.15 }));
  const changed = a.network.filter((t) => t.baseline !== null && t.wedge !== null).map((t) => ({ ...t, by: t.wedge - t.baseline })).filter((t) => Math.abs(t.by) >= 0.02).sort((x, y) => Math.abs(y.by) - Math.abs(x.by)).slice(0, 8);
  const titles = Object.fromEntries(scenario.factions.map((f) => [f.name, f.title]));
  show(place,
    h("p", { class: "headline", text: headline(a) }),
    h("p", { class: "row small muted" }, h("progress", { max: RUNS, value: a.runs, "aria-label": "Runs done" }), `${a.runs.toLocaleString("en")} of ${RUNS.toLocaleString("en")} paired runs${overDraws(a.draws)}${more ? ", more on their way" : ""}; baseline and wedge draw the same ${a.draws ? "parameters and " : ""}random numbers; intervals are 95 %, of the paired difference.`),
    h("div", { class: "grid2" },
      figure("alive", aliveChart({ months: a.months, course: c, wedge: !zeroWedge, label: `Share of runs in which the alliance is alive, by month. ${headline(a)}`,
        marks: zeroWedge ? [] : [{ month: a.months.indexOf(a.start), text: "the wedge starts" }] }),
        h("span", {}, h("strong", { text: "Alive, month by month. " }), `Band: 95 % interval of the paired difference${bandOver(a.draws)}. ${firstWords(a.focus)}`)),
      figure("difference", lineChart({ months: a.months, zero: true, label: "Paired difference of the share alive, wedge less baseline, by month", lines: [{ values: c.difference, low: c.low, high: c.high, css: "wedge", label: "difference" }] }),
        h("span", {}, h("strong", { text: "Wedge less baseline. " }), "Where the band holds zero there is no clear effect.", a.draws > 0 && ` Where no run differs it is as wide as ${a.draws} draws leave open.`)),
      figure("official", lineChart({ months: a.months, range: [0, 1.005], label: "Share of runs in which a side keeps official distance, by month", lines: [{ values: c.distant_wedge, css: "wedge", label: "wedge" }, { values: c.distant_baseline, css: "baseline", dashed: true, label: "baseline" }] }),
        h("span", {}, h("strong", { text: "Official distance. " }), "What is said; the first picture is what is kept. Renounced in words only at the end: ", points(a.focus.official_end), a.focus.official_end.clear ? "" : " (no clear effect)")),
      figure("ties", forest({ rows: [{ ...a.focus.broken, label: "the alliance asked about" }, ...a.others.map((o) => ({ label: o.title, ...o }))], label: "Change in the share broken, for every watched tie, in points, with 95 % intervals" }),
        h("span", {}, h("strong", { text: "Every watched tie: " }), "change in the share broken, points. Filled: clear."))),
    legend(ALIVE_KEYS),
    !zeroWedge && h("div", {}, // one below the other: side by side a table is cut
      h("div", {}, h("h2", { text: "What else moves" }), wide("What else moves", h("table", {}, h("thead", {}, h("tr", {}, h("th", { text: "a run" }), h("th", { class: "number", text: "baseline" }), h("th", { class: "number", text: "difference" }), h("th", {}))),
        h("tbody", {}, [a.focus.months_allied, ...a.side].filter((m) => m.baseline !== null).map((m) => h("tr", {}, h("td", { title: m.meaning, text: m.label }), h("td", { class: "number", text: m.percent ? `${(100 * m.baseline).toFixed(0)} %` : m.baseline.toFixed(m.baseline < 20 ? 2 : 0) }), h("td", { class: `number ${m.clear ? "clear" : "unclear"}`, text: sideCell(m) }), h("td", {}, arrow(m)))))))),
      h("div", {}, h("h2", { text: "What changed most" }), changed.length ? wide("What changed most", h("table", {}, h("thead", {}, h("tr", {}, h("th", { text: "tie" }), h("th", { class: "number", text: "mean level, without" }), h("th", { class: "number", text: "with" }))), h("tbody", {}, changed.map((t) => h("tr", {}, h("td", { text: `${titles[t.a] ?? plain(t.a)} – ${titles[t.b] ?? plain(t.b)}` }), h("td", { class: "number", text: t.baseline.toFixed(2) }), h("td", { class: "number", text: t.wedge.toFixed(2) })))))) : h("p", { class: "muted", text: "No tie’s mean level differs by 0.02 or more." }))),
    h("h2", { text: "Ties at the end: without the wedge, and with it" }),
    h("p", { class: "small muted" }, "Mean levels in the last month, over the runs in which both sides are still there; ties of the ", hint("focal pair", "The two organisations the scenario is about."), " and those that changed. Solid blue: cooperation; dashed vermilion: hostility; width: level."),
    h("div", { class: "grid2" }, ["baseline", "wedge"].map((arm) => figure(`network_${arm}`, network({ nodes, ties: ties(arm), label: `Network of ties in the last month, ${arm === "baseline" ? "without" : "with"} the wedge` }), arm === "baseline" ? "Without" : "With the wedge"))));
}
