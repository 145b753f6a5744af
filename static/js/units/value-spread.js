// @ts-check
/** A unit's values at marked steps against those at the others, as two small histograms. */

/** @typedef {import("../trace/trace.js").Column} Column */
/** @typedef {import("./marks.js").Marks} Marks */
/** @typedef {{ marked: number[], others: number[] }} Spread the share of the values in each bin */

/** Bins from the least to the greatest value. */
export const BINS = 24;

/**
 * @param {Column} column
 * @param {number} unit
 * @param {number} steps
 * @param {readonly import("./marks.js").Stretch[]} stretches in their order
 * @returns {Spread}
 */
export function spreadOf({ values, width }, unit, steps, stretches) {
  let [low, high] = [Infinity, -Infinity];
  for (let step = 0; step < steps; step += 1) {
    const value = values[step * width + unit] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const counts = { marked: new Float64Array(BINS), others: new Float64Array(BINS) };
  const sums = { marked: 0, others: 0 };
  let next = 0;
  for (let step = 0; step < steps; step += 1) {
    while (next < stretches.length && step >= (stretches[next]?.[1] ?? 0)) next += 1;
    const kind = step >= (stretches[next]?.[0] ?? Infinity) ? "marked" : "others";
    const value = values[step * width + unit] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const bin = high > low ? Math.min(Math.floor(((value - low) / (high - low)) * BINS), BINS - 1) : 0;
    counts[kind][bin] = (counts[kind][bin] ?? 0) + 1;
    sums[kind] += 1;
  }
  const shares = (/** @type {"marked" | "others"} */ kind) =>
    Array.from(counts[kind], (count) => count / Math.max(sums[kind], 1));
  return { marked: shares("marked"), others: shares("others") };
}

/**
 * The outlines of both, for a picture of BINS × 2: marked steps rise from the middle, the others hang from it.
 * @param {Spread} spread
 */
export function outlines({ marked, others }) {
  return { marked: outline(marked, -1), others: outline(others, 1) };
}

/**
 * @param {number[]} shares
 * @param {number} down 1 if it hangs, -1 if it rises
 */
function outline(shares, down) {
  const most = Math.max(...shares) || 1;
  const steps = shares.map((share, bin) => `L${bin} ${1 + (down * share) / most}h1`);
  return `M0 1${steps.join("")}L${shares.length} 1z`;
}
