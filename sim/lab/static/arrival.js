// Coming with an address: the server reads what stands after #, and nothing is taken from one that is not whole.

import { post, Superseded } from "./api.js";
import { h } from "/drawing/dom.js";
import { currentPage, EMPTY, looked, state, take } from "./state.js";
import { plain } from "/drawing/words.js";

const NOTHING = "Nothing was opened from this address. ";

/** Open the page, with what the address holds if it is whole; `tell` says in words what was not. */
export async function arrive(tell) {
  const text = location.hash.slice(1), odd = location.search ? [`What stands after “?” in the address was not read: ${location.search.slice(0, 80)} `] : [];
  if (!text) return opened({ now: structuredClone(EMPTY), page: "scenario", look: {} }, odd, tell);
  try {
    const found = await post("/api/link", text), mine = { now: { ...structuredClone(EMPTY), ...found.state }, page: found.page, look: found.look };
    if (found.checked) return opened(mine, odd, tell);
    refused([...odd, `${NOTHING}It has no checksum (written by an earlier lab or by hand, or its beginning is lost), so nobody can tell whether it is whole. It reads: ${reading(mine)}. `,
      h("button", { onclick: () => opened(mine, [], tell) }, "Open it as it reads")], tell);
  } catch (error) {
    if (error instanceof Superseded) return;
    if (error.status === undefined) { tell(error.message, " ", h("button", { onclick: () => arrive(tell) }, "Try again")); return; } // the address stays as it is
    refused([...odd, `${NOTHING}${error.message}`], tell);
  }
}

function opened(found, words, tell) { take(found); tell(...words); }

/** The page as it was before, with its own address. */
function refused(words, tell) {
  take({ now: state(), page: currentPage(), look: looked() });
  tell(...words);
}

/** What a link says, part by part. */
function reading({ now, page, look }) {
  const use = (u) => `${plain(u.instrument)} on ${plain(u.target)}${u.about ? ` about ${plain(u.about)}` : ""}, strength ${u.size ?? 0.5}${u.start ? `, from ${u.start}` : ""}${u.end ? `, until ${u.end}` : ""}`;
  return [`page ${page}`, `scenario ${plain(now.scenario)}`, `theory ${plain(now.thesis)}`, `seed ${now.seed}`, now.focus && `alliance ${plain(now.focus)}`, now.draws && "parameters over draws of the posterior",
    ...now.wedge.map(use), ...Object.entries(now.parameters).map(([path, value]) => `${path} ${value}`), ...Object.entries(look).map(([name, value]) => `${name} ${value}`),
    now.wedge.length || Object.keys(now.parameters).length ? "" : "nothing set"].filter(Boolean).join("; ");
}
