// @ts-check
/** How often a gate is near the ends of its range, where it hardly responds to its input. */

/** @typedef {import("../trace/contracts.js").Signal} Signal */
/** @typedef {import("../trace/trace.js").Column} Column */
/**
 * Shares of the steps, from 0 to 1: `low` near the lower end, `high` near the upper end.
 * @typedef {{ low: number, high: number, mean: number }} Saturation
 */

/** Near: within 0.1 of the end of a gate's range; for tanh, |g| > 0.9. */
export const NEAR = 0.1;

/**
 * Over all received steps; NaN if there are none.
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
