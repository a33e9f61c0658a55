// A schematic map: regions side by side, places as boxes near where they lie, a disc for every faction that is there.

import { h, s } from "/drawing/dom.js";
import { figure } from "/drawing/draw.js";
import { counted, monthWords } from "/drawing/words.js";
import { codesOf, fightersWords, orgClass, people } from "./scenario_words.js";

const FAR = 12; // degrees between places that are drawn in different panels
const REGIONS = [["Afghanistan and Pakistan", 60, 76, 24, 39], ["Syria and Iraq", 35, 49, 29, 38], ["Sahel", -18, 25, 9, 25]];
const SMALL = 8.5, LARGE = 17; // radii

/** Who is at each place, the largest first. */
export function whoIsWhere(scenario) {
  return Object.entries(scenario.places).map(([name, p]) => ({
    name, ...p,
    here: scenario.factions.filter((f) => f.present && f.presence[name] > 0)
      .map((f) => ({ ...f, share: f.presence[name], count: f.presence[name] * fighters(f) })).sort((a, b) => b.count - a.count),
  }));
}
const fighters = (f) => f.numbers.find((x) => x.name === "fighters")?.value ?? 0;

/** Places in groups that lie more than `FAR` degrees apart, from west to east. */
export function regionsOf(places) {
  const groups = [];
  for (const p of places) {
    const near = groups.filter((g) => g.some((q) => Math.abs(p.east - q.east) <= FAR && Math.abs(p.north - q.north) <= FAR));
    for (const g of near) groups.splice(groups.indexOf(g), 1);
    groups.push([...near.flat(), p]);
  }
  const mean = (g, key) => g.reduce((sum, p) => sum + p[key], 0) / g.length;
  return groups.sort((a, b) => mean(a, "east") - mean(b, "east")).map((g) => ({
    places: g,
    title: REGIONS.find(([, west, east, south, north]) => g.every((p) => p.east >= west && p.east <= east && p.north >= south && p.north <= north))?.[0] ?? "",
  }));
}

/** The size of a place's box and its discs, from the box's middle. */
function boxOf(place, most, widest) {
  const rows = [[]];
  for (const f of place.here) {
    const r = Math.min(LARGE, Math.max(SMALL, LARGE * Math.sqrt(f.count / most)));
    const wide = rows.at(-1).reduce((sum, d) => sum + 2 * d.r + 2, 0);
    if (rows.at(-1).length && wide + 2 * r > widest) rows.push([]);
    rows.at(-1).push({ f, r });
  }
  const length = (row) => row.reduce((sum, d) => sum + 2 * d.r + 2, -2), tall = (row) => Math.max(...row.map((d) => 2 * d.r), 0);
  const w = Math.max(place.title.length * 6.2, ...rows.map(length)) + 10, h = 17 + rows.reduce((sum, row) => sum + (row.length ? tall(row) + 2 : 0), 0) + (place.here.length ? 2 : 0);
  let y = 17;
  for (const row of rows) {
    let x = -length(row) / 2;
    for (const d of row) { d.x = x + d.r; d.y = y + tall(row) / 2 - h / 2; x += 2 * d.r + 2; }
    y += tall(row) + 2;
  }
  return { place, w, h, discs: rows.flat() };
}

/** Move boxes apart until none covers another, each as near to its place as it can be. */
function spread(boxes, panel) {
  const ends = (key) => [Math.min(...boxes.map((b) => b.place[key])), Math.max(...boxes.map((b) => b.place[key]))];
  const [west, east] = ends("east"), [south, north] = ends("north");
  const part = (v, low, high) => (high > low ? (v - low) / (high - low) : 0.5);
  for (const b of boxes) {
    b.tx = panel.x + b.w / 2 + part(b.place.east, west, east) * (panel.w - b.w);
    b.ty = panel.y + b.h / 2 + (1 - part(b.place.north, south, north)) * (panel.h - b.h);
    b.x = b.tx; b.y = b.ty;
  }
  const rounds = 500;
  for (let n = 0; n < rounds; n += 1) {
    const pull = n < rounds - 150 ? 0.03 : 0;
    for (const b of boxes) { b.x += (b.tx - b.x) * pull; b.y += (b.ty - b.y) * pull; }
    for (let i = 0; i < boxes.length; i += 1) for (let j = 0; j < i; j += 1) {
      const a = boxes[i], b = boxes[j], dx = a.x - b.x, dy = a.y - b.y;
      const ox = (a.w + b.w) / 2 + 5 - Math.abs(dx), oy = (a.h + b.h) / 2 + 5 - Math.abs(dy);
      if (ox <= 0 || oy <= 0) continue;
      if (ox < oy) { const by = (dx < 0 ? -ox : ox) / 2; a.x += by; b.x -= by; } else { const by = (dy < 0 ? -oy : oy) / 2; a.y += by; b.y -= by; }
    }
    for (const b of boxes) {
      b.x = Math.min(panel.x + panel.w - b.w / 2, Math.max(panel.x + b.w / 2, b.x));
      b.y = Math.min(panel.y + panel.h - b.h / 2, Math.max(panel.y + b.h / 2, b.y));
    }
  }
}

/** Panels: beside each other where there is room, else below each other. */
function panelsOf(regions, width, most) {
  const narrow = width < 480, gap = 8, widest = narrow ? 62 : 74;
  const all = regions.map((r) => ({ ...r, boxes: r.places.map((p) => boxOf(p, most, widest)) }));
  if (narrow) {
    let y = 0;
    for (const r of all) {
      const need = r.boxes.reduce((sum, b) => sum + (b.w + 8) * (b.h + 8), 0);
      r.frame = { x: 0, y, w: width, h: Math.max(90, 44 + (1.75 * need) / width) };
      y += r.frame.h + gap;
    }
    return { all, height: y - gap };
  }
  const weights = all.map((r) => Math.sqrt(r.boxes.length) * (r.boxes.length > 8 ? 1.6 : 1)), total = weights.reduce((a, b) => a + b, 0);
  const least = all.map((r) => Math.max(96, r.title.length * 6.4 + 16, ...r.boxes.map((b) => b.w + 16)));
  let wide = all.map((_, n) => Math.max(least[n], ((width - gap * (all.length - 1)) * weights[n]) / total));
  const over = wide.reduce((a, b) => a + b, gap * (all.length - 1)) - width, widestOne = wide.indexOf(Math.max(...wide));
  wide = wide.map((w, n) => (n === widestOne ? w - over : w));
  const crowd = Math.max(...all.map((r, n) => (1.45 * r.boxes.reduce((sum, b) => sum + (b.w + 8) * (b.h + 8), 0)) / wide[n]));
  const height = Math.min(430, Math.max(250, 40 + crowd));
  let x = 0;
  all.forEach((r, n) => { r.frame = { x, y: 0, w: wide[n], h: height }; x += wide[n] + gap; });
  return { all, height };
}

const hereWords = (f) => `${fightersWords(f.count)}, ${Math.round(100 * f.share)} % of its own`;

/** The drawing. `over` is told which faction at which place the pointer is on. */
export function mapPicture(scenario, width, over) {
  const places = whoIsWhere(scenario), codes = codesOf(scenario.factions);
  const most = Math.max(1, ...places.flatMap((p) => p.here.map((f) => f.count)));
  const { all, height } = panelsOf(regionsOf(places), width, most);
  for (const r of all) spread(r.boxes, { x: r.frame.x + 6, y: r.frame.y + 24, w: r.frame.w - 12, h: r.frame.h - 30 });
  const busiest = [...places].sort((a, b) => b.here.length - a.here.length)[0];
  const label = `Schematic map of ${counted(places.length, "place")} in ${counted(all.length, "region")}: ${all.map((r) => r.title || r.places[0].title).join("; ")}.${busiest?.here.length ? ` Most factions are in ${busiest.title}: ${busiest.here.map((f) => f.title).join("; ")}.` : ""} The table beside it says the same.`;
  return s("svg", { viewBox: `0 0 ${width} ${Math.ceil(height)}`, role: "img", "aria-label": label, class: "chart map" },
    all.map((r) => [
      s("rect", { x: r.frame.x + 0.5, y: r.frame.y + 0.5, width: r.frame.w - 1, height: r.frame.h - 1, rx: 8, class: "region" }),
      r.title && r.title !== r.boxes[0].place.title && s("text", { x: r.frame.x + 8, y: r.frame.y + 16, class: "tick", text: r.title }),
      r.boxes.map((b) => s("g", { transform: `translate(${b.x.toFixed(1)} ${b.y.toFixed(1)})` },
        s("rect", { x: -b.w / 2, y: -b.h / 2, width: b.w, height: b.h, rx: 5, class: `spot${b.discs.length ? "" : " empty"}` }),
        s("text", { x: 0, y: -b.h / 2 + 12.5, class: `mid${b.discs.length ? "" : " tick"}`, text: b.place.title }, b.discs.length ? null : s("title", { text: `${b.place.title}: none of these factions` })),
        b.discs.map((d) => s("g", { class: "disc", "data-faction": d.f.name, onpointerenter: () => over(d.f, b.place) },
          s("circle", { cx: d.x, cy: d.y, r: d.r - 0.5, class: orgClass(d.f.organisation) }),
          s("text", { x: d.x, y: d.y + 3.2, class: `code mid on-${d.f.organisation}`, text: codes[d.f.name] }),
          s("title", { text: `${b.place.title}: ${d.f.title}, ${hereWords(d.f)}` })))))]));
}

/** Map, legend whose names light up their discs, and the same as a table. */
export function drawMap(place, scenario) {
  const codes = codesOf(scenario.factions), where = whoIsWhere(scenario), line = h("p", { class: "small said muted", text: "Point at a disc, or at a name below, to see who and how many." });
  let pinned = "";
  const light = (name) => {
    for (const d of place.querySelectorAll(".disc")) d.classList.toggle("dim", Boolean(name) && d.dataset.faction !== name);
  };
  const tell = (name) => {
    light(name || pinned);
    const f = scenario.factions.find((x) => x.name === (name || pinned));
    line.textContent = f ? `${f.title}: ${whereWords(f)}` : "Point at a disc, or at a name below, to see who and how many.";
  };
  const whereWords = (f) => where.flatMap((p) => p.here.filter((x) => x.name === f.name).map((x) => ({ p, x }))).sort((a, b) => b.x.count - a.x.count)
    .map(({ p, x }) => `${p.title} ${people(x.count)}`).join(", ") || "at none of these places";
  const chip = (f) => h("button", {
    class: "chip", "aria-pressed": "false", title: whereWords(f), "aria-label": `${f.title} (${codes[f.name]}): ${whereWords(f)}`,
    onpointerenter: () => tell(f.name), onpointerleave: () => tell(""), onfocus: () => tell(f.name), onblur: () => tell(""),
    onclick: (e) => {
      pinned = pinned === f.name ? "" : f.name;
      for (const b of place.querySelectorAll(".chip")) b.setAttribute("aria-pressed", String(b === e.currentTarget && Boolean(pinned)));
      tell(pinned);
    },
  }, s("svg", { viewBox: "0 0 20 20", class: "coin", "aria-hidden": "true" }, s("circle", { cx: 10, cy: 10, r: 9, class: orgClass(f.organisation) }), s("text", { x: 10, y: 13.4, class: `code mid on-${f.organisation}`, text: codes[f.name] })), f.title);
  const late = scenario.factions.filter((f) => !f.present);
  const svg = mapPicture(scenario, Math.max(320, Math.round(place.clientWidth) || 600), (f, p) => { line.textContent = `${p.title}: ${f.title}, ${hereWords(f)}.`; });
  svg.addEventListener("pointerleave", () => tell(""));
  place.replaceChildren(
    figure(`map_${scenario.name}`, svg, h("span", {}, h("strong", { text: "Schematic. " }), "Each box stands near its place; regions far apart stand side by side, not to one scale. Discs: one a faction, colour by organisation, size by fighters there (the smallest drawn larger).")),
    line, h("div", { class: "chips", role: "group", "aria-label": "Factions on the map" }, scenario.factions.filter((f) => f.present).map(chip)),
    ...(late.length ? [h("p", { class: "small muted", text: `Not there yet: ${late.map((f) => f.title + (f.entry ? ` (from ${monthWords(f.entry)})` : "")).join("; ")}.` })] : []));
}

/** Who is where, place by place. */
export function placesTable(scenario) {
  return h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col", text: "place" }), h("th", { scope: "col", text: "factions there, with fighters" }))),
    h("tbody", {}, whoIsWhere(scenario).sort((a, b) => a.title.localeCompare(b.title)).map((p) => h("tr", {}, h("th", { scope: "row", text: p.title }),
      h("td", { class: p.here.length ? "" : "muted", text: p.here.map((f) => `${f.title} ${people(f.count)}`).join("; ") || "none of these" }))))));
}
