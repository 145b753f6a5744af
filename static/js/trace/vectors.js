// @ts-check
/** Whole vectors of a trace: the inputs of a step, and the states it starts from. */

import { arrayName, prefixOf } from "./trace.js";

/** @typedef {import("./contracts.js").Cell} Cell */
/** @typedef {import("./contracts.js").Place} Place */
/** @typedef {import("./trace.js").Trace} Trace */

/**
 * The step read before, in a direction's order of reading.
 * @param {Pick<Place, "direction">} place
 * @param {number} step
 */
export function stepBefore({ direction }, step) {
  return direction === "backward" ? step + 1 : step - 1;
}

/**
 * Whether nothing was read before: then the states are the initial states.
 * @param {Trace} trace
 * @param {Pick<Place, "direction">} place
 * @param {number} step
 */
export function isFirst(trace, place, step) {
  const before = stepBefore(place, step);
  return before < 0 || before >= trace.extent;
}

/**
 * All units of a state before a step: the initial state before the first, which is zeros unless the trace has another.
 * @param {Trace} trace
 * @param {Place} place
 * @param {string} state
 * @param {number} step
 */
export function stateBefore(trace, place, state, step) {
  const { units } = trace.header;
  if (isFirst(trace, place, step)) return trace.initial(place, state) ?? new Float32Array(units);
  return vectorOf(trace, arrayName(place, state), stepBefore(place, step), units);
}

/**
 * A layer's inputs: the network's inputs, or the outputs of the layer below, with its directions side by side.
 * @param {Trace} trace
 * @param {Pick<Cell, "output">} cell
 * @param {Place} place
 * @param {number} step
 */
export function inputOf(trace, { output }, place, step) {
  const { directions, units } = trace.header;
  const features = featuresOf(trace, place);
  if (place.layer === 0) return vectorOf(trace, inputsOf(place), step, features);
  const values = new Float32Array(features);
  directions.forEach((direction, index) => {
    const below = arrayName({ ...place, layer: place.layer - 1, direction }, output);
    values.set(vectorOf(trace, below, step, units), index * units);
  });
  return values;
}

/**
 * The number of a layer's input features.
 * @param {Trace} trace
 * @param {Place} place
 */
export function featuresOf(trace, place) {
  if (place.layer > 0) return trace.header.units * trace.header.directions.length;
  return trace.width(inputsOf(place));
}

/**
 * The name of the array of a part's inputs.
 * @param {Pick<Place, "part">} place
 */
export function inputsOf(place) {
  return `${prefixOf(place)}inputs`;
}

/**
 * The names of what the network receives at each step; empty where they have none.
 * @param {Trace} trace
 * @returns {string[]}
 */
export function inputNames({ header }) {
  return header.inputs ?? header.features ?? [];
}

/**
 * What a feature of a layer's input is called: its own name, or the unit of the layer below, with an arrow for the
 * direction if there are two.
 * @param {Trace} trace
 * @param {Place} place
 * @param {number} feature
 */
export function featureName(trace, { layer }, feature) {
  if (layer === 0) return inputNames(trace)[feature] ?? String(feature);
  const { directions, units } = trace.header;
  if (directions.length < 2) return String(feature);
  const direction = directions[Math.floor(feature / units)];
  return `${direction === "backward" ? "←" : "→"} ${feature % units}`;
}

/**
 * A row of an array; NaN if it has not arrived.
 * @param {Trace} trace
 * @param {string} name
 * @param {number} step
 * @param {number} width
 */
export function vectorOf(trace, name, step, width) {
  const row = trace.row(name, step);
  return row ? Float32Array.from(row) : new Float32Array(width).fill(Number.NaN);
}
