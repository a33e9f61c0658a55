// What the pages on theories and assumptions reckon from answers: a sentence, gaps between shares, mixtures.

const Z = 1.959964;
/** Quantile for the most apart of so many pairs (Bonferroni). */
const wider = (pairs) => (pairs <= 1 ? Z : normalQuantile(1 - 0.025 / pairs));

/** Upper quantile of the normal distribution by bisection of its tail; a handful of calls a page. */
function normalQuantile(p) {
  let low = 0, high = 8;
  for (let n = 0; n < 60; n += 1) { const mid = (low + high) / 2; if (cdf(mid) < p) low = mid; else high = mid; }
  return low;
}
function cdf(x) { // Abramowitz and Stegun 26.2.17, good to seven digits
  const t = 1 / (1 + 0.2316419 * x);
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)) * poly;
}

/** Difference of two shares, known by n and m independent runs, with its interval after Agresti and Caffo (2000). */
export function gap([p, n], [q, m], z = Z) {
  const a = (p * n + 1) / (n + 2), b = (q * m + 1) / (m + 2);
  const half = z * Math.sqrt((a * (1 - a)) / (n + 2) + (b * (1 - b)) / (m + 2));
  const low = Math.max(-1, a - b - half), high = Math.min(1, a - b + half);
  return { difference: p - q, low, high, clear: low > 0 || high < 0 };
}

/** The two theories most apart in a share; its interval allows for their having been picked as the most apart. `known`: runs that it is known by. */
export function furthest(rows, share, known) {
  const sorted = [...rows].sort((x, y) => share(y) - share(x)), top = sorted[0], bottom = sorted.at(-1);
  return { top, bottom, ...gap([share(top), known(top)], [share(bottom), known(bottom)], wider((rows.length * (rows.length - 1)) / 2)) };
}

/** Bits that one observation of yes or no would bring about the theory, under these weights. */
export function bits(rows, share, weight) {
  const total = rows.reduce((sum, r) => sum + weight(r), 0) || 1;
  const entropy = (p) => (p <= 0 || p >= 1 ? 0 : -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p)));
  const mean = rows.reduce((sum, r) => sum + weight(r) * share(r), 0) / total;
  return Math.max(0, entropy(mean) - rows.reduce((sum, r) => sum + weight(r) * entropy(share(r)), 0) / total);
}

const right = (some) => (some.length === 1 ? `“${some[0].title}” is right` : `one of these is right: ${some.map((r) => r.title).join("; ")}`);

/** One sentence on the theories under which the wedge works, of `known` that there are; as `condition` of sim/analysis/wedges/robustness.py. */
export function condition(rows, known) {
  const helps = rows.filter((r) => r.broken.low > 0), harms = rows.filter((r) => r.broken.high < 0), count = rows.length;
  const whole = count >= known, said = [];
  if (count === 1 && !whole) return `${helps.length ? "Helps" : harms.length ? "Backfires" : "No clear effect"} under “${rows[0].title}”, the only theory tried.`;
  if (!helps.length) said.push(`no clear ${harms.length ? "help" : "effect"} under any${whole ? " theory" : ""}`);
  else if (helps.length === count) said.push(whole ? "helps under every theory" : "helps under each");
  else if (helps.length <= Math.max(1, Math.floor(count / 2))) said.push(`works only if ${right(helps)}`);
  else said.push(`helps unless ${right(rows.filter((r) => r.broken.low <= 0))}`);
  if (harms.length) said.push(harms.length < count ? `backfires if ${right(harms)}` : "backfires throughout");
  const sentence = `${said.join("; ")}.`;
  return whole ? sentence[0].toUpperCase() + sentence.slice(1) : `Of ${count} theories tried: ${sentence}`;
}

/**
 * The theories mixed by weights: effect, curves, and how much weight finds the wedge of help or harm.
 * Ends of intervals are mixed as they are, as if all errors went together: the theories share their random numbers, so the
 * mixed interval is at most this wide. null without any weight.
 */
export function mixed(rows, weights) {
  const used = rows.filter((r) => (weights[r.name] ?? 0) > 0), total = used.reduce((sum, r) => sum + weights[r.name], 0);
  if (!used.length) return null;
  const mean = (value) => used.reduce((sum, r) => sum + (weights[r.name] / total) * value(r), 0);
  const monthly = (key) => used[0].course[key].map((_, t) => mean((r) => r.course[key][t] ?? 0));
  const ends = (pick) => used[0].course.under.map((_, t) => pick(...used.map((r) => r.course.under[t] ?? 0)));
  const effect = Object.fromEntries(["baseline", "wedge", "difference", "low", "high"].map((key) => [key, mean((r) => r.broken[key])]));
  return {
    effect: { ...effect, clear: effect.low > 0 || effect.high < 0 },
    helps: mean((r) => (r.broken.low > 0 ? 1 : 0)), harms: mean((r) => (r.broken.high < 0 ? 1 : 0)),
    baseline: monthly("baseline"), under: monthly("under"), low: monthly("low"), high: monthly("high"),
    lowest: ends(Math.min), highest: ends(Math.max),
    least: used.reduce((x, y) => (y.broken.difference < x.broken.difference ? y : x)), most: used.reduce((x, y) => (y.broken.difference > x.broken.difference ? y : x)),
  };
}

/** Dates of the months between two, both counted in. */
export function monthsBetween(first, last) {
  const found = [];
  for (let [y, m] = first.slice(0, 7).split("-").map(Number); found.at(-1) !== last.slice(0, 7) && found.length < 2400; m === 12 ? (y += 1, m = 1) : (m += 1)) found.push(`${y}-${String(m).padStart(2, "0")}`);
  return found;
}
