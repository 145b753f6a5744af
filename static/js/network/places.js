// @ts-check
/** The rows of the network: each layer with its directions, from the input up. */

import { clamp } from "../page/numbers.js";
import { samePlace, SEQUENCE } from "../trace/trace.js";

/** @typedef {import("../trace/contracts.js").Header} Header */
/** @typedef {import("../trace/contracts.js").Place} Place */

/**
 * @param {Pick<Header, "layers" | "directions">} header
 * @param {string} [part]
 * @returns {Place[]}
 */
export function rowsOf({ layers, directions }, part = SEQUENCE) {
  return layers.flatMap((layer) => directions.map((direction) => ({ part, layer, direction })));
}

/**
 * The row `by` rows farther from the input, up to the last row.
 * @param {Place[]} rows
 * @param {Place} from
 * @param {number} by
 */
export function neighbour(rows, from, by) {
  const at = rows.findIndex((row) => samePlace(row, from)) + by;
  return rows[clamp(at, 0, rows.length - 1)] ?? from;
}

/**
 * Whether a row has read a step when time is in another: a backward row has read everything to the right.
 * @param {Place} row
 * @param {number} step
 * @param {number} now
 */
export function hasRead({ direction }, step, now) {
  return direction === "backward" ? step > now : step < now;
}
