// @ts-check
/** How the attention's formula made the score of a target step and a source step, term by term. */

import { arrayName } from "../trace/trace.js";
import { vectorOf } from "../trace/vectors.js";
import { DECODER, ENCODER } from "./translation-scene.js";

/** @typedef {import("./translation-scene.js").MapCell} MapCell */
/** @typedef {import("./translation-scene.js").Shown} Shown */
/** @typedef {{ rows: number, columns: number, values: Float32Array }} Matrix */
/**
 * The attention's weights: W is `query`, U is `key`, v is `score`; null where the formula has none.
 * @typedef {{ query: Matrix | null, key: Matrix | null, score: Matrix | null }} AttentionWeights
 */
/**
 * One coordinate of the sum. `factors` are the numbers that are multiplied; `inner` are those whose sum goes through
 * tanh, in additive attention.
 * @typedef {{ index: number, factors: [number, number], inner: [number, number] | null, product: number }} Term
 * @typedef {{ terms: Term[], total: number }} Scoring
 */

/**
 * The hidden state of a source step: the last layer's, forward then backward side by side.
 * @param {Shown} shown
 * @param {number} source
 */
export function sourceState({ trace, cell }, source) {
  const encoder = trace.part(ENCODER);
  const { directions, layers, units } = encoder.header;
  const state = new Float32Array(units * directions.length);
  directions.forEach((direction, index) => {
    const name = arrayName({ part: ENCODER, layer: layers.at(-1) ?? 0, direction }, cell.output);
    state.set(vectorOf(encoder, name, source, units), index * units);
  });
  return state;
}

/**
 * The query of a target step: the decoder's output, in additive attention that of the step before.
 * @param {Shown} shown
 * @param {number} target
 * @param {string} kind
 */
export function queryAt({ trace, cell }, target, kind) {
  const decoder = trace.part(DECODER);
  const { layers, units } = decoder.header;
  const place = { part: DECODER, layer: layers.at(-1) ?? 0, direction: "forward" };
  const step = kind === "additive" ? target - 1 : target;
  if (step < 0) return decoder.initial(place, cell.output) ?? new Float32Array(units);
  return vectorOf(decoder, arrayName(place, cell.output), step, units);
}

/**
 * @param {string} kind
 * @param {AttentionWeights} weights
 * @param {Float32Array} query
 * @param {Float32Array} state of the source step
 * @returns {Scoring}
 */
export function scoring(kind, { query: W, key: U, score: v }, query, state) {
  const asked = W ? product(W, query) : Float64Array.from(query);
  const offered = U ? product(U, state) : Float64Array.from(state);
  const terms = Array.from(asked, (a, index) => {
    const b = offered[index] ?? Number.NaN;
    /** @type {[number, number]} */
    const factors = kind === "additive" ? [v?.values[index] ?? Number.NaN, Math.tanh(a + b)] : [a, b];
    return {
      index,
      factors,
      inner: kind === "additive" ? /** @type {[number, number]} */ ([a, b]) : null,
      product: factors[0] * factors[1],
    };
  });
  return { terms, total: terms.reduce((sum, term) => sum + term.product, 0) };
}

/**
 * @param {Matrix} matrix
 * @param {Float32Array} vector
 */
function product({ rows, columns, values }, vector) {
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let sum = 0;
    for (let column = 0; column < columns; column += 1) {
      sum += (values[row * columns + column] ?? 0) * (vector[column] ?? Number.NaN);
    }
    result[row] = sum;
  }
  return result;
}
