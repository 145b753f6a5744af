// @ts-check
/**
 * How well units tell marked steps from the others: by the area under the ROC curve, the share of pairs of a marked and
 * an unmarked step in which the marked one is higher. Equal values count half; 0.5 is chance, and below 0.5 a low
 * value means marked. Mann and Whitney, 1947, https://doi.org/10.1214/aoms/1177730491
 *
 * The area follows from the sum of the ranks of the marked steps. Ranks do not depend on the marks, so each unit is ranked
 * once, and a stretch's sum is the difference of two running sums.
 */

/** @typedef {import("../trace/trace.js").Column} Column */
/** @typedef {import("./marks.js").Stretch} Stretch */
/** @typedef {{ areas: Float64Array, chance: number }} Scores the area of each unit, and what the best of all reaches by chance */

/** How often marks are shifted around the sequence to see what chance gives. */
export const SHIFTS = 20;
/** A value's 32 bits are sorted in three passes of 11 bits. */
const [BITS, PASSES] = [11, 3];
const DIGITS = 1 << BITS;
/** The bit of a float32 that is set for a negative value. */
const SIGN = 0x80000000;

/**
 * The running sums of a unit's ranks, [steps + 1]: of the ranks 1 to steps, where equal values share the mean of theirs.
 * NaN for a unit with a value that is NaN.
 * @typedef {Float64Array} RankSums
 */

/**
 * The running sums of the ranks of all units of an array.
 * @param {Column} column
 * @param {number} steps
 * @returns {RankSums[]}
 */
export function rankSums({ values, width }, steps) {
  const keys = new Uint32Array(steps);
  const floats = new Float32Array(keys.buffer);
  const room = { keys, one: new Uint32Array(steps), other: new Uint32Array(steps) };
  return Array.from({ length: width }, (_, unit) => {
    const sums = new Float64Array(steps + 1);
    for (let step = 0; step < steps; step += 1) {
      const value = values[step * width + unit] ?? Number.NaN;
      if (Number.isNaN(value)) return sums.fill(Number.NaN);
      // Adding zero turns −0 into 0, which is equal to it.
      floats[step] = value + 0;
      const bits = /** @type {number} */ (keys[step]);
      keys[step] = bits >>> 31 ? ~bits : bits | SIGN;
    }
    writeRanks(sorted(room, steps), keys, sums);
    for (let step = 0; step < steps; step += 1) sums[step + 1] = (sums[step + 1] ?? 0) + (sums[step] ?? 0);
    return sums;
  });
}

/**
 * The steps in the order of their keys, by radix sort.
 * @param {{ keys: Uint32Array, one: Uint32Array, other: Uint32Array }} room
 * @param {number} steps
 */
function sorted({ keys, one, other }, steps) {
  let [from, to] = [one, other];
  for (let step = 0; step < steps; step += 1) from[step] = step;
  const places = new Uint32Array(DIGITS + 1);
  for (let pass = 0; pass < PASSES; pass += 1) {
    const shift = pass * BITS;
    places.fill(0);
    for (let step = 0; step < steps; step += 1) {
      const digit = /** @type {number} */ (keys[step] >>> shift) & (DIGITS - 1);
      places[digit + 1] = (places[digit + 1] ?? 0) + 1;
    }
    for (let digit = 0; digit < DIGITS; digit += 1)
      places[digit + 1] = (places[digit + 1] ?? 0) + (places[digit] ?? 0);
    for (let at = 0; at < steps; at += 1) {
      const step = /** @type {number} */ (from[at]);
      const digit = /** @type {number} */ (keys[step] >>> shift) & (DIGITS - 1);
      const place = /** @type {number} */ (places[digit]);
      to[place] = step;
      places[digit] = place + 1;
    }
    [from, to] = [to, from];
  }
  return from;
}

/**
 * Writes each step's rank behind its own place.
 * @param {Uint32Array} order the steps, sorted
 * @param {Uint32Array} keys
 * @param {Float64Array} ranks [steps + 1], written to
 */
function writeRanks(order, keys, ranks) {
  const steps = order.length;
  for (let first = 0; first < steps;) {
    const key = keys[/** @type {number} */ (order[first])];
    let stop = first + 1;
    while (stop < steps && keys[/** @type {number} */ (order[stop])] === key) stop += 1;
    for (let at = first; at < stop; at += 1)
      ranks[/** @type {number} */ (order[at]) + 1] = (first + 1 + stop) / 2;
    first = stop;
  }
}

/**
 * The area of each unit for marked steps, and for the same marks shifted around the sequence.
 * @param {readonly RankSums[]} units
 * @param {readonly Stretch[]} stretches within the steps
 * @param {number} steps
 * @returns {Scores} NaN where nothing or everything is marked
 */
export function scoresOf(units, stretches, steps) {
  const marked = stretches.reduce((sum, [start, stop]) => sum + stop - start, 0);
  const pairs = marked * (steps - marked);
  const least = (marked * (marked + 1)) / 2;
  const count = Math.min(SHIFTS, steps - 1);
  const shifts = Array.from({ length: count }, (_, index) => Math.floor(((index + 1) * steps) / (count + 1)));
  const area = (/** @type {RankSums} */ sums, /** @type {number} */ by) =>
    pairs > 0 ? (sumOf(sums, stretches, by, steps) - least) / pairs : Number.NaN;
  const areas = Float64Array.from(units, (sums) => area(sums, 0));
  const best = shifts.map((by) =>
    units.reduce((most, sums) => Math.max(most, Math.abs(area(sums, by) - 0.5) || 0), 0),
  );
  const chance = 0.5 + best.reduce((sum, value) => sum + value, 0) / best.length;
  return { areas, chance };
}

/**
 * The sum of the ranks in stretches that are shifted by a number of steps around the sequence.
 * @param {RankSums} sums
 * @param {readonly Stretch[]} stretches
 * @param {number} by
 * @param {number} steps
 */
function sumOf(sums, stretches, by, steps) {
  let sum = 0;
  for (const [start, stop] of stretches) {
    const from = (start + by) % steps;
    const to = from + stop - start;
    sum += (sums[Math.min(to, steps)] ?? 0) - (sums[from] ?? 0);
    if (to > steps) sum += sums[to - steps] ?? 0;
  }
  return sum;
}
