// The whole state of the page, in the address. Undo and redo; listeners hear of every change.

export const EMPTY = { scenario: "talks_2018", thesis: "consensus", seed: 1, focus: "", draws: "", wedge: [], parameters: {} };
const FIELDS = ["instrument", "target", "about", "size", "start", "end", "credibility", "verification"]; // in the order of sim/lab/state.py

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

/** CRC-32 of letters below 256, as eight hexadecimal digits. */
function crc32(text) {
  let crc = -1;
  for (const letter of text) {
    crc ^= letter.charCodeAt(0);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ((crc ^ -1) >>> 0).toString(16).padStart(8, "0");
}

/** Text of the address after `#`: a checksum, page and state, nothing that is as at the start. The server reads it (link.py). */
export function toHash(s = now, p = page, l = look) {
  const q = new URLSearchParams();
  q.set("page", p);
  for (const key of ["scenario", "thesis", "focus", "draws"]) if (s[key] !== EMPTY[key]) q.set(key, s[key]);
  if (s.seed !== EMPTY.seed) q.set("seed", String(s.seed));
  for (const use of s.wedge) q.append("w", FIELDS.map((f) => use[f] ?? "").join(","));
  for (const [path, value] of Object.entries(s.parameters)) q.append("p", `${path}:${value}`);
  for (const [key, value] of Object.entries(l)) q.set(key, String(value));
  const content = [...q].map(([name, value]) => `${name}=${value}`).join("\n");
  return `#check=${content.length}.${crc32(content)}&${q}`;
}

const whole = () => ({ now, page, look });
/** Put into the address what the page shows. */
export function write() { history.replaceState(whole(), "", toHash()); }

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
export function goTo(name) { page = name; history.pushState(whole(), "", toHash()); tell("page"); }

/** Take a state whole: what a link held, or what the browser kept of an earlier moment. */
export function take(found) {
  now = found.now; page = found.page; look = found.look;
  write();
  tell("page");
}
