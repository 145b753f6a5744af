// @ts-check
/** The rows of the network: each layer with its directions, from the input up. */

import { clamp } from "../page/numbers.js";

/** @typedef {import("../trace/contracts.js").Header} Header */
/** @typedef {{ layer: number, direction: string }} Row */

/**
 * @param {Pick<Header, "layers" | "directions">} header
 * @returns {Row[]}
 */
export function rowsOf({ layers, directions }) {
  return layers.flatMap((layer) => directions.map((direction) => ({ layer, direction })));
}

/**
 * The row so many rows farther from the input; the last one where there is none.
 * @param {Row[]} rows
 * @param {Row} from
 * @param {number} by
 */
export function neighbour(rows, from, by) {
  const at = rows.findIndex((row) => sameRow(row, from)) + by;
  return rows[clamp(at, 0, rows.length - 1)] ?? from;
}

/**
 * @param {Row} one
 * @param {Row} other
 */
export function sameRow(one, other) {
  return one.layer === other.layer && one.direction === other.direction;
}

/**
 * Whether a row has read a step once time stands in another: a backward one has read everything from the right.
 * @param {Row} row
 * @param {number} step
 * @param {number} now
 */
export function hasRead({ direction }, step, now) {
  return direction === "backward" ? step > now : step < now;
}
