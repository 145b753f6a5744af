// @ts-check
/** One unit's values over time as points of a line; long lines keep the lowest and highest value per pixel. */

/** @typedef {import("../time/time-range.js").Columns} Columns */
/** @typedef {import("../trace/trace.js").Column} Column */
/** @typedef {{ x: Float64Array, y: Float32Array }} Points x in moments: step k is at k + 1/2 */

/**
 * @param {Column} column
 * @param {number} unit
 * @param {number} received
 * @param {Columns} columns
 * @returns {Points}
 */
export function pointsOf({ values, width }, unit, received, { first, size, count }) {
  const stop = Math.min(first + count * size, received);
  if (size === 1) {
    const steps = Math.max(stop - first, 0);
    const y = new Float32Array(steps);
    for (let k = 0; k < steps; k += 1) y[k] = values[(first + k) * width + unit] ?? 0;
    return { x: Float64Array.from(y, (_, k) => first + k + 0.5), y };
  }
  /** @type {number[]} */
  const x = [];
  /** @type {number[]} */
  const y = [];
  for (let from = first; from < stop; from += size) {
    const [low, high] = extremes(values, width, unit, from, Math.min(from + size, stop));
    for (const step of low < high ? [low, high] : [high, low]) {
      x.push(step + 0.5);
      y.push(values[step * width + unit] ?? 0);
    }
  }
  return { x: Float64Array.from(x), y: Float32Array.from(y) };
}

/**
 * The steps with the lowest and the highest finite value in [from, to); `from` if no value is finite.
 * @param {ArrayLike<number>} values
 * @param {number} width
 * @param {number} unit
 * @param {number} from
 * @param {number} to
 * @returns {[number, number]}
 */
function extremes(values, width, unit, from, to) {
  let [low, high] = [from, from];
  let [least, greatest] = [Infinity, -Infinity];
  for (let step = from, at = from * width + unit; step < to; step += 1, at += width) {
    const value = values[at] ?? 0;
    if (value < least && value > -Infinity) [least, low] = [value, step];
    if (value > greatest && value < Infinity) [greatest, high] = [value, step];
  }
  return [low, high];
}

/**
 * The lowest and the highest value of one unit over all received steps.
 * @param {Column} column
 * @param {number} unit
 * @param {number} received
 * @returns {[number, number]}
 */
export function spanOf({ values, width }, unit, received) {
  const [low, high] = extremes(values, width, unit, 0, received);
  return [values[low * width + unit] ?? Number.NaN, values[high * width + unit] ?? Number.NaN];
}
