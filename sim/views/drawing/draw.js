// Drawings: axes, lines with bands, panels beside each other. SVG with words for those who do not see it; colours are classes (drawing.css).

import { h, s } from "./dom.js";
import { plain } from "./words.js";

export const scale = (from, to) => (x) => to[0] + ((x - from[0]) / (from[1] - from[0] || 1)) * (to[1] - to[0]);

/** Round numbers between two ends, at least two of them. */
export function ticks(low, high, about = 4) {
  const raw = (high - low) / about || 1, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((m) => m >= raw);
  const found = [];
  for (let x = Math.ceil(low / step) * step; x <= high + step * 1e-9; x += step) found.push(Number(x.toFixed(10)));
  return found.length < 2 && high > low ? ticks(low, high, 2 * about) : found;
}

/** A round number as an axis shows it. */
export const written = (x, sign = false) => `${x < 0 ? "−" : x > 0 && sign ? "+" : ""}${Math.abs(x)}`;

/** Januaries of some months, at most so many: [[place, year]]. */
export function years(months, most) {
  const found = months.map((date, t) => [t, date.slice(0, 4)]).filter(([t]) => months[t].endsWith("-01"));
  const every = Math.max(1, Math.ceil(found.length / most));
  return found.filter((_, n) => n % every === 0);
}

/** Of places with names those whose names do not run into each other. */
function apart(named, x) {
  let end = -Infinity;
  return named.filter(([place, words]) => {
    const half = 3.2 * words.length, free = x(place) - half > end;
    if (free) end = x(place) + half + 8;
    return free;
  });
}

/** Words in lines of at most so many letters, broken at spaces, after plus signs and before times. */
export function inLines(text, most) {
  const lines = [""];
  for (const part of text.split(/(?<=[ +])|(?=@)/)) {
    if (lines.at(-1) && (lines.at(-1) + part).trimEnd().length > most) lines.push("");
    lines.push(lines.pop() + part);
  }
  return lines.map((line) => line.trimEnd());
}

/** A picture with its words and, below it, buttons to keep it. */
export function figure(name, svg, caption) {
  return h("figure", { class: "figure" }, svg, h("figcaption", {}, caption, " ", saveButtons(name, svg)));
}

function saveButtons(name, svg) {
  const keep = (blob, ending) => {
    const a = h("a", { href: URL.createObjectURL(blob), download: `${name}.${ending}` });
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 1000);
  };
  const text = () => {
    const copy = svg.cloneNode(true);
    const own = svg.querySelectorAll("*"), theirs = copy.querySelectorAll("*");
    own.forEach((node, n) => {
      const style = getComputedStyle(node);
      for (const p of ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "fill-opacity", "font-size", "font-family", "text-anchor"]) theirs[n].style.setProperty(p, style.getPropertyValue(p));
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    return new XMLSerializer().serializeToString(copy);
  };
  const png = () => {
    const image = new Image(), box = svg.viewBox.baseVal, url = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text());
    image.onload = () => {
      const canvas = h("canvas", { width: box.width * 2, height: box.height * 2 }), pen = canvas.getContext("2d");
      pen.fillStyle = getComputedStyle(document.body).backgroundColor;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => keep(blob, "png"));
    };
    image.src = url;
  };
  return h("span", { class: "save" },
    h("button", { class: "link small", onclick: () => keep(new Blob([text()], { type: "image/svg+xml" }), "svg"), "aria-label": `Save ${plain(name)} as SVG` }, "SVG"), " ",
    h("button", { class: "link small", onclick: png, "aria-label": `Save ${plain(name)} as PNG` }, "PNG"));
}

/** The title of a picture so wide, in lines. */
export const titleLines = (title, width) => (title ? inLines(title, Math.floor(width / 7)) : []);

/**
 * Lines with bands over months, or over other places (`at`) of which some are named: [[place, words]].
 * lines: [{values, low, high, css, dashed}]; values may hold null. zero: draw a line at 0. dots: mark every value.
 * heads: lines kept free for the title, so that pictures beside each other begin at one height.
 */
export function lineChart({ months = [], at = months.map((_, t) => t), named = null, lines, label, title = "", range = null, percent = true, marks = [], width = 460, height = 220, zero = false, dots = false, heads = 0 }) {
  const head = titleLines(title, width), m = { left: 46, right: 12, top: 12 + 12 * Math.max(heads, head.length), bottom: 26 };
  const all = lines.flatMap((l) => [...l.values, ...(l.low || []), ...(l.high || [])]).filter((x) => x !== null && x !== undefined);
  const [low, high] = range || [Math.min(...all, zero ? 0 : Infinity), Math.max(...all, zero ? 0 : -Infinity)];
  const pad = range ? 0 : Math.max(0.005, 0.06 * (high - low)), side = dots ? 14 : 0;
  const x = scale([Math.min(...at), Math.max(...at)], [m.left + side, width - m.right - side]), y = scale([low - pad, high + pad], [height - m.bottom, m.top]);
  const point = (v, t) => `${x(at[t]).toFixed(1)} ${y(v).toFixed(1)}`;
  const path = (values) => values.map((v, t) => (v === null ? "" : `${t && values[t - 1] !== null ? "L" : "M"}${point(v, t)}`)).join("");
  const band = (l) => `${path(l.high)}${[...l.low].map((v, t) => [v, t]).reverse().map(([v, t]) => `L${point(v, t)}`).join("")}Z`;
  const shown = (v) => (percent ? `${written(Number((100 * v).toFixed(1)))} %` : written(v, zero));
  return s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "chart" },
    head.map((text, n) => s("text", { x: 4, y: 12 + 12 * n, class: "title", text })),
    ticks(low - pad, high + pad, Math.min(4, height / 34)).map((v) => [
      s("line", { x1: m.left, x2: width - m.right, y1: y(v), y2: y(v), class: "grid" }),
      s("text", { x: m.left - 5, y: y(v) + 3.5, class: "tick end", text: shown(v) })]),
    apart(named ?? years(months, 6), x).map(([place, words]) => [
      s("line", { x1: x(place), x2: x(place), y1: height - m.bottom, y2: height - m.bottom + 4, class: "axis" }),
      s("text", { x: x(place), y: height - 8, class: "tick mid", text: words })]),
    marks.map((k) => s("line", { x1: x(k.month), x2: x(k.month), y1: m.top, y2: height - m.bottom, class: "mark" }, s("title", { text: k.text }))),
    zero && s("line", { x1: m.left, x2: width - m.right, y1: y(0), y2: y(0), class: "axis" }),
    lines.filter((l) => l.low).map((l) => s("path", { d: band(l), class: `band ${l.css}` })),
    lines.map((l) => s("path", { d: path(l.values), class: `line ${l.css}${l.dashed ? " dashed" : ""}` })),
    dots && lines.map((l) => l.values.map((v, t) => v !== null && s("circle", { cx: x(at[t]), cy: y(v), r: 3, class: `point ${l.css}` }, s("title", { text: shown(Number(v.toFixed(2))) })))));
}

/** Pictures of one size as one, so many beside each other. */
export function multiples({ panels, columns, label }) {
  const { width } = panels[0].viewBox.baseVal, height = Math.max(...panels.map((p) => p.viewBox.baseVal.height)), rows = Math.ceil(panels.length / columns);
  return s("svg", { viewBox: `0 0 ${columns * width} ${rows * height}`, role: "img", "aria-label": label, class: "chart" },
    panels.map((p, n) => s("g", { class: "panel", transform: `translate(${(n % columns) * width} ${Math.floor(n / columns) * height})` }, [...p.childNodes])));
}

/** A legend of lines. */
export function legend(entries) {
  return h("p", { class: "legend" }, entries.map((e) => h("span", {}, s("svg", { viewBox: "0 0 26 8", class: "key", "aria-hidden": "true" },
    s("line", { x1: 1, x2: 25, y1: 4, y2: 4, class: `line ${e.css}${e.dashed ? " dashed" : ""}` })), ` ${e.label} `)));
}
