// Keep and share: link, file, data, report.

import { post, Superseded } from "../api.js";
import { h, openDialog, say } from "/drawing/dom.js";
import { change, EMPTY, state } from "../state.js";
import { overDraws } from "/drawing/words.js";

export function save(name, text, type) {
  const a = h("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1000);
}

/** The state as the server wants it: nothing that is empty. */
export const asData = (s = state()) => ({ ...s, wedge: s.wedge.map((u) => Object.fromEntries(Object.entries(u).filter(([, v]) => v !== "" && v !== undefined && v !== null))) });

export const RUNS = 1000;

/** The command line that runs the saved file to the same numbers; as `command_of` of state.py. */
export const lineOf = () => `alliances compare from=wedge.yaml${state().draws ? ` parameters=${state().draws}` : ""}`;

export function openShare() {
  const fault = h("p", { class: "banner", role: "alert", hidden: true });
  const told = (words) => { fault.hidden = !words; fault.textContent = words || ""; };
  const attempt = (work) => async (e) => {
    const button = e.currentTarget;
    button.disabled = true;
    told("");
    try { await work(e); } catch (error) { if (!(error instanceof Superseded)) told(error.message); } finally { button.disabled = false; }
  };
  const link = h("input", { type: "text", readonly: true, value: location.href, size: 60, "aria-label": "Link to this page as it is set" });
  const file = h("input", { type: "file", accept: ".yaml,.yml", "aria-label": "Load a file saved by the lab" });
  file.addEventListener("change", async () => {
    told("");
    try {
      const found = await post("/api/load", await file.files[0].text());
      change({ ...EMPTY, ...found.state });
      say("Loaded.");
      document.querySelector("#dialog").close();
    } catch (error) { told(error.message); }
  });
  openDialog("Keep and share", fault,
    h("h3", { text: "Link" }), h("p", { class: "row" }, link, h("button", { onclick: () => { link.select(); navigator.clipboard?.writeText(link.value).then(() => say("Copied.")).catch(() => {}); } }, "Copy")),
    h("p", { class: "muted small", text: "The whole state is in the link, with a checksum: a link that was cut or changed on its way is refused. Whoever opens it in a lab of the same version sees the same numbers." }),
    h("h3", { text: "File" }), h("p", { class: "row" }, h("button", { onclick: attempt(async () => save("wedge.yaml", await post("/api/yaml", { state: asData(), runs: RUNS }, { as: "text" }), "application/yaml")) }, "Save as YAML"), h("label", {}, "Load: ", file)),
    h("p", { class: "muted small" }, "The command line runs it to the same numbers: ", h("code", { id: "share-line", text: lineOf() })),
    h("h3", { text: "Data and report" }), h("p", { class: "row" },
      h("button", { onclick: attempt(async () => save("answer.csv", csvOf(await post("/api/answer", { state: asData(), runs: RUNS }, { kind: "csv" })), "text/csv")) }, "Data as CSV"),
      h("button", { onclick: attempt(async () => save("report.html", await post("/api/report", { state: asData(), runs: 400 }, { as: "text" }), "text/html")) }, "Report as HTML (some seconds)")),
    state().draws && h("p", { class: "small", text: "The report is at the central values of the parameters: it tells single runs of one set of values." }),
    h("p", { class: "muted small", text: "Pictures can be saved below each of them, as SVG or PNG." }));
}

/** An answer as long data; where it comes from stands in its head. */
export function csvOf(a) {
  const rows = [["table", "subject", "measure", "month", "baseline", "wedge", "difference", "low", "high"]];
  const add = (table, subject, measure, month, e) => rows.push([table, subject, measure, month, e.baseline, e.wedge, e.difference, e.low, e.high]);
  for (const m of Object.values(a.focus)) if (m.measure) add("focus", a.focus.name, m.measure, "", m);
  for (const o of a.others) add("other ties", o.name, "broken", "", o);
  for (const m of a.side) add("side effects", "", m.measure, "", m);
  a.months.forEach((month, t) => add("course", a.focus.name, "alive", month, { baseline: a.course.baseline[t], wedge: a.course.under[t], difference: a.course.difference[t], low: a.course.low[t], high: a.course.high[t] }));
  const head = [`# ${location.href}`, `# ${a.runs} paired runs${overDraws(a.draws)}, seed ${state().seed}, theory ${state().thesis}; 95 % intervals of paired differences`];
  return [...head, ...rows.map((r) => r.map((x) => (x === null || x === undefined ? "" : String(x).includes(",") ? `"${x}"` : x)).join(","))].join("\n") + "\n";
}
