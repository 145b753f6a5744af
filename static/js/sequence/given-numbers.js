// @ts-check
/** The numbers that the server read from a file, as a sequence for a run. */

import { parseSafetensors } from "../trace/safetensors.js";

/**
 * @param {ArrayBuffer} buffer the server's answer
 * @param {string[] | null} names names of the features in place of the file's, if the model has its own
 * @returns {{ values: { shape: number[], data: Float64Array }, features: string[], labels?: string[] }}
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
