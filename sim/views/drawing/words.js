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

/** “1 event”, “3 events”. */
export const counted = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

/** “in 7 of 10 runs”, with smaller shares in 100 or 1,000; null where no run has anything to say. */
export function inRuns(share, least = 10) {
  if (share === null || share === undefined) return "in runs of which none has anything to say";
  if (share <= 0) return "in no run";
  if (share >= 1) return "in every run";
  for (const of of [10, 100, 1000].filter((n) => n >= least)) {
    const n = share * of;
    if (of === 1000 && (n < 0.95 || of - n < 0.95)) return n < 1 ? "in fewer than 1 of 1,000 runs" : "in more than 999 of 1,000 runs";
    if (n >= 0.95 && of - n >= 0.95) return `in ${Math.round(n).toLocaleString("en")} of ${of.toLocaleString("en")} runs`;
  }
}

/** The 95 % interval (Wilson) of an arm's share: “95 % interval 93 to 100 %”; nothing where there is none. */
export function endsWords(e, arm = "baseline") {
  const ends = e[`${arm}_ends`];
  if (!ends) return "";
  const digits = ends[1] - ends[0] < 0.02 ? 2 : 1;
  return `95 % interval ${ends.map((x) => (100 * x).toFixed(digits)).join(" to ")} %`;
}

/** What an arm alone gives: “broken in 7 of 10 runs (95 % interval 68.1 to 71.9 %)”. */
export const aloneWords = (e) => { const ends = endsWords(e); return `${inRuns(e.baseline)}${ends && ` (${ends})`}`; };

/** Two shares to be compared, fine enough that they do not read the same when they are not. */
export function bothInRuns(a, b) {
  const least = [10, 100, 1000].find((of) => a === b || Math.abs(a - b) * of >= 1.5) ?? 1000;
  return [inRuns(a, least), inRuns(b, least)];
}

/** A difference of shares in points with the ends of its interval, which need not lie alike on both sides: “+4.5 (+2.1 to +6.8)”. */
export const points = (e, digits = 1) => (e.difference === null ? "–" : `${signed(100 * e.difference, digits)} (${signed(100 * e.low, digits)} to ${signed(100 * e.high, digits)})`);

/** Over how many draws of the posterior runs are: “ over 128 draws of the posterior”; nothing at the central values. */
export const overDraws = (n) => (n ? ` over ${counted(n, "draw")} of the posterior` : "");
/** The same under a band, and what that makes of it. */
export const bandOver = (n) => (n ? `,${overDraws(n)}: the band holds doubt about the parameters too` : "");

/** Words for a level of a tie; the page fills them in from what the server says (main.js). */
export const LEVELS = {};
