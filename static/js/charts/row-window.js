// @ts-check
/** The rows of units that a heatmap shows: all, or some that lie next to each other. */

import { clamp } from "../page/numbers.js";

/** @typedef {{ from: number, count: number }} RowWindow the rows [from, from + count) */

/** The fewest rows to zoom in to. */
export const FEWEST_ROWS = 8;
/** The least height of a row that fits its number (px). */
const NUMBER_ROOM = 11;

/**
 * The rows after zooming or moving; it stays within all rows.
 * @param {RowWindow} window
 * @param {string} how `in` or `out` around a row, `up` or `down` by half of what is visible
 * @param {number} row to zoom around
 * @param {number} units
 * @returns {RowWindow}
 */
export function rowsAfter({ from, count }, how, row, units) {
  const wanted = { in: count / 2, out: count * 2 }[how] ?? count;
  const size = clamp(Math.round(wanted), Math.min(FEWEST_ROWS, units), units);
  const by = { up: -0.5, down: 0.5 }[how];
  const start = by === undefined ? row - size / 2 : from + by * count;
  return { from: clamp(Math.round(start), 0, units - size), count: size };
}

/**
 * The units' numbers beside their rows, where these are high enough.
 * @param {HTMLElement} element over the rows
 * @param {number[]} units
 */
export function numberRows(element, units) {
  const height = element.clientHeight / units.length;
  const numbers = height < NUMBER_ROOM ? [] : units;
  element.replaceChildren(
    ...numbers.map((unit, row) => {
      const number = document.createElement("span");
      number.textContent = String(unit);
      number.style.insetBlockStart = `${(100 * (row + 0.5)) / units.length}%`;
      return number;
    }),
  );
}
