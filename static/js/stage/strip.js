// @ts-check
/** A vector as a strip of coloured cells, folded into a grid; with few units, cells show their numbers. */

import { clamp, fixed } from "../page/numbers.js";
import { inkOn, levelOf } from "../page/palette.js";

/** @typedef {import("../page/palette.js").Scale} Scale */
/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {{ columns: number, rows: number, width: number, height: number }} Fold cells and their size in pixels */
/**
 * @typedef {{ first: number, group: number, count: number }} View cells of `group` units each, starting at unit `first`
 */

/** Up to this many units are shown one per cell; more are grouped. */
export const MOST = 128;
/** The smallest cell that fits a number (px). */
const NUMBER_ROOM = { width: 44, height: 12 };
const TALLEST = 96;
/** A number's type size: limits in pixels, shares of the cell, and the width of a character. */
const NUMBER_SIZE = { least: 11, most: 18, ofWidth: 0.24, ofHeight: 0.4, ofCharacter: 0.6 };
const FOLDS = [1, 2, 4, 8, 16];
/** Up to this many cells form a single row, or a column where numbers do not fit in a row. */
const FEW = 4;

/**
 * All units of a vector, grouped when there are many.
 * @param {number} units
 * @returns {View}
 */
export function viewOf(units) {
  const group = Math.ceil(units / MOST);
  return { first: 0, group, count: Math.ceil(units / group) };
}

/**
 * The units around a group, one per cell.
 * @param {number} units
 * @param {number} unit
 * @returns {View}
 */
export function openedAt(units, unit) {
  const first = Math.floor(unit / MOST) * MOST;
  return { first, group: 1, count: Math.min(units - first, MOST) };
}

/**
 * How `count` cells fill a grid: as large and as square as possible.
 * @param {number} count
 * @param {Box} grid
 * @returns {Fold}
 */
export function foldOf(count, grid) {
  const upright = grid.width / count < NUMBER_ROOM.width && grid.height / count >= NUMBER_ROOM.height;
  const few = [upright ? 1 : count];
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
  if (group === 1) return values.subarray(first, first + count);
  return Float32Array.from({ length: count }, (_, cell) => {
    const members = values.subarray(first + cell * group, first + (cell + 1) * group);
    return members.reduce((sum, value) => sum + value, 0) / members.length;
  });
}

/**
 * The position of a cell within its grid.
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
 * Paints a strip on its own canvas, so that moving it costs one copy.
 * @param {HTMLCanvasElement} canvas
 * @param {{ cells: Float32Array, fold: Fold, scale: Scale, ratio: number, font: string }} strip
 */
export function paintStrip(canvas, { cells, fold, scale, ratio, font }) {
  const { columns, rows, width, height } = fold;
  const context = canvas.getContext("2d");
  if (!context) return;
  resize(canvas, Math.ceil(columns * width * ratio), Math.ceil(rows * height * ratio));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  context.drawImage(pixelsOf(cells, fold, scale), 0, 0, columns * width, rows * height);
  const gap = gapOf(fold);
  for (let column = 1; column <= columns; column += 1) {
    context.clearRect(column * width - gap, 0, gap, rows * height);
  }
  for (let row = 1; row <= rows; row += 1) context.clearRect(0, row * height - gap, columns * width, gap);
  if (width < NUMBER_ROOM.width || height < NUMBER_ROOM.height) return;
  context.textAlign = "center";
  context.textBaseline = "middle";
  cells.forEach((value, cell) => {
    if (Number.isNaN(value)) return;
    const { x, y } = cellBox(fold, cell);
    const text = fixed(value);
    context.font = font.replace(/[\d.]+px/, `${numberSize(fold, text.length)}px`);
    context.fillStyle = inkOn(scale, levelOf(scale, value));
    context.fillText(text, x + (width - gap) / 2, y + (height - gap) / 2 + 0.5);
  });
}

/**
 * A number's type size: long numbers are written smaller, so that they have the same digits as everywhere else.
 * @param {Fold} fold
 * @param {number} characters
 */
function numberSize({ width, height }, characters) {
  const { least, most, ofWidth, ofHeight, ofCharacter } = NUMBER_SIZE;
  const size = Math.round(clamp(Math.min(width * ofWidth, height * ofHeight), least, most));
  return Math.min(size, (width - 2) / (characters * ofCharacter));
}

/**
 * The gap between cells.
 * @param {Fold} fold
 */
export function gapOf({ width, height }) {
  return Math.min(width, height) > 5 ? 1 : 0.5;
}

/** @type {HTMLCanvasElement | null} where each cell is one pixel, before scaling up */
let scratch = null;

/**
 * The cells as one pixel each; transparent where nothing has arrived.
 * @param {Float32Array} cells
 * @param {Fold} fold
 * @param {Scale} scale
 */
function pixelsOf(cells, { columns, rows }, scale) {
  scratch ??= document.createElement("canvas");
  resize(scratch, columns, rows);
  const pixels = new Uint32Array(columns * rows);
  cells.forEach((value, cell) => {
    if (!Number.isNaN(value)) pixels[cell] = scale.pixels[levelOf(scale, value)] ?? 0;
  });
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), columns, rows);
  scratch.getContext("2d", { willReadFrequently: true })?.putImageData(image, 0, 0);
  return scratch;
}

/**
 * Sets a canvas's size only if it differs: setting it reallocates the canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
function resize(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
