// Small helpers: elements out of names, attributes and children. Text is always text: nothing is read as HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else if (name === "value" && "value" in element) element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(9)) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}
export const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
export const s = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);
export const $ = (selector, root = document) => root.querySelector(selector);

/** Replace what an element holds. */
export function show(element, ...children) { element.replaceChildren(...children.flat(9).filter((c) => c !== null && c !== undefined && c !== false)); }

/** Say something to those who hear the page. */
export function say(text) { $("#live").textContent = text; }

/** A dialog with a title; returns it open. */
export function openDialog(title, ...children) {
  const dialog = $("#dialog");
  show($("#dialog-body"), h("h2", { id: "dialog-title", text: title }), ...children);
  if (!dialog.open) dialog.showModal();
  return dialog;
}

/** A button that opens the claims behind something. `evidence` is /api/evidence. */
export function claimsButton(ids, evidence, label = "claims") {
  if (!ids || !ids.length) return h("span", { class: "muted small", text: "assumption" });
  return h("button", { class: "link small", title: "What it rests on", onclick: () => openDialog(`What it rests on`, claimsList(ids, evidence)) },
    `${ids.length} ${ids.length === 1 ? "claim" : label}`);
}
export function claimsList(ids, evidence) {
  return h("dl", { class: "claims" }, ids.map((id) => {
    const c = evidence.claims[id];
    if (!c) return [h("dt", { text: id })];
    const a = evidence.articles[c.article];
    return [h("dt", {}, id, h("span", { class: "muted", text: ` ${a.author}, ${a.date}, paragraph ${c.paragraph}; ${c.confidence}` })), h("dd", { text: c.text })];
  }));
}

/** An explanation that shows on hover, focus and click. */
export function hint(word, text) { return h("button", { class: "hint", title: text, "aria-label": `${word}: ${text}`, onclick: () => openDialog(word, h("p", { text })) }, word); }

/** A table that may be wider than the page: it scrolls by itself, with keys too. */
export function wide(label, table) { return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, table); }
