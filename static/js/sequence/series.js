// @ts-check
/** A trace of numbers as panels over time: each feature with its own range, and what was forecast of it. */

import { spanOf } from "../charts/line-points.js";
import { clamp, fixed, scientific } from "../page/numbers.js";

/** @typedef {import("../trace/trace.js").Trace} Trace */
/**
 * One feature: `output` is its number among the forecasts, -1 if it is not forecast; `digits` are its decimals.
 * @typedef {{ name: string, feature: number, output: number, low: number, high: number, digits: number }} Panel
 */

/** The arrays of the user's own numbers, and of what is forecast of the step after. */
export const VALUES = "values";
export const FORECASTS = "prediction.values";

/** How far forecasts may widen a panel, as a share of the range of what came. */
const WIDER = 0.25;
/** Decimals are counted in this many numbers, up to this many; this share of them may have more, as filled gaps do. */
const [COUNTED, DECIMALS, MORE] = [200, 6, 0.1];

/**
 * @param {Trace} trace
 * @returns {Panel[]}
 */
export function panelsOf(trace) {
  const { features = [], outputs = [] } = trace.header;
  return features.map((name, feature) => {
    const output = outputs.indexOf(name);
    const [low, high] = widened(extentOf(trace, VALUES, feature), extentOf(trace, FORECASTS, output));
    return { name, feature, output, low, high, digits: decimalsOf(trace, feature) };
  });
}

/**
 * @param {Trace} trace
 * @param {string} name
 * @param {number} index
 * @returns {[number, number]}
 */
function extentOf(trace, name, index) {
  const column = trace.column(name);
  return column && index >= 0 ? spanOf(column, index, trace.received) : [Number.NaN, Number.NaN];
}

/**
 * The range of what came, widened for forecasts that leave it, and never empty.
 * @param {[number, number]} came
 * @param {[number, number]} expected
 * @returns {[number, number]}
 */
function widened([low, high], [least, greatest]) {
  if (Number.isNaN(low)) return [0, 1];
  const more = (high - low) * WIDER;
  const from = Number.isNaN(least) ? low : clamp(least, low - more, low);
  const to = Number.isNaN(greatest) ? high : clamp(greatest, high, high + more);
  return to > from ? [from, to] : [low - (Math.abs(low) || 1) / 2, low + (Math.abs(low) || 1) / 2];
}

/**
 * How many decimals the numbers of a feature are written with.
 * @param {Trace} trace
 * @param {number} feature
 */
function decimalsOf(trace, feature) {
  const counts = Array.from({ length: Math.min(trace.received, COUNTED) }, (_, step) => {
    const [, decimals = ""] = String(trace.value(VALUES, step, feature)).split(".");
    return decimals.includes("e") ? DECIMALS : Math.min(decimals.length, DECIMALS);
  });
  counts.sort((one, other) => other - one);
  return counts[Math.floor(counts.length * MORE)] ?? 0;
}

/**
 * What was forecast of a step, at the step before; NaN if nothing was.
 * @param {Trace} trace
 * @param {Panel} panel
 * @param {number} step
 */
export function forecastOf(trace, { output }, step) {
  return trace.value(FORECASTS, step - 1, output);
}

/**
 * A number in the user's unit, with as many decimals as the user's own numbers have.
 * @param {number} value
 * @param {number} digits
 */
export function quantity(value, digits) {
  const size = Math.abs(value);
  const plain = size === 0 || (size >= 0.5 * 10 ** -digits && size < 1e9);
  return plain || !Number.isFinite(value) ? fixed(value, digits) : scientific(value);
}

/**
 * A value's position in its panel, 0 at the top and 1 at the bottom.
 * @param {Panel} panel
 * @param {number} value
 */
export function heightOf({ low, high }, value) {
  return 1 - (value - low) / (high - low);
}
