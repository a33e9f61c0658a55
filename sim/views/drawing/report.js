// The report's figures, drawn from the numbers that stand in it. Until they are drawn, and where no script runs, their words stand there.

import { $, show } from "/drawing/dom.js";
import { ALIVE_KEYS, aliveChart, floorOf } from "/drawing/alive.js";
import { figure, legend, lineChart, multiples, titleLines } from "/drawing/draw.js";
import { forests, rangeOf } from "/drawing/forest.js";
import { storyTable } from "/drawing/stories.js";

const data = JSON.parse($("#data").textContent);
const phone = matchMedia("(max-width: 40rem)");
const SERIES = ["wedge", "second", "third", "fourth", "wedge again", "second again", "third again", "fourth again"];

const size = () => (phone.matches ? { width: 400, left: 130, columns: 2 } : { width: 820, left: 180, columns: 4 });

/** Panels of effects, so many beside each other; with one scale or each with its own. */
function effects(panels, label, columns, range) {
  const { width, left } = size(), rows = [];
  for (let n = 0; n < panels.length; n += columns) rows.push(forests({ names: data.names, panels: panels.slice(n, n + columns), columns, label, width, left, range }));
  return multiples({ panels: rows, columns: 1, label });
}

/** A panel a wedge, as wide as so many beside each other are. */
function panels(shown, label, draw) {
  const { width, columns } = size(), beside = Math.min(columns, Math.max(2, shown.length)), one = width / beside;
  const heads = Math.max(...shown.map((p) => titleLines(p.title, one).length));
  return multiples({ panels: shown.map((p) => draw(p, { title: p.title, heads, width: one, height: 0.6 * one + 12 * heads, label })), columns: beside, label });
}

/** Effect against strength or start: lines with bands on the same axes. */
function against({ at, named, keys, panels: shown }, label) {
  const lines = ({ difference, low, high }, n) => ({ values: times(difference), low: times(low), high: times(high), css: SERIES[n % SERIES.length] });
  const times = (values) => values.map((v) => (v === null ? null : 100 * v));
  const all = shown.flatMap((p) => p.lines.flatMap((l) => [...times(l.low), ...times(l.high)])), ends = [Math.min(0, ...all), Math.max(0, ...all)];
  const pad = 0.06 * (ends[1] - ends[0] || 1), range = [ends[0] - pad, ends[1] + pad];
  return [panels(shown, label, (p, rest) => lineChart({ ...rest, at, named, lines: p.lines.map(lines), range, percent: false, zero: true, dots: true })),
    keys.map((words, n) => ({ css: SERIES[n % SERIES.length], label: words }))];
}

/** By name: the picture, and what its lines mean. */
const DRAWN = {
  forest: (label) => [effects(data.forest.panels, label, phone.matches ? 2 : data.forest.panels.length)],
  theories: (label) => [effects(data.theories.panels, label, size().columns, rangeOf(data.theories.panels))],
  survival: (label) => {
    const courses = data.survival.panels.map((p) => ({ ...p, baseline: data.survival.baseline })), range = [floorOf(courses), 1.005];
    return [panels(courses, label, (course, rest) => aliveChart({ ...rest, months: data.months, course, range })), ALIVE_KEYS];
  },
  strengths: (label) => against(data.strengths, label),
  starts: (label) => against(data.starts, label),
};

const places = [...document.querySelectorAll("[data-figure]")].map((place) => ({ place, name: place.dataset.figure, words: $("p", place).textContent, caption: [...$("figcaption", place).childNodes] }));

function draw() {
  for (const p of places) {
    const [svg, keys = []] = DRAWN[p.name](p.words), drawn = figure(p.name, svg, [keys.length > 0 && legend(keys), p.caption]);
    drawn.dataset.drawn = p.name;
    p.place.replaceWith(drawn);
    p.place = drawn;
  }
}

for (const place of document.querySelectorAll("[data-story]")) {
  const [part, n] = place.dataset.story.split(" ");
  show(place, storyTable(data.stories[part][n], data.months));
}
draw();
phone.addEventListener("change", draw);
