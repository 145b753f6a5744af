// @ts-check
/** The values that an equation is calculated from: those of the trace, and one unit's weighted sums of them. */

import { arrayName } from "../trace/trace.js";
import { inputOf, stateBefore } from "../trace/vectors.js";
import { coefficientOf, keyOf, leavesOf } from "./expression.js";

/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("./expression.js").Expression} Expression */
/** @typedef {import("./expression.js").Values} Values */
/** @typedef {import("./parameters.js").Parameters} Parameters */
/** @typedef {{ values: Float32Array, weights: number[], bias: number | null }} Pushing the two vectors multiplied */
/**
 * A number of a trace: its unit and step, with the unit's weights if they have arrived.
 * @typedef {{ trace: Trace, cell: Cell, spot: Selection, step: number, row: Parameters | null }} Calculated
 */

/**
 * The values of an equation's leaves; NaN for what has not arrived yet.
 * @param {Expression} expression
 * @param {Calculated} at
 * @returns {Values}
 */
export function valuesOf(expression, at) {
  const { trace, spot, step, row } = at;
  /** @type {Values} */
  const values = {};
  for (const leaf of leavesOf(expression)) {
    if (leaf.op === "weighted") {
      const { values: vector, weights, bias } = pushing(leaf.source, at);
      values[keyOf(leaf)] = row ? dot(weights, vector) + (bias ?? 0) : Number.NaN;
    } else if (leaf.back > 0) {
      values[keyOf(leaf)] = stateBefore(trace, spot.place, leaf.signal, step)[spot.unit] ?? Number.NaN;
    } else {
      values[keyOf(leaf)] = trace.value(arrayName(spot.place, leaf.signal), step, spot.unit);
    }
  }
  return values;
}

/**
 * The vectors that a gate weighs, with its weights and bias.
 * @param {"input" | "hidden"} source
 * @param {Calculated} at
 * @returns {Pushing}
 */
export function pushing(source, { trace, cell, spot, step, row }) {
  if (source === "hidden") {
    const values = stateBefore(trace, spot.place, cell.output, step);
    return { values, weights: row?.weight_hh ?? [], bias: row?.bias_hh ?? null };
  }
  const values = inputOf(trace, cell, spot.place, step);
  return { values, weights: row?.weight_ih ?? [], bias: row?.bias_ih ?? null };
}

/**
 * The factor of each weighted sum in the input of a gate's function.
 * @param {Expression} argument
 * @param {Values} values
 */
export function scalesOf(argument, values) {
  const scales = { input: 1, hidden: 1 };
  for (const leaf of leavesOf(argument)) {
    if (leaf.op === "weighted") scales[leaf.source] = coefficientOf(argument, leaf, values);
  }
  return scales;
}

/**
 * @param {number[]} weights
 * @param {Float32Array} values
 */
function dot(weights, values) {
  return weights.reduce((sum, weight, index) => sum + weight * (values[index] ?? Number.NaN), 0);
}
