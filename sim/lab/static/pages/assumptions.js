// Every parameter: what it means, how far it may lie, what it rests on. Change it and see what the answer hangs on.

import { get, post, Superseded } from "../api.js";
import { $, claimsButton, h, hint, say, show, wide } from "/drawing/dom.js";
import { faultLine } from "../fault.js";
import { change, state } from "../state.js";
import { aloneWords, bothInRuns, counted, overDraws, plain, points } from "/drawing/words.js";
import { drawSensitivity, outdated } from "./assumptions_sensitivity.js";
import { asData } from "./share.js";

const RUNS = 200;
let asked = "", words = "";

export async function draw(section, { evidence, what }) {
  const rows = await get(`/api/assumptions?scenario=${state().scenario}&thesis=${state().thesis}${state().draws && `&draws=${state().draws}`}`);
  const of = `${state().scenario} ${state().thesis} ${state().draws}`; // another theory has other values
  if (what === "page" || section.dataset.drawnFor !== of || !$("#parameters", section)) {
    section.dataset.drawnFor = of;
    asked = "";
    show(section, h("h1", { text: "Assumptions" }),
      h("p", { text: "What the answer hangs on. Each value has a range that can be defended; most sizes are informed guesses that were then fitted to observed patterns, and an assumption says so." }),
      state().draws && h("p", { id: "drawn", text: "Over draws of the posterior: a value that says from where to where it is drawn differs from run to run until you set it here; what you set, and what the theory sets, is the same in every draw." }),
      h("div", { class: "card", id: "live-answer", "aria-live": "polite" }),
      h("div", { id: "changed" }),
      h("p", { class: "row" }, h("label", { for: "search", text: "Find " }), h("input", { type: "search", id: "search", placeholder: "bond, talks, civilians …", oninput: (e) => { words = e.target.value.toLowerCase(); filter(section); } })),
      h("div", { id: "parameters", class: "cards families" }), h("div", { id: "sensitivity" }));
    show($("#parameters", section), families(rows, evidence));
    $("#search", section).value = words;
    filter(section);
    drawSensitivity($("#sensitivity", section), rows, evidence);
  }
  update(section, rows);
  outdated($("#sensitivity", section));
  await ask($("#live-answer", section));
}

function families(rows, evidence) {
  const found = Map.groupBy ? Map.groupBy(rows, (r) => r.family) : rows.reduce((m, r) => m.set(r.family, [...(m.get(r.family) || []), r]), new Map());
  return [...found].map(([family, mine]) => h("details", { class: "card family", "data-family": family }, h("summary", {}, h("strong", { text: plain(family) }), h("span", { class: "muted small", text: ` ${mine.length}` })),
    mine.map((r) => parameter(r, evidence))));
}

function parameter(r, evidence) {
  const id = `p-${r.path.replaceAll(".", "-")}`;
  const fault = h("p", { class: "small", role: "alert", hidden: true, text: `Between ${r.low} and ${r.high}, please: the value stays as it was.` });
  const set = (value, quiet) => {
    const out = value !== undefined && (!Number.isFinite(value) || value < r.low || value > r.high);
    fault.hidden = !out;
    if (out) return; // what was set stays; the words say what is allowed
    const parameters = { ...state().parameters };
    if (value === undefined || (!r.draws && Math.abs(value - r.value) < 1e-12)) delete parameters[r.path]; else parameters[r.path] = Number(value.toPrecision(6));
    change({ parameters }, { quiet });
  };
  return h("div", { class: "use parameter", "data-path": r.path, "data-words": `${r.path} ${r.meaning}`.toLowerCase() },
    h("div", { class: "row" }, h("label", { for: id }, h("strong", { text: plain(r.path) })), h("span", { class: "tag small flag", hidden: true, text: "changed" })),
    h("p", { class: "small", text: `${r.meaning} (${r.unit}).` }),
    h("div", { class: "row" },
      h("span", { class: "muted small", text: String(r.low) }),
      h("input", { type: "range", id, min: r.low, max: r.high, step: (r.high - r.low) / 100, value: r.value, oninput: (e) => set(Number(e.target.value), true), onchange: (e) => set(Number(e.target.value), false) }),
      h("span", { class: "muted small", text: String(r.high) }),
      h("input", { type: "number", "aria-label": `${plain(r.path)}, as a number`, min: r.low, max: r.high, step: "any", value: r.value, onchange: (e) => set(e.target.value === "" ? NaN : Number(e.target.value), false) }),
      h("button", { class: "link small", onclick: () => set(undefined, false) }, r.draws ? "as it is drawn" : "as the theory has it"),
      r.draws && h("span", { class: "muted small", text: `drawn: 95 % from ${r.draws.map((x) => Number(x.toPrecision(3))).join(" to ")}` })), fault,
    h("p", { class: "small" }, r.claims.length ? claimsButton(r.claims, evidence) : hint("assumption", r.assumption || "No claim speaks to it."), r.claims.length && r.assumption ? h("span", { class: "muted", text: ` ${r.assumption}` }) : null));
}

function filter(section) {
  for (const family of section.querySelectorAll(".family")) {
    let any = false;
    for (const p of family.querySelectorAll(".parameter")) { p.hidden = words !== "" && !p.dataset.words.includes(words); any ||= !p.hidden; }
    family.hidden = !any;
    if (words) family.open = any;
  }
}

function update(section, rows) {
  const changed = state().parameters, known = Object.fromEntries(rows.map((r) => [r.path, r]));
  for (const p of section.querySelectorAll(".parameter")) {
    const r = known[p.dataset.path], value = changed[r.path] ?? r.value;
    $(".flag", p).hidden = !(r.path in changed);
    for (const input of p.querySelectorAll("input")) if (input !== document.activeElement || input.type === "range") input.value = value;
    $("input[type=range]", p).setAttribute("aria-valuetext", `${Number(value.toPrecision(3))}`);
  }
  const paths = Object.keys(changed);
  show($("#changed", section), paths.length ? [h("h2", { text: "What you have changed" }),
    wide("What you have changed", h("table", {}, h("thead", {}, h("tr", {}, ["assumption", "the theory's value", "yours", "undo"].map((t) => h("th", { text: t })))),
      h("tbody", {}, paths.map((path) => h("tr", {}, h("td", { text: plain(path) }), h("td", { class: "number", text: known[path]?.draws ? "drawn" : known[path]?.value ?? "–" }), h("td", { class: "number", text: Number(changed[path].toPrecision(4)) }), h("td", {}, h("button", { class: "link small", onclick: () => { const { [path]: _, ...rest } = state().parameters; change({ parameters: rest }); } }, "take back"))))))),
    h("button", { onclick: () => { change({ parameters: {} }); say("All taken back."); } }, "Take all back")] : []);
}

async function ask(place) {
  const key = JSON.stringify(asData());
  if (key === asked) return;
  asked = key;
  place.setAttribute("aria-busy", "true");
  try {
    const mine = await post("/api/answer", { state: asData(), runs: RUNS }, { kind: "assumptions" });
    const plainOnes = Object.keys(state().parameters).length ? await post("/api/answer", { state: asData({ ...state(), parameters: {} }), runs: RUNS }, { kind: "assumptions" }) : mine;
    if (asked !== key) return;
    const told = (a) => { const e = a.focus.broken, [without, under] = bothInRuns(e.baseline, e.wedge); return `broken ${state().wedge.length ? without : aloneWords(e)} without a wedge${state().wedge.length ? `, ${under} with yours (${e.clear ? `${points(e)} points` : "no clear effect"})` : ""}`; };
    show(place, h("p", {}, h("strong", { text: `${mine.focus.title}: ` }), plainOnes === mine ? told(mine) : `as you have set it, ${told(mine)}; as the theory has it, ${told(plainOnes)}`, h("span", { class: "muted small", text: `. ${counted(mine.runs, state().wedge.length ? "paired run" : "run")}${overDraws(mine.draws)}.` })));
    place.setAttribute("aria-busy", "false");
  } catch (error) {
    if (error instanceof Superseded) return;
    asked = "";
    place.setAttribute("aria-busy", "false");
    show(place, faultLine(error, () => ask(place)));
  }
}
