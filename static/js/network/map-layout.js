// @ts-check
/** Where everything stands on the map: steps side by side in a window that turns like a page, layers above one another. */

import { clamp } from "../page/numbers.js";
import { foldOf } from "./thumbnails.js";

/** @typedef {import("../trace/contracts.js").Place} Place */
/** @typedef {import("./thumbnails.js").Fold} Fold */
/** @typedef {{ y: number, height: number }} Band */
/**
 * @typedef {object} MapLayout
 * @property {number} width
 * @property {number} height
 * @property {number} column pixels from one step to the next
 * @property {number} columns whole steps in the window
 * @property {number} cell the width of a cell
 * @property {Band[]} rows a band a row, in the order of the rows
 * @property {Band[]} layers a band a layer, which encloses those of its directions
 * @property {number[]} lanes the height of each state's thumbnail within its row's band, at its middle
 * @property {number} thumbnail the height of a thumbnail
 * @property {Fold} fold
 * @property {number} token the height at which tokens stand, at their middle
 */

const COLUMN = { least: 50, most: 84, small: 42 };
const NARROW = 480;
/** The share of its column that a cell takes; the rest is for what it hands on. */
const CELL = 0.64;
/** The height of a thumbnail: of few rows, of some, of many. */
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

/** Ring and window leave for the next step in the last part of one, after its last phase has begun. */
const LEAVES = 0.9;

/**
 * The moment at the left edge of the window. Windows overlap, so that one sees where a step comes from and where it
 * leads.
 * @param {{ columns: number, extent: number }} window
 * @param {number} step
 * @param {number} fraction
 */
export function originAt(window, step, fraction) {
  const from = pageOf(window, step);
  return from + (pageOf(window, Math.min(step + 1, window.extent - 1)) - from) * leaving(fraction);
}

/**
 * How far the ring has left a step for the next, eased.
 * @param {number} fraction
 */
export function leaving(fraction) {
  const share = clamp((fraction - LEAVES) / (1 - LEAVES), 0, 1);
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
