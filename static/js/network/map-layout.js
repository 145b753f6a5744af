// @ts-check
/** The map's layout: steps side by side in a window that turns like a page, layers stacked. */

import { clamp } from "../page/numbers.js";
import { REST } from "../time/clock.js";
import { foldOf } from "./thumbnails.js";

/** @typedef {import("../trace/contracts.js").Place} Place */
/** @typedef {import("./thumbnails.js").Fold} Fold */
/** @typedef {{ y: number, height: number }} Band */
/**
 * @typedef {object} MapLayout
 * @property {number} width
 * @property {number} height
 * @property {number} column pixels from one step to the next
 * @property {number} columns number of whole steps in the window
 * @property {number} cell the width of a cell
 * @property {Band[]} rows one band per row, in the order of the rows
 * @property {Band[]} layers one band per layer, around those of its directions
 * @property {number[]} lanes the vertical centre of each state's thumbnail within its row's band
 * @property {number} thumbnail the height of a thumbnail
 * @property {Fold} fold
 * @property {number} token the vertical centre of tokens
 */

const COLUMN = { least: 50, most: 84, small: 42 };
const NARROW = 480;
/** The share of its column that a cell takes; the rest is for the states it passes on. */
const CELL = 0.64;
/** The height of a thumbnail with few, some, and many rows. */
const HEIGHTS = /** @type {const} */ ([
  [1, 17],
  [4, 12],
  [Infinity, 8],
]);
export const PAD = 4;
const GAP = 4;
const RISE = 13;
const TOP = 5;
const TOKEN = 40;

/**
 * @param {{ width: number, rows: Place[], states: number, units: number, extent: number }} network
 * @returns {MapLayout}
 */
export function mapLayout({ width, rows, states, units, extent }) {
  const least = width < NARROW ? COLUMN.small : COLUMN.least;
  const column = clamp(Math.floor(width / Math.max(extent, 1)), least, COLUMN.most);
  const cell = Math.round(column * CELL);
  const thumbnail = HEIGHTS.find(([most]) => rows.length <= most)?.[1] ?? 8;
  const tall = 2 * PAD + states * thumbnail + (states - 1) * GAP;
  let y = TOP;
  /** @type {Band[]} */
  const bands = [];
  /** @type {Band[]} */
  const layers = [];
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const first = rows[at]?.layer !== rows[at + 1]?.layer;
    if (at < rows.length - 1) y += first ? RISE : 0;
    if (first) layers.unshift({ y, height: 0 });
    bands.unshift({ y, height: tall });
    y += tall;
    const layer = /** @type {Band} */ (layers[0]);
    layer.height = y - layer.y;
  }
  return {
    width,
    height: y + TOKEN,
    column,
    columns: Math.max(Math.floor(width / column), 1),
    cell,
    rows: bands,
    layers,
    lanes: Array.from({ length: states }, (_, state) => PAD + (state + 0.5) * thumbnail + state * GAP),
    thumbnail,
    fold: foldOf(units, cell - 2 * PAD, thumbnail),
    token: y + RISE + 9,
  };
}

/**
 * The moment at the left edge of the window. Windows overlap, so that the steps before and after stay visible.
 * @param {{ columns: number, extent: number }} window
 * @param {number} step
 * @param {number} fraction
 */
export function originAt(window, step, fraction) {
  const from = pageOf(window, step);
  return from + (pageOf(window, Math.min(step + 1, window.extent - 1)) - from) * leaving(fraction);
}

/**
 * How far the ring has moved from a step to the next, eased: it leaves when all is computed.
 * @param {number} fraction
 */
export function leaving(fraction) {
  const share = clamp((fraction - REST) / (1 - REST), 0, 1);
  return share * share * (3 - 2 * share);
}

/**
 * @param {{ columns: number, extent: number }} window
 * @param {number} step
 */
function pageOf({ columns, extent }, step) {
  const stride = Math.max(columns - 2, 1);
  return clamp(Math.floor(step / stride) * stride - 1, 0, Math.max(extent - columns, 0));
}
