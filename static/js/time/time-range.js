// @ts-check
/** The range of time that all charts share, and its mapping to their pixels. */

import { clamp } from "../page/numbers.js";

/** @typedef {{ start: number, stop: number }} Range moments, not steps: step k fills [k, k + 1) */
/**
 * Steps gathered into the columns that fit in a chart: column j holds the steps
 * [first + j·size, first + (j + 1)·size). Columns are aligned to multiples of their size, so that a column keeps its
 * steps while a trace grows.
 * @typedef {{ first: number, size: number, count: number }} Columns
 */

/** The fewest steps to zoom in to. */
const FEWEST = 4;

/**
 * @param {number} extent
 * @returns {Range}
 */
export function fullRange(extent) {
  return { start: 0, stop: Math.max(extent, 1) };
}

/**
 * The range scaled around a moment, kept inside the sequence.
 * @param {Range} range
 * @param {number} factor below 1 to see less, above 1 to see more
 * @param {number} centre
 * @param {number} extent
 * @returns {Range | null} null for everything
 */
export function zoomed(range, factor, centre, extent) {
  const span = range.stop - range.start;
  const wanted = Math.max(span * factor, Math.min(FEWEST, extent));
  const start = centre - (centre - range.start) * (wanted / span);
  return inside({ start, stop: start + wanted }, extent);
}

/**
 * A range moved and cut to fit inside the sequence.
 * @param {Range} range
 * @param {number} extent
 * @returns {Range | null} null for everything
 */
export function inside({ start, stop }, extent) {
  const span = Math.max(stop - start, Math.min(FEWEST, extent));
  if (span >= extent) return null;
  const from = clamp(start, 0, extent - span);
  return { start: from, stop: from + span };
}

/**
 * The range moved by a share of itself.
 * @param {Range} range
 * @param {number} by
 * @returns {Range}
 */
export function moved({ start, stop }, by) {
  const distance = (stop - start) * by;
  return { start: start + distance, stop: stop + distance };
}

/**
 * The position of a moment, 0 at the left end and 1 at the right end.
 * @param {Range} range
 * @param {number} t
 */
export function share({ start, stop }, t) {
  return (t - start) / (stop - start);
}

/**
 * The moment at a position.
 * @param {Range} range
 * @param {number} position 0 at the left end, 1 at the right end
 */
export function momentAt({ start, stop }, position) {
  return start + position * (stop - start);
}

/**
 * @param {Range} range
 * @param {number} pixels
 * @param {number} extent
 * @returns {Columns}
 */
export function columnsOf({ start, stop }, pixels, extent) {
  const size = Math.max(Math.ceil((stop - start) / Math.max(pixels, 1)), 1);
  const first = Math.max(Math.floor(start / size), 0) * size;
  const last = Math.min(Math.ceil(stop), extent);
  return { first, size, count: Math.max(Math.ceil((last - first) / size), 0) };
}

/**
 * Round moments for an axis.
 * @param {Range} range
 * @param {number} most how many at most
 * @returns {number[]}
 */
export function ticks({ start, stop }, most) {
  const rough = (stop - start) / Math.max(most, 1);
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((round) => round * power).find((round) => round >= rough) ?? power * 10;
  /** @type {number[]} */
  const moments = [];
  for (let at = Math.ceil(start / step) * step; at < stop; at += step) moments.push(at);
  return moments;
}
