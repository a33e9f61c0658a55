// Networks of ties: nodes at fixed places, cooperation and hostility between them.

import { s } from "./dom.js";
import { LEVELS, plain } from "./words.js";

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
  const parts = title.replace(" in the ", " in the\n").split(/, |\n/);
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
