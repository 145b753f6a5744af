// @ts-check
/** The orders of units, computed from the values of one signal. */

/** @typedef {import("../trace/trace.js").Column} Column */
/**
 * How units are ordered: by the values of `signal`, and for "correlation" by those of `unit`.
 * @typedef {{ by: string, signal?: string, unit?: number }} Ordering
 */

/** "similarity" comes from the server, and "groups" from its own module. */
export const ORDERS = ["index", "activity", "similarity", "correlation", "groups"];

/** @type {Ordering} */
export const BY_INDEX = { by: "index" };

/**
 * @param {number} units
 * @returns {number[]}
 */
export function indexOrder(units) {
  return Array.from({ length: units }, (_, unit) => unit);
}

/**
 * The units whose values change most come first: by the sum of all changes from one step to the next.
 * @param {Column} column
 * @param {number} received
 * @returns {number[]}
 */
export function activityOrder({ values, width }, received) {
  const change = new Float64Array(width);
  for (let at = width; at < received * width; at += 1) {
    change[at % width] = (change[at % width] ?? 0) + Math.abs((values[at] ?? 0) - (values[at - width] ?? 0));
  }
  return descending(change);
}

/**
 * Units that move with a given unit first, units that move against it last: by Pearson's correlation over all steps. A
 * constant unit's correlation counts as 0.
 * @param {Column} column
 * @param {number} received
 * @param {number} unit
 * @returns {number[]}
 */
export function correlationOrder({ values, width }, received, unit) {
  const means = new Float64Array(width);
  for (let at = 0; at < received * width; at += 1) {
    means[at % width] = (means[at % width] ?? 0) + (values[at] ?? 0) / received;
  }
  const squares = new Float64Array(width);
  const products = new Float64Array(width);
  for (let step = 0; step < received; step += 1) {
    const own = (values[step * width + unit] ?? 0) - (means[unit] ?? 0);
    for (let other = 0; other < width; other += 1) {
      const away = (values[step * width + other] ?? 0) - (means[other] ?? 0);
      squares[other] = (squares[other] ?? 0) + away * away;
      products[other] = (products[other] ?? 0) + away * own;
    }
  }
  const correlations = products.map((product, other) => {
    const size = Math.sqrt((squares[other] ?? 0) * (squares[unit] ?? 0));
    return size > 0 ? product / size : 0;
  });
  correlations[unit] = Infinity;
  return descending(correlations);
}

/**
 * An ordering as written in the page's address, such as "correlation.forget_gate.17"; nothing for the index.
 * @param {Ordering} ordering
 */
export function formatOrdering({ by, signal, unit }) {
  if (by === BY_INDEX.by) return "";
  return [by, ...(signal ? [signal, ...(by === "correlation" ? [unit ?? 0] : [])] : [])].join(".");
}

/**
 * Reads an ordering; if it cannot be understood, the order is by index.
 * @param {string} text
 * @returns {Ordering}
 */
export function parseOrdering(text) {
  const [by = "", signal, unit] = text.split(".");
  if (!ORDERS.includes(by)) return BY_INDEX;
  return { by, ...(signal && { signal }), ...(/^\d+$/.test(unit ?? "") && { unit: Number(unit) }) };
}

/**
 * The indices of the values, the largest first; of equal values, the lower index first.
 * @param {Float64Array} values
 */
function descending(values) {
  return indexOrder(values.length).sort((one, other) => {
    const [left, right] = [values[one] ?? 0, values[other] ?? 0];
    return left === right ? one - other : right - left;
  });
}
