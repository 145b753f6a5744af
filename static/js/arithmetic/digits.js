// @ts-check
/**
 * How many digits an equation's numbers need so that calculating with the operands as shown gives the result as shown.
 * A result has three decimals if possible, more if it is small; its operands get as many as needed.
 */

import { decimalsOf, FEWEST, superscript, withMinus } from "../page/numbers.js";
import { exactly, isWrittenAs } from "./decimal.js";
import { apply, evaluate, keyOf, leavesOf } from "./expression.js";

/** @typedef {import("./expression.js").Expression} Expression */
/** @typedef {import("./expression.js").Squash} Squash */
/** @typedef {import("./expression.js").Values} Values */
/**
 * Numbers as shown, in a form that `Number` reads: each operand by its key, the input of the outermost function if it
 * is more than one operand, and the result.
 * @typedef {{ operands: Record<string, string>, inner: string | null, result: string }} Digits
 */

const MOST = 15;
/** From this size, numbers are written with a power of ten. */
const LARGE = 1e6;

/**
 * @param {Expression} expression
 * @param {Values} values of its operands
 * @param {number} result from the trace
 * @param {Squash} [phi]
 * @returns {Digits}
 */
export function shown(expression, values, result, phi = Math.tanh) {
  const known = [result, ...leavesOf(expression).map((leaf) => values[keyOf(leaf)])];
  for (const digits of known.every(Number.isFinite) ? placesOf(result) : []) {
    const text = written(result, digits);
    const found = through(expression, values, { text, digits }, phi);
    if (found) return { ...found, result: text };
  }
  const inner = goesThrough(expression) ? written(evaluate(expression.of, values, phi), FEWEST) : null;
  return { operands: texts(expression, values, FEWEST), inner, result: written(result, FEWEST) };
}

/**
 * The decimals to try for a result, in order. The trace is rounded to float32, so it can round differently from the
 * result of its operands; then another number of decimals shows what both agree on.
 * @param {number} result
 */
function placesOf(result) {
  const places = decimalsOf(result);
  return [places, places + 1, places + 2, places + 3, 2, 1, 0];
}

/**
 * The operands with the fewest digits that give the wanted text; null if none do.
 * @param {Expression} expression
 * @param {Values} values
 * @param {{ text: string, digits: number }} wanted
 * @param {Squash} [phi]
 */
export function operandsGiving(expression, values, { text, digits }, phi = Math.tanh) {
  for (let places = FEWEST; places <= MOST; places += 1) {
    const operands = texts(expression, values, places);
    if (gives(expression, operands, { text, digits }, phi)) return operands;
  }
  return null;
}

/**
 * Whether calculating with the written operands gives the wanted text.
 * @param {Expression} expression
 * @param {Record<string, string>} operands
 * @param {{ text: string, digits: number }} wanted
 * @param {Squash} phi
 */
function gives(expression, operands, { text, digits }, phi) {
  const exact = exactly(expression, operands);
  if (exact) return isWrittenAs(exact, text);
  const read = Object.fromEntries(Object.entries(operands).map(([key, operand]) => [key, Number(operand)]));
  return written(evaluate(expression, read, phi), digits) === text;
}

/**
 * A number with `decimals` decimals, as `Number` reads it; zero has no sign.
 * @param {number} value
 * @param {number} digits
 */
export function written(value, digits) {
  const text = Math.abs(value) < LARGE ? value.toFixed(digits) : value.toExponential(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

/**
 * How many decimals a written number has.
 * @param {string} text
 */
export function decimals(text) {
  return /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
}

/**
 * A written number, formatted for people.
 * @param {string} text
 */
export function forPeople(text) {
  if (!Number.isFinite(Number(text))) return "–";
  const [mantissa = "", exponent] = text.split("e");
  return withMinus(mantissa) + (exponent ? ` × 10${superscript(Number(exponent))}` : "");
}

/**
 * Whether an expression is a function of more than one operand, so that its input deserves a number.
 * @param {Expression} expression
 * @returns {expression is import("./expression.js").Apply}
 */
export function goesThrough(expression) {
  return expression.op === "apply" && leavesOf(expression).length > 1;
}

/**
 * @param {Expression} expression
 * @param {Values} values
 * @param {{ text: string, digits: number }} wanted
 * @param {Squash} phi
 */
function through(expression, values, wanted, phi) {
  if (!goesThrough(expression)) {
    const operands = operandsGiving(expression, values, wanted, phi);
    return operands && { operands, inner: null };
  }
  const argument = evaluate(expression.of, values, phi);
  for (let digits = FEWEST; digits <= MOST; digits += 1) {
    const inner = written(argument, digits);
    if (written(apply(expression.function, Number(inner), phi), wanted.digits) !== wanted.text) continue;
    const operands = operandsGiving(expression.of, values, { text: inner, digits }, phi);
    if (operands) return { operands, inner };
  }
  return null;
}

/**
 * @param {Expression} expression
 * @param {Values} values
 * @param {number} digits
 * @returns {Record<string, string>}
 */
function texts(expression, values, digits) {
  const keys = leavesOf(expression).map(keyOf);
  return Object.fromEntries(
    keys.map((key) => {
      const value = values[key] ?? Number.NaN;
      return [key, written(value, Number.isFinite(value) ? Math.max(digits, decimalsOf(value)) : digits)];
    }),
  );
}
