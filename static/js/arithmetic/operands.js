// @ts-check
/** The values that an equation is calculated from: those of the trace, and what one unit's weights make of them. */

import { arrayName } from "../trace/trace.js";
import { coefficientOf, keyOf, leavesOf } from "./expression.js";

/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("./expression.js").Expression} Expression */
/** @typedef {import("./expression.js").Values} Values */
/** @typedef {import("./parameters.js").Parameters} Parameters */
/** @typedef {{ values: Float64Array, weights: number[], bias: number | null }} Pushing vectors that are multiplied */

const HIDDEN = "hidden_state";

/**
 * The step read before, in the order in which a direction reads.
 * @param {Selection} place
 * @param {number} step
 */
export function stepBefore({ direction }, step) {
  return direction === "backward" ? step + 1 : step - 1;
}

/**
 * Whether nothing was read before: the state is nought then.
 * @param {Trace} trace
 * @param {Selection} place
 * @param {number} step
 */
export function isFirst(trace, place, step) {
  const before = stepBefore(place, step);
  return before < 0 || before >= trace.extent;
}

/**
 * The values of an equation's leaves; NaN for what has not come yet.
 * @param {Expression} expression
 * @param {{ trace: Trace, place: Selection, step: number, row: Parameters | null }} at
 * @returns {Values}
 */
export function valuesOf(expression, { trace, place, step, row }) {
  /** @type {Values} */
  const values = {};
  for (const leaf of leavesOf(expression)) {
    if (leaf.op === "signal") {
      const name = arrayName(place, leaf.signal);
      const before = leaf.back > 0;
      values[keyOf(leaf)] =
        before && isFirst(trace, place, step)
          ? 0
          : trace.value(name, before ? stepBefore(place, step) : step, place.unit);
    } else {
      const { values: vector, weights, bias } = pushing(leaf.source, { trace, place, step, row });
      values[keyOf(leaf)] = row ? dot(weights, vector) + (bias ?? 0) : Number.NaN;
    }
  }
  return values;
}

/**
 * What is weighed for a gate, with its weights and bias.
 * @param {"input" | "hidden"} source
 * @param {{ trace: Trace, place: Selection, step: number, row: Parameters | null }} at
 * @returns {Pushing}
 */
export function pushing(source, { trace, place, step, row }) {
  if (source === "hidden") {
    const before = stepBefore(place, step);
    const names = [arrayName(place, HIDDEN)];
    const values = isFirst(trace, place, step)
      ? new Float64Array(trace.header.units)
      : vectorOf(trace, names, before);
    return { values, weights: row?.weight_hh ?? [], bias: row?.bias_hh ?? null };
  }
  return {
    values: vectorOf(trace, inputNames(trace, place), step),
    weights: row?.weight_ih ?? [],
    bias: row?.bias_ih ?? null,
  };
}

/**
 * How strongly each weighted sum counts in what goes into a gate's function.
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
 * The arrays that make up a layer's input: the network's own, or the hidden states of the layer below, side by side.
 * @param {Trace} trace
 * @param {Selection} place
 */
function inputNames(trace, { layer }) {
  if (layer === 0) return ["inputs"];
  return trace.header.directions.map((direction) => arrayName({ layer: layer - 1, direction }, HIDDEN));
}

/**
 * @param {Trace} trace
 * @param {string[]} names
 * @param {number} step
 */
function vectorOf(trace, names, step) {
  const parts = names.map((name) => {
    const column = trace.column(name);
    if (!column || step < 0 || step >= trace.received) return [Number.NaN];
    return column.values.subarray(step * column.width, (step + 1) * column.width);
  });
  return Float64Array.from(parts.flatMap((part) => [...part]));
}

/**
 * @param {number[]} weights
 * @param {Float64Array} values
 */
function dot(weights, values) {
  return weights.reduce((sum, weight, index) => sum + weight * (values[index] ?? Number.NaN), 0);
}
