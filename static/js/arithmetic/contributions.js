// @ts-check
/** What pushed a gate: every weight times its value, the largest first. They sum to the pre-activation. */

/** @typedef {import("./operands.js").Pushing} Pushing */
/**
 * One term of the sum. `index` is the number of the unit or feature; the product of `factors` is `share` (no factors if
 * the term is itself a sum); `count` is how many terms are grouped.
 * @typedef {{ kind: "input" | "bias" | "unit" | "feature" | "others", index: number, factors: number[],
 *   share: number, count: number }} Contribution
 * @typedef {{ rows: Contribution[], total: number }} Contributions the rows' shares sum to the total
 */

/**
 * The input as one term, the bias, the largest hidden units, and the other units grouped.
 * @param {{ input: Pushing, hidden: Pushing, scales: { input: number, hidden: number }, most: number }} weighed
 * @returns {Contributions}
 */
export function contributionsOf({ input, hidden, scales, most }) {
  const features = sharesOf(input, scales.input);
  const units = sharesOf(hidden, scales.hidden);
  const { rows, others } = largest(units, most, (index) => termOf("unit", hidden, scales.hidden, index));
  rows.push({ kind: "input", index: 0, factors: [], share: sum(features), count: features.length });
  if (input.bias !== null || hidden.bias !== null) {
    const share = scales.input * (input.bias ?? 0) + scales.hidden * (hidden.bias ?? 0);
    rows.push({ kind: "bias", index: 0, factors: [], share, count: 1 });
  }
  return together(rows, others);
}

/**
 * The input opened: its largest features, and the others grouped.
 * @param {{ input: Pushing, scale: number, most: number }} weighed
 * @returns {Contributions}
 */
export function featuresOf({ input, scale, most }) {
  const shares = sharesOf(input, scale);
  const { rows, others } = largest(shares, most, (index) => termOf("feature", input, scale, index));
  return together(rows, others);
}

/**
 * @param {Contribution[]} rows
 * @param {Contribution | null} others
 */
function together(rows, others) {
  rows.sort((one, other) => Math.abs(other.share) - Math.abs(one.share));
  if (others) rows.push(others);
  return { rows, total: rows.reduce((total, row) => total + row.share, 0) };
}

/**
 * @param {"unit" | "feature"} kind
 * @param {Pushing} pushing
 * @param {number} scale
 * @param {number} index
 * @returns {Contribution}
 */
function termOf(kind, { weights, values }, scale, index) {
  const pair = [weights[index] ?? Number.NaN, values[index] ?? Number.NaN];
  const factors = scale === 1 ? pair : [scale, ...pair];
  return { kind, index, factors, share: factors.reduce((product, factor) => product * factor, 1), count: 1 };
}

/**
 * @param {Pushing} pushing
 * @param {number} scale
 */
function sharesOf({ weights, values }, scale) {
  return Float64Array.from(weights, (weight, index) => scale * weight * (values[index] ?? Number.NaN));
}

/**
 * The terms with the largest shares, and the rest as one group; a group of one is that term itself.
 * @param {Float64Array} shares
 * @param {number} most
 * @param {(index: number) => Contribution} termAt
 * @returns {{ rows: Contribution[], others: Contribution | null }}
 */
function largest(shares, most, termAt) {
  const order = Array.from(shares.keys()).sort(
    (one, other) => Math.abs(shares[other] ?? 0) - Math.abs(shares[one] ?? 0),
  );
  const kept = order.length <= most + 1 ? order : order.slice(0, most);
  const rest = order.slice(kept.length);
  const share = rest.reduce((total, index) => total + (shares[index] ?? 0), 0);
  return {
    rows: kept.map(termAt),
    others: rest.length ? { kind: "others", index: 0, factors: [], share, count: rest.length } : null,
  };
}

/** @param {Float64Array} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
