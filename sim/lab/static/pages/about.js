// What the model is, how to read it, what it cannot say.

import { h, show } from "/drawing/dom.js";
import { LEVELS } from "/drawing/words.js";

const KEYS = [
  ["Tab, Shift+Tab", "from control to control"], ["Enter or Space", "press a button, open a tie or an explanation"], ["Arrow keys", "move a slider or a month"],
  ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo"], ["Escape", "close a dialog or the tour"],
];

export async function draw(section, { overview, evidence }) {
  const likely = overview.theses.map((t) => t.probability).filter((p) => p > 0);
  const counts = {};
  for (const c of Object.values(evidence.claims)) counts[c.article] = (counts[c.article] || 0) + 1;
  show(section,
    h("h1", { text: "About the lab" }),
    h("p", { text: "An agent-based model of when alliances among militant organisations form, persist, break or turn to fighting, and of what could drive a wedge between them. Factions weigh their ties month by month; what a tie is worth to them is made of mechanisms that five policy articles name. It is a study of politics at the level of organisations." }),
    h("h2", { text: "What it cannot say" }),
    h("ul", {},
      h("li", { text: "It does not forecast. Nothing after 2019 was used to fit it, and on dated questions its forecasts are no better than constant rates, which need no model." }),
      h("li", { text: "It names no targets and holds no operational detail. Questions that ask for it have no place here." }),
      h("li", { text: "It knows the mechanisms that five authors mention and no others. A wedge acts only through them." }),
      h("li", { text: "Its values were found by a search over 27 observed patterns and meet 25. Events are few and depend on each other; many other values would fit about as well." }),
      h("li", { text: "What it misses most: too few of those who could ally do, al-Qaeda’s core and the Islamic State hardly ever become enemies in it, and over draws of the posterior fights last too long." }),
      h("li", { text: `The data hardly separate the rival theories: the most probable is some ${Math.round(Math.max(...likely) / Math.min(...likely))} times as probable as the least.` }),
      h("li", { text: "Sizes of instruments are not money or forces. A half of one is not as hard to bring about as a half of another." }),
      h("li", { text: "In most breaks that were looked into, what had moved most was circumstance: something that nobody coded. Luck is a large part of the model’s answer." })),
    h("h2", { text: "How to read it" }),
    h("div", { class: "grid2" },
      h("div", {}, h("h3", { text: "Levels of a tie" }), h("table", {}, h("tbody", {}, Object.entries(LEVELS).sort((a, b) => a[0] - b[0]).map(([n, words]) => h("tr", {}, h("td", { class: "number", text: n.replace("-", "−") }), h("td", { text: words }))))),
        h("p", { class: "small muted", text: "An alliance is alive from material support upward. Two organisations are allied while any of their factions are." })),
      h("div", {},
        h("h3", { text: "Said and kept" }), h("p", { text: "Every organisation takes an official stance toward others (embrace, ambiguous, distance, renounce). The actual ties are another matter: renounced is not broken." }),
        h("h3", { text: "The same random numbers" }), h("p", { text: "Each run with a wedge draws the same numbers, for every faction and month, as the run without it. What differs between the two is the wedge." }),
        h("h3", { text: "Intervals" }), h("p", { text: "Bands and the ends in brackets are 95 % intervals of the difference between the two, run by run; those of a share by itself are Wilson’s. Where an interval of a difference holds zero there is no clear effect. They measure chance in the model, not doubt about the model: for that see “Which theory” and “Assumptions”. With “Parameters” at the top on draws of the posterior they hold doubt about the parameters too: each run takes one of many sets of values, and runs that share one count as alike." }), h("p", { id: "values", text: `Where the values come from: ${overview.values}.` }))),
    h("h2", { text: "The five articles" }),
    h("p", { class: "small muted", text: "Facts and arguments were coded claim by claim, in words of our own; every number of a situation and every assumption opens the claims it rests on, or says that there are none." }),
    h("table", {}, h("thead", {}, h("tr", {}, h("th", { text: "article" }), h("th", { text: "author, outlet, date" }), h("th", { class: "number", text: "claims" }))),
      h("tbody", {}, Object.entries(evidence.articles).map(([key, a]) => h("tr", {}, h("td", {}, a.title.replace(/ \[.*\]$/, ""), /\[not in the text/.test(a.title) && h("span", { class: "muted small", text: " (title from a listing)" }), /\[descriptive/.test(a.title) && h("span", { class: "muted small", text: " (its opening question)" })), h("td", { text: `${a.author}, ${a.outlet}, ${a.date}` }), h("td", { class: "number", text: counts[key] }))))),
    h("h2", { text: "Keys" }),
    h("table", {}, h("tbody", {}, KEYS.map(([key, what]) => h("tr", {}, h("td", {}, h("kbd", { text: key })), h("td", { text: what }))))),
    h("p", { class: "small muted", text: "What you do here goes to the machine that runs the lab and nowhere else. The state of the page is in its address; the lab keeps nothing but the class board, until it is closed. Licence: MIT. Data of the calibration: UCDP, CC BY 4.0." }));
}
