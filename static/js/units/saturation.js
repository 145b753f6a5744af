// @ts-check
/** How often a gate is nearly at the ends of its range, where it hardly answers to its input any more. */

/** @typedef {import("../trace/contracts.js").Signal} Signal */
/** @typedef {import("../trace/trace.js").Column} Column */
/**
 * Shares of the steps, from 0 to 1: `low` nearly at the lower end, `high` nearly at the upper one.
 * @typedef {{ low: number, high: number, mean: number }} Saturation
 */

/** Nearly: within a tenth of the end, as gates have it; for tanh it is |g| > 0.9. */
export const NEAR = 0.1;

/**
 * Over all steps that are there; NaN where there are none.
 * @param {Column} column
 * @param {number} unit
 * @param {number} received
 * @param {Pick<Signal, "low" | "high">} range
 * @returns {Saturation}
 */
export function saturationOf({ values, width }, unit, received, { low: least, high: most }) {
  let [low, high, sum] = [0, 0, 0];
  const [bottom, top] = [(least ?? -Infinity) + NEAR, (most ?? Infinity) - NEAR];
  for (let at = unit; at < received * width; at += width) {
    const value = values[at] ?? 0;
    if (value < bottom) low += 1;
    if (value > top) high += 1;
    sum += value;
  }
  return { low: low / received, high: high / received, mean: sum / received };
}
