// @ts-check
/**
 * Groups of units that rise and fall together: clusters by average linkage over their correlations, and what their units
 * are known to track.
 */

import { knownOf, scoreOf } from "./tracked.js";

/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../trace/contracts.js").Concept} Concept */
/** @typedef {import("../trace/trace.js").Trace} Trace */

/** The fewest units of a group. */
const FEWEST = 3;
/** Two clusters are joined while the units of one correlate this much with those of the other, on average. */
export const TOGETHER = 0.5;

/**
 * The groups in an array of a trace, the largest first, each with its units from the lowest number. A unit that never
 * changes is in none.
 * @param {Trace} trace
 * @param {string} array
 * @returns {number[][]}
 */
export function groupsIn(trace, array) {
  const whole = trace.whole(array);
  if (!whole) return [];
  const { column, count } = whole;
  // The values at a start token are often far from all others, so all units would seem alike.
  const first = Math.max(
    trace.tokens.findIndex(({ special }) => !special),
    0,
  );
  const shapes = Array.from({ length: column.width }, (_, unit) => shapeOf(column, unit, first, count));
  return clustersOf(shapes.map((one) => Float64Array.from(shapes, (other) => product(one, other))))
    .filter((units) => units.length >= FEWEST)
    .sort((one, other) => other.length - one.length || (one[0] ?? 0) - (other[0] ?? 0));
}

/**
 * A unit's values around their mean, with a length of 1: the product of two such vectors is their correlation.
 * @param {import("../trace/trace.js").Column} column
 * @param {number} unit
 * @param {number} first
 * @param {number} stop
 */
function shapeOf({ values, width }, unit, first, stop) {
  const length = Math.max(stop - first, 0);
  const shape = Float64Array.from({ length }, (_, step) => values[(first + step) * width + unit] ?? 0);
  const mean = shape.reduce((sum, value) => sum + value, 0) / length;
  const size = Math.sqrt(shape.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  return shape.map((value) => (size > 0 ? (value - mean) / size : 0));
}

/**
 * @param {Float64Array} one
 * @param {Float64Array} other
 */
function product(one, other) {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}

/**
 * Joins the two clusters whose units correlate most on average, as long as that is enough.
 * @param {Float64Array[]} sums of the correlations between the units of two clusters; changed
 * @returns {number[][]}
 */
function clustersOf(sums) {
  const clusters = sums.map((_, unit) => [unit]);
  const mean = (/** @type {number} */ one, /** @type {number} */ other) =>
    (sums[one]?.[other] ?? 0) / ((clusters[one]?.length ?? 0) * (clusters[other]?.length ?? 0));
  for (;;) {
    let [most, into, from] = [TOGETHER, -1, -1];
    for (let one = 0; one < clusters.length; one += 1) {
      if (!clusters[one]?.length) continue;
      for (let other = one + 1; other < clusters.length; other += 1) {
        if (!clusters[other]?.length || mean(one, other) < most) continue;
        [most, into, from] = [mean(one, other), one, other];
      }
    }
    const joined = clusters[from];
    if (!joined) return clusters.map((units) => units.sort((one, other) => one - other));
    clusters[into]?.push(...joined);
    clusters[from] = [];
    sums.forEach((row, at) => {
      const sum = (row[into] ?? 0) + (row[from] ?? 0);
      row[into] = sum;
      const target = sums[into];
      if (target && at !== into) target[at] = sum;
    });
  }
}

/**
 * The concepts that units of a group track clearly, at least halfway from chance to perfect, each with its best unit.
 * @param {Concept[]} concepts
 * @param {Selection[]} spots
 * @returns {{ concept: Concept, unit: number }[]} the clearest first
 */
export function trackedBy(concepts, spots) {
  const known = spots
    .flatMap((spot) => knownOf(concepts, spot))
    .filter(({ concept, unit }) => scoreOf(unit) >= (1 + concept.chance) / 2)
    .sort((one, other) => scoreOf(other.unit) - scoreOf(one.unit));
  const ids = known.map(({ concept }) => concept.id);
  return known
    .filter(({ concept }, at) => ids.indexOf(concept.id) === at)
    .map(({ concept, unit: { unit } }) => ({ concept, unit }));
}
