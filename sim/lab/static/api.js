// Requests to the lab's server. A newer request of a kind cancels the older one.

const visitor = (() => {
  const kept = sessionStorage.getItem("visitor") || Array.from(crypto.getRandomValues(new Uint8Array(9)), (x) => x.toString(36)).join("");
  sessionStorage.setItem("visitor", kept);
  return kept;
})();
const running = new Map();
const cache = new Map();

export class Superseded extends Error {}

async function answer(response) {
  if (response.ok) return response;
  let words = `The lab's server answered ${response.status}.`;
  try { words = (await response.json()).error || words; } catch { /* not ours */ }
  const error = new Error(words);
  error.status = response.status;
  throw error;
}

/** GET, kept for the visit. */
export async function get(path) {
  if (!cache.has(path)) {
    cache.set(path, fetch(path, { headers: { "x-lab-visitor": visitor } }).then(answer).then((r) => r.json()));
    cache.get(path).catch(() => cache.delete(path));
  }
  return cache.get(path);
}

/** POST; `kind` names what a newer request replaces. Throws `Superseded` when it was replaced. */
export async function post(path, data, { kind = path, as = "json" } = {}) {
  running.get(kind)?.abort();
  const control = new AbortController();
  running.set(kind, control);
  try {
    const body = typeof data === "string" ? data : JSON.stringify(data);
    const headers = { "content-type": typeof data === "string" ? "text/plain" : "application/json", "x-lab-visitor": visitor };
    const response = await answer(await fetch(path, { method: "POST", body, headers, signal: control.signal }));
    return as === "json" ? await response.json() : await response.text();
  } catch (error) {
    if (control.signal.aborted) throw new Superseded();
    if (error instanceof TypeError) throw new Error("The lab's server cannot be reached. Is “alliances lab” still running? Your settings are safe in the address.");
    throw error;
  } finally {
    if (running.get(kind) === control) running.delete(kind);
  }
}

export function cancel(kind) { running.get(kind)?.abort(); }
