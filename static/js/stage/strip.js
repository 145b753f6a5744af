// @ts-check
/** A vector as a strip of coloured cells, folded into a grid; few units have their numbers in them. */

import { inkOn, levelOf } from "../palette.js";

/** @typedef {import("../palette.js").Scale} Scale */
/** @typedef {import("./layout.js").Box} Box */
/** @typedef {{ columns: number, rows: number, width: number, height: number }} Fold cells and their size in pixels */
/** @typedef {{ first: number, group: number, count: number }} View cells of `group` units each, from unit `first` on */

/** So many units are shown one by one; of more, some stand together in a cell. */
export const MOST = 128;
/** The least cell, in pixels, that a number fits into. */
const NUMBER_ROOM = { width: 35, height: 12 };
const TALLEST = 44;
const FOLDS = [1, 2, 4, 8, 16];
/** So few stand in a row, or where their numbers have no room there, in a column. */
const FEW = 4;

/**
 * All units of a vector, in groups where they are many.
 * @param {number} units
 * @returns {View}
 */
export function viewOf(units) {
  const group = Math.ceil(units / MOST);
  return { first: 0, group, count: Math.ceil(units / group) };
}

/**
 * The units that a group stands among, one by one.
 * @param {number} units
 * @param {number} unit
 * @returns {View}
 */
export function openedAt(units, unit) {
  const first = Math.floor(unit / MOST) * MOST;
  return { first, group: 1, count: Math.min(units - first, MOST) };
}

/**
 * How so many cells fill a grid: as large and as square as they can be.
 * @param {number} count
 * @param {Box} grid
 * @returns {Fold}
 */
export function foldOf(count, grid) {
  const few = [grid.width / count < NUMBER_ROOM.width ? 1 : count];
  const folds = (count <= FEW ? few : FOLDS).map((columns) => {
    const rows = Math.max(Math.ceil(count / columns), 1);
    const width = Math.floor(grid.width / columns);
    const height = Math.min(Math.floor(grid.height / rows), TALLEST);
    return { columns, rows, width, height };
  });
  const side = (/** @type {Fold} */ { width, height }) => Math.min(width, height);
  return folds.reduce((best, fold) => (side(fold) > side(best) ? fold : best));
}

/**
 * The value that each cell shows: a unit's, or the mean of a group.
 * @param {Float32Array} values
 * @param {View} view
 */
export function cellsOf(values, { first, group, count }) {
  return Float32Array.from({ length: count }, (_, cell) => {
    const members = values.subarray(first + cell * group, first + (cell + 1) * group);
    return members.reduce((sum, value) => sum + value, 0) / members.length;
  });
}

/**
 * The place of a cell within its grid.
 * @param {Fold} fold
 * @param {number} cell
 * @returns {Box}
 */
export function cellBox({ columns, width, height }, cell) {
  return { x: (cell % columns) * width, y: Math.floor(cell / columns) * height, width, height };
}

/**
 * The cell under a point of the grid, or -1.
 * @param {Fold} fold
 * @param {number} count
 * @param {number} x
 * @param {number} y
 */
export function cellAt({ columns, width, height }, count, x, y) {
  const column = Math.floor(x / width);
  const cell = Math.floor(y / height) * columns + column;
  return column < 0 || column >= columns || cell < 0 || cell >= count ? -1 : cell;
}

/**
 * A number with the three digits that fit into a cell.
 * @param {number} value
 */
export function shortNumber(value) {
  const size = Math.abs(value);
  const text = value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
  return Number(text) === 0 ? "0.00" : text.replace("-", "−");
}

/**
 * Paints a strip on a canvas of its own, so that moving it costs one copy.
 * @param {HTMLCanvasElement} canvas
 * @param {{ cells: Float32Array, fold: Fold, scale: Scale, ratio: number, font: string }} strip
 */
export function paintStrip(canvas, { cells, fold, scale, ratio, font }) {
  const { columns, rows, width, height } = fold;
  canvas.width = Math.ceil(columns * width * ratio);
  canvas.height = Math.ceil(rows * height * ratio);
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(ratio, ratio);
  const gap = Math.min(width, height) > 5 ? 1 : 0.5;
  const numbers = width >= NUMBER_ROOM.width && height >= NUMBER_ROOM.height;
  context.font = font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  cells.forEach((value, cell) => {
    if (Number.isNaN(value)) return;
    const { x, y } = cellBox(fold, cell);
    const level = levelOf(scale, value);
    context.fillStyle = colourOf(scale, level);
    context.fillRect(x, y, width - gap, height - gap);
    if (!numbers) return;
    context.fillStyle = inkOn(scale, level);
    context.fillText(shortNumber(value), x + (width - gap) / 2, y + (height - gap) / 2 + 0.5);
  });
}

/** @type {WeakMap<Scale, string[]>} */
const colours = new WeakMap();

/**
 * @param {Scale} scale
 * @param {number} level
 */
function colourOf(scale, level) {
  const known = colours.get(scale) ?? [];
  colours.set(scale, known);
  const pixel = scale.pixels[level] ?? 0;
  return (known[level] ??= `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`);
}
