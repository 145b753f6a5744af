// @ts-check
/** How far a trace lies from what PyTorch's own module gives: folded here and nowhere else, as `Parity` is in Python. */

/**
 * `difference` is the largest absolute difference, null where a value that is not finite stands against another one;
 * `agrees` says whether every value lies within 1e-5 + 1e-5·|reference|.
 * @typedef {{ difference: number | null, agrees: boolean }} Parity
 */

/** @type {Parity} of nothing */
export const EQUAL = { difference: 0, agrees: true };

/**
 * The parity of both together: null and disagreement survive.
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
 * The parity that a chunk or `done` states; what is missing or no number is no agreement.
 * @param {Record<string, unknown>} said
 * @returns {Parity}
 */
export function parityOf({ parity, agrees }) {
  const difference = typeof parity === "number" && Number.isFinite(parity) ? parity : null;
  return { difference, agrees: agrees === true && difference !== null };
}
