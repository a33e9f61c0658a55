// Numbers and names as people read them.

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

export const plain = (name) => String(name ?? "").replaceAll("_", " ");
export const monthWords = (date) => `${MONTHS[Number(date.slice(5, 7)) - 1]} ${date.slice(0, 4)}`;
/** “Mar 2019”. */
export const shortMonth = (date) => monthWords(date).replace(/^(\w{3})\w*/, "$1");
export const signed = (x, digits = 1) => {
  const text = Math.abs(x).toFixed(digits);
  return Number(text) === 0 ? text : (x > 0 ? "+" : "−") + text;
};

/** “7 in 10 runs”, with smaller shares in 100 or 1,000. */
export function inRuns(share, least = 10) {
  if (share <= 0) return "in no run";
  if (share >= 1) return "in every run";
  for (const of of [10, 100, 1000].filter((n) => n >= least)) {
    const n = share * of;
    if (of === 1000 || (n >= 0.95 && of - n >= 0.95)) return `in ${Math.max(1, Math.round(n)).toLocaleString("en")} of ${of.toLocaleString("en")} runs`;
  }
}

/** Two shares to be compared, fine enough that they do not read the same when they are not. */
export function bothInRuns(a, b) {
  const least = [10, 100, 1000].find((of) => a === b || Math.abs(a - b) * of >= 1.5) ?? 1000;
  return [inRuns(a, least), inRuns(b, least)];
}

/** A difference of shares in points with the half-width of its interval. */
export const points = (e, digits = 1) => `${signed(100 * e.difference, digits)} (±${(50 * (e.high - e.low)).toFixed(digits)})`;

/** What a paired effect means in words. */
export function effectWords(e) {
  if (!e.clear) return "no clear effect";
  return e.difference > 0 ? "more" : "less";
}

/** Words for a level of a tie. */
export const LEVELS = { "-2": "armed conflict", "-1": "rivalry", 0: "nothing", 1: "contact", 2: "material support", 3: "sanctuary", 4: "joint operations" };
