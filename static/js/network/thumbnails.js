// @ts-check
/** A whole vector as a thumbnail: one pixel per unit, side by side for all steps of a window. */

import { clamp } from "../page/numbers.js";
import { levelOf } from "../page/palette.js";

/** @typedef {import("../page/palette.js").Scale} Scale */
/** @typedef {import("../trace/safetensors.js").Values} Values */
/** @typedef {{ columns: number, rows: number }} Fold */
/** @typedef {{ first: number, count: number }} Steps */

/**
 * How a vector is folded so that its units are as square as possible.
 * @param {number} units
 * @param {number} width
 * @param {number} height
 * @returns {Fold}
 */
export function foldOf(units, width, height) {
  const rows = clamp(Math.round(Math.sqrt((units * height) / width)), 1, units);
  return { columns: Math.ceil(units / rows), rows };
}

/**
 * Pixels of the steps [first, first + count): [fold.rows × (count · fold.columns)], transparent where nothing has
 * arrived.
 * @param {(step: number) => Values | null} vectorAt null for a step that has not arrived
 * @param {Scale} scale
 * @param {Fold} fold
 * @param {Steps} steps
 */
export function thumbnails(vectorAt, scale, fold, { first, count }) {
  const across = count * fold.columns;
  const pixels = new Uint32Array(across * fold.rows);
  for (let at = 0; at < count; at += 1) {
    const vector = vectorAt(first + at);
    if (!vector) continue;
    for (let unit = 0; unit < vector.length; unit += 1) {
      const level = levelOf(scale, vector[unit] ?? 0);
      const x = at * fold.columns + (unit % fold.columns);
      pixels[Math.floor(unit / fold.columns) * across + x] = scale.pixels[level] ?? 0;
    }
  }
  return pixels;
}
