// @ts-check
/** A signal's values gathered into the cells of a heatmap, and those cells as pixels. */

import { clamp } from "../page/numbers.js";
import { LEVELS } from "../page/palette.js";

/** @typedef {import("../time/time-range.js").Columns} Columns */
/** @typedef {import("../trace/trace.js").Column} Column */
/** @typedef {import("../page/palette.js").Scale} Scale */
/**
 * One row per unit. Only the first `arrived` columns have steps that have arrived; in the others all values are NaN.
 * @typedef {{ rows: Float32Array[], columns: Columns, arrived: number }} Cells
 */
/** @typedef {"mean" | "least" | "greatest"} Kind how the steps of a column become one number */

/**
 * What a column begins with, and how a step is added to it; a mean is divided at the end.
 * @type {Record<Kind, { begin: number, add: (sum: number, value: number) => number }>}
 */
export const KINDS = {
  mean: { begin: 0, add: (sum, value) => sum + value },
  least: { begin: Infinity, add: Math.min },
  greatest: { begin: -Infinity, add: Math.max },
};

/**
 * The steps in each column as one number, for every unit.
 * @param {Column} column
 * @param {number} received number of steps received
 * @param {Columns} columns
 * @param {Kind} kind
 * @returns {Cells}
 */
export function gather({ values, width }, received, columns, kind = "mean") {
  const { begin, add } = KINDS[kind];
  const { first, size, count } = columns;
  const rows = Array.from({ length: width }, () => new Float32Array(count).fill(Number.NaN));
  const sums = new Float64Array(width);
  for (let j = 0; j < count; j += 1) {
    const from = first + j * size;
    const to = Math.min(from + size, received);
    if (to <= from) break;
    sums.fill(begin);
    for (let at = from * width; at < to * width; at += width) {
      for (let unit = 0; unit < width; unit += 1) sums[unit] = add(sums[unit] ?? 0, values[at + unit] ?? 0);
    }
    const divisor = kind === "mean" ? to - from : 1;
    rows.forEach((row, unit) => (row[j] = (sums[unit] ?? 0) / divisor));
  }
  return { rows, columns, arrived: clamp(Math.ceil((received - first) / size), 0, count) };
}

/**
 * Values over each row's own range, as values of a scale that all rows share; where they have signs, 0 stays 0.
 * @param {Float32Array[]} rows
 * @param {[number, number][]} ranges the least and greatest value of each row
 * @param {Pick<Scale, "low" | "high">} scale
 * @returns {Float32Array[]}
 */
export function onOwnScales(rows, ranges, { low, high }) {
  return rows.map((row, at) => {
    const [least = 0, greatest = 0] = ranges[at] ?? [];
    const [from, to] = low < 0 ? [0, Math.max(-least, greatest)] : [least, greatest];
    const start = low < 0 ? 0 : low;
    return row.map((value) => start + ((value - from) / (to - from || 1)) * (high - start));
  });
}

/**
 * The cells as the words of a canvas, row by row; transparent where nothing has arrived, which NaN is not.
 * @param {Cells} cells
 * @param {Scale} scale
 * @param {Uint32Array} pixels [rows × columns], written to
 */
export function paint({ rows, columns, arrived }, { low, high, pixels: colours, nan }, pixels) {
  const factor = (LEVELS - 1) / (high - low);
  rows.forEach((row, unit) => {
    for (let j = 0; j < columns.count; j += 1) {
      const level = ((row[j] ?? 0) - low) * factor + 0.5;
      const colour = Number.isNaN(level) ? nan : (colours[clamp(level, 0, LEVELS - 1) | 0] ?? 0);
      pixels[unit * columns.count + j] = j < arrived ? colour : 0;
    }
  });
}
