// @ts-check
/** Exact decimal arithmetic on written numbers, without binary rounding. */

import { keyOf, partsOf } from "./expression.js";

/** @typedef {import("./expression.js").Expression} Expression */
/** @typedef {{ digits: bigint, places: number }} Decimal digits · 10^−places */

/**
 * @param {string} text such as "-0.4815" or "1.25e+6"
 * @returns {Decimal | null} null if it is not a finite number
 */
export function decimalOf(text) {
  const [, sign, whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text) ?? [];
  if (sign === undefined) return null;
  const digits = BigInt(sign + whole + fraction);
  return aligned({ digits, places: fraction.length - Number(exponent) }, 0);
}

/**
 * The exact value of an expression of written numbers; null if a function gives more digits than can be written.
 * @param {Expression} expression
 * @param {Record<string, string>} operands by their keys
 * @returns {Decimal | null}
 */
export function exactly(expression, operands) {
  if (expression.op === "number") return decimalOf(String(expression.value));
  if (expression.op === "signal" || expression.op === "weighted") {
    return decimalOf(operands[keyOf(expression)] ?? "");
  }
  if (expression.op === "apply") return null;
  const parts = partsOf(expression).map((part) => exactly(part, operands));
  return parts.reduce((one, other) => {
    if (!one || !other) return null;
    if (expression.op === "product") return times(one, other);
    return plus(one, expression.op === "difference" ? { ...other, digits: -other.digits } : other);
  });
}

/**
 * Whether a number clearly rounds to a text: a number halfway between two texts rounds to neither.
 * @param {Decimal} number
 * @param {string} text
 */
export function isWrittenAs(number, text) {
  const wanted = decimalOf(text);
  if (!wanted) return false;
  const { digits, places } = plus(number, { ...wanted, digits: -wanted.digits });
  const last = aligned({ digits: 1n, places: lastPlace(text) }, places);
  const apart = aligned({ digits: digits < 0n ? -digits : digits, places }, last.places);
  return 2n * apart.digits < last.digits;
}

/**
 * How many digits a text has after the point.
 * @param {string} text
 */
function lastPlace(text) {
  const [mantissa = "", exponent = "0"] = text.split("e");
  return (mantissa.split(".")[1] ?? "").length - Number(exponent);
}

/**
 * @param {Decimal} one
 * @param {Decimal} other
 * @returns {Decimal}
 */
function times(one, other) {
  return { digits: one.digits * other.digits, places: one.places + other.places };
}

/**
 * @param {Decimal} one
 * @param {Decimal} other
 * @returns {Decimal}
 */
function plus(one, other) {
  const places = Math.max(one.places, other.places);
  return { digits: aligned(one, places).digits + aligned(other, places).digits, places };
}

/**
 * The same number with at least `places` places.
 * @param {Decimal} number
 * @param {number} least
 * @returns {Decimal}
 */
function aligned({ digits, places }, least) {
  if (places >= least) return { digits, places };
  return { digits: digits * 10n ** BigInt(least - places), places: least };
}
