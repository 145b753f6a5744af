// @ts-check
/** The map on its canvas: cells with their states, the states they pass on, and the inputs from below. */

import { glyphOf } from "../sequence/tokens.js";
import { endOf } from "./map-words.js";
import { hasRead } from "./places.js";

/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("./map-layout.js").MapLayout} MapLayout */
/** @typedef {import("../trace/contracts.js").Place} Place */
/**
 * @typedef {object} Inks colours from the stylesheet
 * @property {string} line
 * @property {string} surface
 * @property {string} ink
 * @property {string} soft
 * @property {string[]} states
 * @property {string} font
 */
/**
 * @typedef {object} MapState
 * @property {MapLayout} layout
 * @property {Place[]} rows
 * @property {Trace} trace
 * @property {number} origin
 * @property {number} step the current step
 * @property {number[]} settled how far each state of that step is known, from 0 to 1
 * @property {(row: number, state: number, step: number) => { image: CanvasImageSource, x: number } | null} thumbnail
 * @property {Inks} inks
 */

/** The share of its colour that an unread step has. */
const AHEAD = 0.22;
const HEAD = 4;
/** A label up to this many times as wide as its space is squeezed to fit. */
const SQUEEZED = 1.2;
const CORNER = 5;
const DASHES = [2, 2];

/**
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {MapState} state
 */
export function drawMap(context, state) {
  const { layout, trace, origin } = state;
  context.clearRect(0, 0, layout.width, layout.height);
  const first = Math.max(Math.floor(origin) - 1, 0);
  const last = Math.min(Math.ceil(origin + layout.width / layout.column) + 1, trace.extent);
  for (let step = first; step < last; step += 1) {
    drawRises(context, state, step);
    state.rows.forEach((_, row) => drawHandover(context, state, row, step));
  }
  for (let step = first; step < last; step += 1) {
    layout.layers.forEach((_, layer) => drawBox(context, state, layer, step));
    state.rows.forEach((_, row) => drawVectors(context, state, row, step));
    drawToken(context, state, step);
  }
}

/**
 * The left end of a step's cell.
 * @param {MapState} state
 * @param {number} step
 */
function leftOf({ layout, origin }, step) {
  return (step - origin) * layout.column + (layout.column - layout.cell) / 2;
}

/**
 * The input of each layer, the same for all its directions: the token, or the hidden states of the layer below. The line
 * is dashed where it passes layers that are not shown.
 * @param {CanvasRenderingContext2D} context
 * @param {MapState} state
 * @param {number} step
 */
function drawRises(context, state, step) {
  const { layout, inks, rows, trace } = state;
  const x = Math.round(leftOf(state, step) + layout.cell / 2);
  context.strokeStyle = context.fillStyle = step === state.step ? inks.ink : inks.soft;
  context.globalAlpha = step === state.step ? 1 : 0.4;
  context.lineWidth = 1.5;
  layout.layers.forEach((band, layer) => {
    const below = layout.layers[layer - 1]?.y ?? layout.token - 9;
    const passes = layer === 0 && rows[0]?.layer !== trace.header.layers[0];
    context.setLineDash(passes ? DASHES : []);
    line(context, x, below, x, band.y + band.height + HEAD);
    head(context, x, band.y + band.height, 0, -1);
  });
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/**
 * What a cell passes to the next cell in its direction.
 * @param {CanvasRenderingContext2D} context
 * @param {MapState} state
 * @param {number} row
 * @param {number} step the receiving step
 */
function drawHandover(context, state, row, step) {
  const { layout, inks, trace } = state;
  const place = /** @type {Place} */ (state.rows[row]);
  const backward = place.direction === "backward";
  const from = backward ? step + 1 : step - 1;
  if (from < 0 || from >= trace.extent) return;
  const band = /** @type {{ y: number }} */ (layout.rows[row]);
  const left = leftOf(state, backward ? from : step);
  const known = step === state.step || hasRead(place, step, state.step);
  layout.lanes.forEach((lane, index) => {
    const y = band.y + lane;
    context.strokeStyle = context.fillStyle = inks.states[index] ?? inks.ink;
    context.globalAlpha = step === state.step ? 1 : known ? 0.55 : AHEAD;
    context.lineWidth = step === state.step ? 2.5 : 1.5;
    const gap = layout.column - layout.cell;
    const start = backward ? left : left - gap;
    const stop = backward ? left - gap : left;
    const inward = backward ? 1 : -1;
    line(context, start, y, stop + inward * HEAD, y);
    head(context, stop, y, -inward, 0);
  });
  context.globalAlpha = 1;
}

/**
 * One layer at one step: the box that encloses its directions.
 * @param {CanvasRenderingContext2D} context
 * @param {MapState} state
 * @param {number} layer
 * @param {number} step
 */
function drawBox(context, state, layer, step) {
  const { layout, inks } = state;
  const band = /** @type {import("./map-layout.js").Band} */ (layout.layers[layer]);
  const x = leftOf(state, step);
  context.beginPath();
  context.roundRect(x + 0.5, band.y + 0.5, layout.cell - 1, band.height - 1, CORNER);
  context.fillStyle = inks.surface;
  context.fill();
  context.strokeStyle = step === state.step ? inks.ink : inks.line;
  context.lineWidth = 1;
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {MapState} state
 * @param {number} row
 * @param {number} step
 */
function drawVectors(context, state, row, step) {
  const { layout } = state;
  const band = /** @type {{ y: number }} */ (layout.rows[row]);
  const { columns, rows } = layout.fold;
  const width = layout.cell - 2 * 4;
  context.imageSmoothingEnabled = columns > width || rows > layout.thumbnail;
  layout.lanes.forEach((lane, index) => {
    const source = state.thumbnail(row, index, step);
    if (!source) return;
    const read = hasRead(/** @type {Place} */ (state.rows[row]), step, state.step) ? 1 : 0;
    const share = step === state.step ? (state.settled[index] ?? 0) : read;
    context.globalAlpha = AHEAD + (1 - AHEAD) * share;
    const y = band.y + lane - layout.thumbnail / 2;
    context.drawImage(
      source.image,
      source.x,
      0,
      columns,
      rows,
      leftOf(state, step) + 4,
      y,
      width,
      layout.thumbnail,
    );
  });
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {MapState} state
 * @param {number} step
 */
function drawToken(context, state, step) {
  const { layout, inks, trace } = state;
  const token = trace.nameOf(step);
  const x = leftOf(state, step) + layout.cell / 2;
  const here = step === state.step;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.globalAlpha = step > state.step ? 0.75 : 1;
  if (token) {
    const { text, kind } = glyphOf(token);
    const size = kind === "special" ? 11 : 14;
    context.font = `${here ? 700 : 500} ${size}px ${inks.font}`;
    context.fillStyle = here ? inks.ink : inks.soft;
    const room = layout.column - 4;
    const fits = (/** @type {string} */ part) => context.measureText(part).width <= SQUEEZED * room;
    context.fillText(token.label ? endOf(text, fits) : text, x, layout.token, room);
  }
  context.globalAlpha = 1;
  context.font = `${here ? 700 : 400} 10px ${inks.font}`;
  context.fillStyle = here ? inks.ink : inks.soft;
  context.fillText(String(step), x, layout.token + 14);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} toX
 * @param {number} toY
 */
function line(context, x, y, toX, toY) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
}

/**
 * An arrowhead with its tip at a position.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} dx
 * @param {number} dy
 */
function head(context, x, y, dx, dy) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - dx * HEAD * 1.5 - dy * HEAD, y - dy * HEAD * 1.5 - dx * HEAD);
  context.lineTo(x - dx * HEAD * 1.5 + dy * HEAD, y - dy * HEAD * 1.5 + dx * HEAD);
  context.fill();
}
