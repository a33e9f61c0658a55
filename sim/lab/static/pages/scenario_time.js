// The dated history on a line of time: alliances and rivalries, leaders, blows, newcomers; and as a table.

import { h, s } from "/drawing/dom.js";
import { figure } from "/drawing/draw.js";
import { counted, monthWords, plain } from "/drawing/words.js";
import { titlesOf } from "./scenario_words.js";

const LANES = [["ties", "Alliance, rivalry"], ["leaders", "Leaders"], ["blows", "Setbacks"], ["new", "Newcomers"]];
const LANE_OF = { pledge: "ties", "pledge renounced": "ties", trust: "ties", bond: "ties", "leader death": "leaders", "concealed death": "leaders", disclosure: "leaders", setback: "blows", entry: "new" };
const monthsFrom = (a, b) => 12 * (Number(b.slice(0, 4)) - Number(a.slice(0, 4))) + Number(b.slice(5, 7)) - Number(a.slice(5, 7));

/** Events with words, in order: the dated history and who comes later. */
export function eventsOf(scenario) {
  const titles = titlesOf(scenario), name = (n) => titles[n] ?? plain(n);
  const entries = scenario.factions.filter((f) => f.entry && f.entry > scenario.start).map((f) => ({ date: f.entry, event: "entry", actor: f.name, note: "", source: "" }));
  return [...scenario.history, ...entries].map((e) => {
    const a = name(e.actor), b = name(e.toward), first = (e.note || "").split(";")[0].trim();
    const trust = e.size === undefined || e.size === 0 ? "changes" : e.size < 0 ? "falls" : "grows";
    const kinds = {
      pledge: [`${a} pledges loyalty to ${b}`, `${a} pledges to ${b}`, "closer"], "pledge renounced": [`${a} renounces its pledge to ${b}`, `${a} renounces ${b}`, "apart"],
      trust: [`The trust between ${a} and ${b} ${trust}`, first || `trust ${trust}`, e.size > 0 ? "closer" : e.size < 0 ? "apart" : "even"], bond: [`The bond of ${a} and ${b} deepens`, first || `${a}, ${b}: closer`, "closer"],
      "leader death": [`${a} loses its leader`, first ? `death of ${first}` : `${a}: leader dies`, "even"], "concealed death": [`${a} loses its leader and hides it`, first ? `death of ${first}, hidden` : `${a}: hidden death`, "even"],
      disclosure: [`${a} admits its leader's death`, first || "a death admitted", "even"], setback: [`${a} is set back`, first ? `${a}: ${first}` : `${a} set back`, "even"], entry: [`${a} appears`, a, "even"],
    };
    const [words, short, sign] = kinds[e.event] ?? [`${a}: ${e.event}${e.toward ? `, ${b}` : ""}`, `${a}: ${e.event}`, "even"];
    return { ...e, words, short, sign, lane: LANE_OF[e.event] ?? "ties" };
  }).sort((x, y) => x.date.localeCompare(y.date));
}

/** Events that stand closer than a mark is wide become one mark. */
function grouped(events, x) {
  const groups = [];
  for (const e of events) {
    const at = x(e.date), last = groups.at(-1);
    if (last && at - last.x < 15) last.events.push(e); else groups.push({ x: at, events: [e] });
  }
  return groups.map((g) => ({ ...g, sign: g.events.every((e) => e.sign === g.events[0].sign) ? g.events[0].sign : "even",
    short: g.events.length <= 2 ? g.events.map((e) => e.short).join("; ") : `${g.events[0].short} and ${g.events.length - 1} more` }));
}

/** Rows for the words below the marks, from the right: a line down from a mark never crosses words to its right. */
function placed(groups, left, width, most) {
  const starts = Array(most).fill(Infinity);
  let used = 0;
  for (const g of [...groups].reverse()) {
    const text = g.short.length > 46 ? `${g.short.slice(0, 45)}…` : g.short, wide = text.length * 5.9 + 8;
    const from = Math.max(left, Math.min(g.x - 4, width - wide)), row = starts.findIndex((start) => from + wide <= start);
    if (row < 0) continue;
    starts[row] = from;
    Object.assign(g, { row, from, text });
    used = Math.max(used, row + 1);
  }
  return used;
}

function mark(g, y) {
  const n = g.events.length, glyph = n > 1 ? String(n) : { closer: "+", apart: "−", even: "" }[g.sign];
  const shape = g.sign === "apart" ? s("rect", { x: g.x - 6, y: y - 6, width: 12, height: 12, transform: `rotate(45 ${g.x} ${y})` }) : s("circle", { cx: g.x, cy: y, r: g.sign === "even" && n === 1 ? 5 : 7 });
  return s("g", { class: `event ${g.sign}` }, shape, glyph && s("text", { x: g.x, y: y + 3.7, class: "mid glyph", text: glyph }),
    s("title", { text: g.events.map((e) => `${monthWords(e.date)}: ${e.words}${e.note ? ` (${e.note})` : ""}`).join("\n") }));
}

export function timePicture(scenario, events, width) {
  const narrow = width < 620, left = narrow ? 10 : 112, right = 14, span = Math.max(1, scenario.months - 1);
  const x = (date) => left + 6 + (Math.min(span, Math.max(0, monthsFrom(scenario.start, date))) / span) * (width - left - right - 12);
  let y = 6;
  const lanes = LANES.map(([key, title]) => ({ key, title, groups: grouped(events.filter((e) => e.lane === key), x) })).filter((l) => l.groups.length);
  for (const lane of lanes) {
    const rows = placed(lane.groups, left, width - 4, narrow ? 7 : 5);
    lane.top = y; lane.y = y + (narrow ? 26 : 12); y = lane.y + 14 + rows * 14 + 6;
  }
  const first = Number(scenario.start.slice(0, 4)), last = Number(scenario.last.slice(0, 4)), every = Math.max(1, Math.ceil((last - first) / (narrow ? 5 : 12)));
  const years = Array.from({ length: last - first + 1 }, (_, n) => first + n).filter((v) => `${v}-01` >= scenario.start && (v - first) % every === 0);
  const signs = lanes.flatMap((l) => l.groups).length;
  return s("svg", { viewBox: `0 0 ${width} ${y + 24}`, role: "img", class: "chart time", "aria-label": `Time from ${monthWords(scenario.start)} to ${monthWords(scenario.last)} with ${counted(events.length, "dated event")} in ${counted(signs, "mark")}; the table below lists them.` },
    years.map((v) => [s("line", { x1: x(`${v}-01`), x2: x(`${v}-01`), y1: 4, y2: y + 4, class: "grid" }), s("text", { x: x(`${v}-01`), y: y + 18, class: "tick mid", text: String(v) })]),
    s("line", { x1: left, x2: width - right, y1: y + 2, y2: y + 2, class: "axis" }),
    lanes.map((lane) => [
      s("text", { x: narrow ? left : left - 8, y: narrow ? lane.top + 10 : lane.y + 4, class: `tick${narrow ? "" : " end"}`, text: lane.title }),
      s("line", { x1: left, x2: width - right, y1: lane.y, y2: lane.y, class: "lane" }),
      lane.groups.filter((g) => g.text).map((g) => s("line", { x1: g.x, x2: g.x, y1: lane.y, y2: lane.y + 14 + g.row * 14, class: "lane" })),
      lane.groups.filter((g) => g.text).map((g) => s("text", { x: g.from, y: lane.y + 20 + g.row * 14, class: "says", text: g.text })),
      lane.groups.map((g) => mark(g, lane.y))]));
}

function sourceWords(source, evidence) {
  const a = evidence.articles[source];
  if (a) return `${a.author}, ${a.date.slice(0, 4)}`;
  return source === "timeline" ? "the project's timeline" : plain(source) || "the scenario";
}

export function drawTime(place, scenario, evidence) {
  const events = eventsOf(scenario), span = `${monthWords(scenario.start)} to ${monthWords(scenario.last)}`;
  if (!scenario.history.length) {
    place.replaceChildren(h("p", { text: `From ${span} there is no dated history: no death, pledge, split or break after the start is scripted; they are the model's, drawn anew in every run.${events.length ? " Newcomers come on their dates." : ""}` }));
    if (!events.length) return;
  } else place.replaceChildren(h("p", { class: "small muted", text: `These happen on their dates in every run (${span}); whatever else happens is the model's.` }));
  const width = Math.max(330, Math.round(place.clientWidth) || 900);
  place.append(
    figure(`time_${scenario.name}`, timePicture(scenario, events, width), h("span", {}, "Blue disc with +: they draw together. Vermilion diamond with −: they draw apart. Ring: neither. A number: several within few months.")),
    h("details", { open: events.length <= 12 }, h("summary", { text: events.length === 1 ? "The event as a list" : `The ${events.length} events as a list` }), h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ["when", "what", "note", "source"].map((t) => h("th", { scope: "col", text: t })))),
      h("tbody", {}, events.map((e) => h("tr", {}, h("td", { class: "nowrap", text: monthWords(e.date) }), h("td", { text: e.words }), h("td", { text: e.note }), h("td", { class: "muted", text: sourceWords(e.source, evidence) }))))))));
}
