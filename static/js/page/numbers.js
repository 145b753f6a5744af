// @ts-check
/** Clamps numbers and formats them for the page. */

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/**
 * A written number with true minus signs in place of hyphens.
 * @param {string} text
 */
export function withMinus(text) {
  return text.replaceAll("-", "−");
}

/**
 * The shortest decimal that reads back as the same float32: "0.2113", not "0.21130000054836273".
 * @param {number} value
 */
export function float32Text(value) {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
}

/** Numbers have this many decimals; small ones get more until they have two significant digits, up to the most. */
export const FEWEST = 3;
const SMALL = 6;

/**
 * How many decimals a number has wherever it is shown.
 * @param {number} value
 */
export function decimalsOf(value) {
  const leading = value === 0 ? 0 : Math.ceil(-Math.log10(Math.abs(value)));
  return clamp(leading + 1, FEWEST, SMALL);
}

/**
 * A value for people, with a true minus sign and, by default, the same decimals everywhere.
 * @param {number} value
 * @param {number} [digits]
 */
export function fixed(value, digits = decimalsOf(value)) {
  if (!Number.isFinite(value)) return "–";
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : withMinus(text);
}

/**
 * A probability as a percentage with about three significant digits.
 * @param {number} probability
 */
export function percent(probability) {
  if (!Number.isFinite(probability)) return "–";
  const share = probability * 100;
  if (share > 0 && share < 0.01) return "< 0.01 %";
  return `${share.toFixed(share < 9.995 ? 2 : 1)} %`;
}

/**
 * A small difference in scientific notation: 2.4 × 10⁻⁷; zero is 0.
 * @param {number} value
 */
export function scientific(value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(1).split("e");
  return `${mantissa} × 10${superscript(Number(exponent))}`;
}

/** @param {number} exponent */
export function superscript(exponent) {
  const digits = [...String(Math.abs(exponent))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]);
  return (exponent < 0 ? "⁻" : "") + digits.join("");
}

/**
 * The next "round" number at or above a positive value, so that a growing range rarely changes.
 * @param {number} value
 */
export function roundUp(value) {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= value) ?? 10;
  return Number((step * power).toPrecision(2));
}
