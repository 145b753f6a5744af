// @ts-check
/** Which translators can be compared on the same sentence. */

/** @typedef {import("../trace/contracts.js").ModelSummary} ModelSummary */

/**
 * Whether two models learned from the same data.
 * @param {ModelSummary} one
 * @param {ModelSummary | undefined} other
 */
export function sameData(one, other) {
  return one.data?.source !== undefined && one.data.source === other?.data?.source;
}
