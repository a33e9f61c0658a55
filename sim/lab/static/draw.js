// Drawings: lines with bands, forests, networks. SVG elements with words for those who do not see them; colours are classes (lab.css).

import { h, s } from "./dom.js";
import { LEVELS, plain, signed } from "./words.js";

const scale = (from, to) => (x) => to[0] + ((x - from[0]) / (from[1] - from[0] || 1)) * (to[1] - to[0]);

/** Round numbers between two ends. */
export function ticks(low, high, about = 4) {
  const raw = (high - low) / about || 1, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((m) => m >= raw);
  const found = [];
  for (let x = Math.ceil(low / step) * step; x <= high + step * 1e-9; x += step) found.push(Number(x.toFixed(10)));
  return found;
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

/**
 * Lines over months, with bands.
 * lines: [{values, low, high, css, label, dashed}]; values may hold null. zero: draw a line at 0.
 */
export function lineChart({ months, lines, label, yLabel = "", range = null, percent = true, marks = [], width = 460, height = 220, zero = false }) {
  const m = { left: 46, right: 12, top: 12, bottom: 26 };
  const all = lines.flatMap((l) => [...l.values, ...(l.low || []), ...(l.high || [])]).filter((x) => x !== null && x !== undefined);
  const [low, high] = range || [Math.min(...all, zero ? 0 : Infinity), Math.max(...all, zero ? 0 : -Infinity)];
  const pad = range ? 0 : Math.max(0.005, 0.06 * (high - low));
  const x = scale([0, months.length - 1 || 1], [m.left, width - m.right]), y = scale([low - pad, high + pad], [height - m.bottom, m.top]);
  const path = (values) => values.map((v, t) => (v === null ? "" : `${t && values[t - 1] !== null ? "L" : "M"}${x(t).toFixed(1)} ${y(v).toFixed(1)}`)).join("");
  const band = (l) => `${path(l.high)}${[...l.low].map((v, t) => [v, t]).reverse().map(([v, t]) => `L${x(t).toFixed(1)} ${y(v).toFixed(1)}`).join("")}Z`;
  const shown = (v) => (percent ? `${Number((100 * v).toFixed(1))} %` : String(v));
  const years = months.map((d, t) => [d, t]).filter(([d]) => d.endsWith("-01"));
  const every = Math.max(1, Math.ceil(years.length / 6));
  return s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "chart" },
    ticks(low - pad, high + pad).map((v) => [
      s("line", { x1: m.left, x2: width - m.right, y1: y(v), y2: y(v), class: "grid" }),
      s("text", { x: m.left - 5, y: y(v) + 3.5, class: "tick end", text: shown(v) })]),
    years.filter((_, n) => n % every === 0).map(([d, t]) => [
      s("line", { x1: x(t), x2: x(t), y1: height - m.bottom, y2: height - m.bottom + 4, class: "axis" }),
      s("text", { x: x(t), y: height - 8, class: "tick mid", text: d.slice(0, 4) })]),
    marks.map((k) => s("line", { x1: x(k.month), x2: x(k.month), y1: m.top, y2: height - m.bottom, class: "mark" }, s("title", { text: k.text }))),
    zero && s("line", { x1: m.left, x2: width - m.right, y1: y(0), y2: y(0), class: "axis" }),
    lines.filter((l) => l.low).map((l) => s("path", { d: band(l), class: `band ${l.css}` })),
    lines.map((l) => s("path", { d: path(l.values), class: `line ${l.css}${l.dashed ? " dashed" : ""}` })),
    yLabel && s("text", { x: m.left, y: 9, class: "tick", text: yLabel }));
}

/** A legend of lines. */
export function legend(entries) {
  return h("p", { class: "legend" }, entries.map((e) => h("span", {}, s("svg", { viewBox: "0 0 26 8", class: "key", "aria-hidden": "true" },
    s("line", { x1: 1, x2: 25, y1: 4, y2: 4, class: `line ${e.css}${e.dashed ? " dashed" : ""}` })), ` ${e.label} `)));
}

/** Effects as dots with whiskers, one a row. rows: [{label, difference, low, high, clear}], in the unit `times`. */
export function forest({ rows, label, times = 100, unit = "points", width = 460 }) {
  const line = 20, left = 190, height = rows.length * line + 30;
  const ends = rows.flatMap((r) => [r.low * times, r.high * times, 0]);
  const low = Math.min(...ends), high = Math.max(...ends), pad = 0.05 * (high - low || 1);
  const x = scale([low - pad, high + pad], [left, width - 12]);
  return s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "chart" },
    ticks(low - pad, high + pad).map((v) => [s("line", { x1: x(v), x2: x(v), y1: 4, y2: height - 24, class: "grid" }), s("text", { x: x(v), y: height - 10, class: "tick mid", text: signed(v, Math.abs(v) < 10 && v % 1 ? 1 : 0) })]),
    s("line", { x1: x(0), x2: x(0), y1: 2, y2: height - 24, class: "axis" }),
    rows.map((r, n) => {
      const y = 14 + n * line, css = r.clear ? "clear" : "unclear";
      return [s("text", { x: left - 8, y: y + 4, class: "tick end" }, r.label.length > 31 ? `${r.label.slice(0, 30)}…` : r.label, s("title", { text: r.label })),
        s("line", { x1: x(r.low * times), x2: x(r.high * times), y1: y, y2: y, class: `whisker ${css}` }),
        s("circle", { cx: x(r.difference * times), cy: y, r: 4, class: `dot ${css}` }, s("title", { text: `${r.label}: ${signed(r.difference * times)} ${unit}` }))];
    }));
}

const COOPERATE = "tie cooperation", HOSTILE = "tie hostility";

/**
 * Ties as lines between nodes at fixed places: solid blue cooperation, dashed vermilion hostility, width by level.
 * nodes: [{name, title, x, y, colour, focus}] in 0..1; ties: [{a, b, level, changed}].
 */
export function network({ nodes, ties, label, width = 560, height = 350, onpick = null }) {
  const at = Object.fromEntries(nodes.map((n) => [n.name, { x: 155 + n.x * (width - 310), y: 42 + n.y * (height - 84) }]));
  const drawn = ties.filter((t) => Math.abs(t.level) >= 0.5 && at[t.a] && at[t.b]).sort((a, b) => Math.abs(a.level) - Math.abs(b.level));
  return s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "chart" },
    drawn.map((t) => s("line", {
      x1: at[t.a].x, y1: at[t.a].y, x2: at[t.b].x, y2: at[t.b].y, class: `${t.level < 0 ? HOSTILE : COOPERATE}${t.changed ? " changed" : ""}`,
      "stroke-width": 0.6 + 1.1 * Math.abs(t.level), ...(onpick ? { tabindex: 0, role: "button", onclick: () => onpick(t), onkeydown: (e) => { if (e.key === "Enter") onpick(t); } } : {}),
    }, s("title", { text: `${plain(t.a)} and ${plain(t.b)}: ${LEVELS[Math.round(t.level)]}${Number.isInteger(t.level) ? "" : ` (mean level ${t.level.toFixed(1)})`}` }))),
    nodes.map((n) => {
      const p = at[n.name], left = n.x < 0.4, mid = n.x >= 0.4 && n.x <= 0.6;
      return s("g", {}, s("circle", { cx: p.x, cy: p.y, r: n.focus ? 8 : 6, class: `node${n.focus ? " focus" : ""}` }),
        s("text", { x: mid ? p.x : p.x + (left ? -11 : 11), y: mid ? p.y + (n.y < 0.5 ? -12 - 11 * (wrapped(n.title).length - 1) : 20) : p.y + 4, class: `name ${mid ? "mid" : left ? "end" : ""}` },
          wrapped(n.title).map((part, k) => s("tspan", { x: mid ? p.x : p.x + (left ? -11 : 11), dy: k ? 11 : 0, text: part }))));
    }));
}
function wrapped(title) {
  const parts = title.replace(" in the ", " in\u00a0the ").split(/, | (?=in\u00a0the)/);
  return parts.length > 1 ? parts : title.length > 18 ? title.split(/ (?=\S+$)/) : [title];
}

/** Names around a circle, those of one organisation beside each other. */
export function around(factions, focal = []) {
  const ordered = [...factions].sort((a, b) => (focal.indexOf(a.organisation) + 1 || 9) - (focal.indexOf(b.organisation) + 1 || 9) || a.organisation.localeCompare(b.organisation));
  return ordered.map((f, n) => {
    const angle = Math.PI * (2 * n / ordered.length) - Math.PI * 0.9;
    return { ...f, x: 0.5 + 0.5 * Math.cos(angle), y: 0.5 + 0.5 * Math.sin(angle), focus: focal.includes(f.organisation) };
  });
}
