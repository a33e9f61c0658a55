// Words and marks that the parts of the situation page share.

const CODES = { taliban_political: "TP", taliban_military: "TM", haqqani: "HN", aq_core: "AQ", aqis: "QI", is_core: "IS", isis_k: "IK", let: "LT", ttp: "PT", imu: "IM", jnim: "JN", isgs: "GS", nusra: "NF" };

/** Two letters for every faction, none twice: what a disc on the map says besides its colour. */
export function codesOf(factions) {
  const found = {}, used = new Set();
  for (const f of factions) {
    const letters = f.title.replace(/[^\p{L} ]/gu, " ").toUpperCase().split(/\s+/).filter(Boolean).map((w) => w[0]);
    const whole = f.name.replace(/[^a-z]/g, "").toUpperCase();
    const tries = [CODES[f.name], letters.slice(0, 2).join(""), letters[0] + letters.at(-1), ...[...whole.slice(1)].map((c) => whole[0] + c), ...Array.from({ length: 99 }, (_, n) => String(n + 1))];
    found[f.name] = tries.find((t) => t && t.length <= 2 && !used.has(t));
    used.add(found[f.name]);
  }
  return found;
}

/** Class of an organisation's colour. */
export const orgClass = (organisation) => `org org-${organisation}`;

export const STANCES = { embrace: "embraces it", ambiguous: "keeps it open", distance: "keeps its distance", renounce: "renounces it" };
export const STANCE_HINT = "What an organisation says of another in public: embraces it, keeps it open (neither embraces nor breaks), keeps its distance, or renounces it. What its factions do is another matter.";

/** A head count with two digits that count. */
export function people(n) {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, n))) - 1);
  return Math.max(n > 0 ? 1 : 0, Math.round(n / step) * step).toLocaleString("en");
}

/** “about 1,200 fighters”. */
export const fightersWords = (n) => `about ${people(n)} ${people(n) === "1" ? "fighter" : "fighters"}`;

/** Where 0..1 stands between two words. */
export function between(x, low, high) {
  return x < 0.15 ? low : x < 0.4 ? `nearer to ${low}` : x <= 0.6 ? "in between" : x <= 0.85 ? `nearer to ${high}` : high;
}

export const much = (x) => (x <= 0.05 ? "none" : x < 0.25 ? "little" : x < 0.5 ? "some" : x < 0.75 ? "fair" : "high");

/** Title of a faction or an organisation by name. */
export function titlesOf(scenario) {
  return Object.fromEntries([...scenario.organisations, ...scenario.factions].map((x) => [x.name, x.title]));
}

/** The pair that is asked about: its title and the factions on either side. */
export function askedPair(scenario, focus) {
  const pair = scenario.pairs.find((p) => p.name === focus) ?? scenario.pairs[0];
  const names = pair ? pair.name.split("-") : scenario.focal;
  const side = (name) => scenario.factions.filter((f) => f.organisation === name || f.name === name);
  const sides = names.map(side), titles = titlesOf(scenario);
  return {
    title: pair?.title ?? names.map((n) => titles[n] ?? n).join(" – "), names, sides: sides.map((s) => s.map((f) => f.name)),
    organisations: sides.map((s, n) => s[0]?.organisation ?? names[n]),
  };
}
