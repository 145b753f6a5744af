// @ts-check
/** The numbers that the server read from a file, as a sequence for a run. */

import { parseSafetensors } from "../trace/safetensors.js";

/** @typedef {{ shape: number[], data: Float64Array }} Matrix */

/**
 * @param {ArrayBuffer} buffer the server's answer
 * @param {string[] | null} names names of the features in place of the file's, if the model has its own
 * @returns {{ values: Matrix, read?: Matrix, features: string[], labels?: string[] }}
 */
export function numbersIn(buffer, names) {
  const { metadata, tensors } = parseSafetensors(buffer);
  const { shape, values } = /** @type {import("../trace/safetensors.js").Tensor} */ (tensors.get("values"));
  const labels = /** @type {string[] | null} */ (metadata.labels);
  return {
    values: { shape, data: new Float64Array(values) },
    features: names ?? /** @type {string[]} */ (metadata.features),
    ...(labels && { labels }),
  };
}

/**
 * Each column minus its mean, divided by its standard deviation (over all steps, not a sample's); a constant column
 * becomes zeros.
 * @param {Matrix} matrix [steps, columns]
 * @returns {Matrix}
 */
export function standardised({ shape, data }) {
  const [steps = 0, columns = 1] = shape;
  const scaled = new Float64Array(data.length);
  for (let column = 0; column < columns; column += 1) {
    let [mean, squares] = [0, 0];
    for (let at = column; at < data.length; at += columns) mean += (data[at] ?? 0) / steps;
    for (let at = column; at < data.length; at += columns) squares += ((data[at] ?? 0) - mean) ** 2;
    const deviation = Math.sqrt(squares / steps);
    // Rounding leaves a constant column with a tiny deviation.
    const divisor = deviation > Math.abs(mean) * 1e-12 ? deviation : Infinity;
    for (let at = column; at < data.length; at += columns) scaled[at] = ((data[at] ?? 0) - mean) / divisor;
  }
  return { shape, data: scaled };
}
