// The whole state of the page, in the address. Undo and redo; listeners hear of every change.

export const EMPTY = { scenario: "talks_2018", thesis: "consensus", seed: 1, focus: "", wedge: [], parameters: {} };
const FIELDS = ["instrument", "target", "about", "size", "start", "end", "credibility", "verification"];
const NUMBERS = new Set(["size", "credibility", "verification"]);

let now = structuredClone(EMPTY);
let page = "scenario";
let look = {};
const past = [], future = [], listeners = [];

export const state = () => now;
/** What is looked at, which changes no answer: `run` and `month` of the page on why, `mix` of the theories. */
export const looked = () => look;
export const currentPage = () => page;
export const onChange = (listener) => listeners.push(listener);

function tell(what) { for (const listener of listeners) listener(now, what); }

/** Text of the address after `#`: page and state, nothing that is as at the start. */
export function toHash(s = now, p = page, l = look) {
  const q = new URLSearchParams();
  q.set("page", p);
  for (const key of ["scenario", "thesis", "focus"]) if (s[key] !== EMPTY[key]) q.set(key, s[key]);
  if (s.seed !== EMPTY.seed) q.set("seed", String(s.seed));
  for (const use of s.wedge) q.append("w", FIELDS.map((f) => use[f] ?? "").join(","));
  for (const [path, value] of Object.entries(s.parameters)) q.append("p", `${path}:${value}`);
  for (const [key, value] of Object.entries(l)) q.set(key, String(value));
  return "#" + q.toString();
}

/** State and page out of such text; what cannot be read is named and left out. */
export function fromHash(text) {
  const q = new URLSearchParams(text.replace(/^#/, ""));
  const s = structuredClone(EMPTY), faults = [];
  for (const key of ["scenario", "thesis", "focus"]) if (q.get(key)) s[key] = q.get(key);
  const seed = Number(q.get("seed") ?? EMPTY.seed);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) s.seed = seed; else faults.push("seed");
  for (const text of q.getAll("w")) {
    const parts = text.split(","), use = {};
    FIELDS.forEach((f, n) => { if (parts[n]) use[f] = NUMBERS.has(f) ? Number(parts[n]) : parts[n]; });
    const sound = use.instrument && use.target && [...NUMBERS].every((f) => use[f] === undefined || (use[f] >= 0 && use[f] <= 1));
    if (sound) s.wedge.push(use); else faults.push(`wedge “${text}”`);
  }
  for (const text of q.getAll("p")) {
    const [path, value] = [text.slice(0, text.lastIndexOf(":")), Number(text.slice(text.lastIndexOf(":") + 1))];
    if (path && Number.isFinite(value)) s.parameters[path] = value; else faults.push(`assumption “${text}”`);
  }
  const l = {}, forms = { run: /^\d{1,9}$/, month: /^\d{4}-\d{2}$/, mix: /^([a-z0-9_]+:\d{1,3}(,|$))+$/ };
  for (const [key, form] of Object.entries(forms)) {
    if (q.get(key) === null) continue;
    if (form.test(q.get(key))) l[key] = key === "run" ? Number(q.get(key)) : q.get(key); else faults.push(key);
  }
  return { state: s, page: q.get("page") || "scenario", look: l, faults };
}

function write() { history.replaceState(null, "", toHash()); }

/** Change some fields; `quiet` changes (a slider on its way) are one step of undo with the change that ends them. */
export function change(fields, { quiet = false } = {}) {
  const next = { ...structuredClone(now), ...structuredClone(fields) };
  if (JSON.stringify(next) === JSON.stringify(now) && !(pending && !quiet)) return;
  if (!pending) past.push(structuredClone(now));
  pending = quiet;
  future.length = 0;
  now = next;
  write();
  tell("state");
}
let pending = false;

/** Look at something else; undefined takes a field away. No step of undo: nothing is asked anew. */
export function lookAt(fields) {
  look = Object.fromEntries(Object.entries({ ...look, ...fields }).filter(([, value]) => value !== undefined));
  write();
}

export function undo() { if (past.length) { future.push(now); now = past.pop(); pending = false; write(); tell("state"); } }
export function redo() { if (future.length) { past.push(now); now = future.pop(); pending = false; write(); tell("state"); } }
export const canUndo = () => past.length > 0;
export const canRedo = () => future.length > 0;
export function reset() { change({ ...structuredClone(EMPTY), scenario: now.scenario }); }
export function goTo(name) { page = name; history.pushState(null, "", toHash()); tell("page"); }

/** Take the state from the address (at the start, and when the visitor goes back). */
export function restore() {
  const found = fromHash(location.hash);
  now = found.state; page = found.page; look = found.look;
  tell("page");
  return found.faults;
}
