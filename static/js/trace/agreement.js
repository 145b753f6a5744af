// @ts-check
/** How far a trace is from PyTorch's own module: folded here and nowhere else, as `Parity` is in Python. */

/**
 * `difference` is the largest absolute difference, null if a value that is not finite disagrees;
 * `agrees` says whether every value lies within 1e-5 + 1e-5·|reference|.
 * @typedef {{ difference: number | null, agrees: boolean }} Parity
 */

/** @type {Parity} of nothing */
export const EQUAL = { difference: 0, agrees: true };

/**
 * The parity of both together: null and disagreement are kept.
 * @param {Parity} one
 * @param {Parity} other
 * @returns {Parity}
 */
export function together(one, other) {
  const known = one.difference !== null && other.difference !== null;
  return {
    difference: known ? Math.max(one.difference ?? 0, other.difference ?? 0) : null,
    agrees: one.agrees && other.agrees,
  };
}

/**
 * The parity stated by a chunk or `done`; a missing or non-numeric value does not agree.
 * @param {Record<string, unknown>} said
 * @returns {Parity}
 */
export function parityOf({ parity, agrees }) {
  const difference = typeof parity === "number" && Number.isFinite(parity) ? parity : null;
  return { difference, agrees: agrees === true && difference !== null };
}
