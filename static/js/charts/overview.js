// @ts-check
/**
 * The cells and lines of a trace that does not hold every value: exact where the steps are held, otherwise from the bins.
 */

import { clamp } from "../page/numbers.js";
import { gather, KINDS } from "./heatmap-cells.js";
import { pointsOf } from "./line-points.js";

/** @typedef {import("../time/time-range.js").Columns} Columns */
/** @typedef {import("../trace/bins.js").Bins} Bins */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("./heatmap-cells.js").Cells} Cells */
/** @typedef {import("./heatmap-cells.js").Kind} Kind */
/** @typedef {import("./line-points.js").Points} Points */

/**
 * Asks for every value of a range that charts show, if it is short enough.
 * @param {Trace} trace
 * @param {import("../time/time-range.js").Range} range
 */
export function wantRange(trace, { start, stop }) {
  if (stop - start <= trace.most) trace.want("charts", Math.floor(start), Math.ceil(stop));
}

/**
 * Calls a listener when values of a long trace have been read and charts show single values, not only an overview.
 * @param {import("../page/scene.js").Scene} scene
 * @param {() => void} listener
 * @param {AbortSignal} life removes the listener when aborted
 */
export function onValues(scene, listener, life) {
  const heard = () => {
    const { shown, range } = scene;
    if (shown && range.stop - range.start <= shown.trace.most) listener();
  };
  scene.on("filled", heard, life);
}

/**
 * The steps in each column as one number, for every unit; null if the trace does not have the array.
 * @param {Trace} trace
 * @param {string} name
 * @param {Columns} columns
 * @param {Kind} [kind]
 * @returns {Cells | null}
 */
export function cellsOf(trace, name, columns, kind = "mean") {
  const column = trace.column(name);
  if (column) return gather(column, trace.received, columns, kind);
  return trace.bins(name) ? overviewCells(trace, name, columns, kind) : null;
}

/**
 * The steps in each column summarised, for every unit; NaN where nothing has arrived. A column that is narrower than a bin
 * shows the bin until its steps are held.
 * @param {Trace} trace
 * @param {string} name
 * @param {Columns} columns
 * @param {Kind} kind
 * @returns {Cells}
 */
function overviewCells(trace, name, columns, kind) {
  const bins = /** @type {Bins} */ (trace.bins(name));
  const { first, size, count } = columns;
  const rows = Array.from({ length: bins.width }, () => new Float32Array(count).fill(Number.NaN));
  const cell = new Float64Array(bins.width);
  const { begin, add } = KINDS[kind];
  for (let j = 0; j < count; j += 1) {
    const from = first + j * size;
    const to = Math.min(from + size, trace.received);
    if (to <= from) break;
    cell.fill(begin);
    let parts = 0;
    for (const part of partsOf(trace, bins, name, kind, from, to)) {
      parts += 1;
      for (let unit = 0; unit < bins.width; unit += 1) cell[unit] = add(cell[unit] ?? 0, part[unit] ?? 0);
    }
    const divisor = kind === "mean" ? parts : 1;
    if (parts > 0) rows.forEach((row, unit) => (row[j] = (cell[unit] ?? 0) / divisor));
  }
  return { rows, columns, arrived: clamp(Math.ceil((trace.received - first) / size), 0, count) };
}

/**
 * The vectors of all units that make up a column: those of its steps if all are held, otherwise those of the bins.
 * @param {Trace} trace
 * @param {Bins} bins
 * @param {string} name
 * @param {Kind} kind
 * @param {number} from
 * @param {number} to
 * @returns {ArrayLike<number>[]}
 */
function partsOf(trace, bins, name, kind, from, to) {
  if (to - from < bins.size) {
    const steps = [];
    for (let step = from; step < to; step += 1) {
      const row = trace.row(name, step);
      if (!row) break;
      steps.push(row);
    }
    if (steps.length === to - from) return steps;
  }
  const parts = [];
  const last = Math.min(Math.ceil(to / bins.size), bins.count);
  for (let bin = Math.floor(from / bins.size); bin < last; bin += 1)
    parts.push(bins[kind].subarray(bin * bins.width, (bin + 1) * bins.width));
  return parts;
}

/**
 * One unit's values as points of a line, whether or not the trace holds every value; null if it does not have the array.
 * @param {Trace} trace
 * @param {string} name
 * @param {number} unit
 * @param {Columns} columns
 * @returns {Points | null}
 */
export function linePoints(trace, name, unit, columns) {
  const column = trace.column(name);
  if (column) return pointsOf(column, unit, trace.received, columns);
  if (trace.bins(name)) return overviewPoints(trace, name, unit, columns);
  return columns.count * columns.size <= trace.most ? heldPoints(trace, name, unit, columns) : null;
}

/**
 * The values that are held of an array without bins, such as forecasts; null if none is.
 * @param {Trace} trace
 * @param {string} name
 * @param {number} unit
 * @param {Columns} columns
 * @returns {Points | null}
 */
function heldPoints(trace, name, unit, { first, size, count }) {
  const steps = Array.from({ length: count * size }, (_, at) => first + at);
  const held = steps.filter((step) => !Number.isNaN(trace.value(name, step, unit)));
  if (held.length === 0) return null;
  const y = Float32Array.from(held, (step) => trace.value(name, step, unit));
  return { x: Float64Array.from(held, (step) => step + 0.5), y };
}

/**
 * One unit's values as points of a line: each step where all are held, otherwise the least and greatest value of each
 * column's bins, in its middle.
 * @param {Trace} trace
 * @param {string} name
 * @param {number} unit
 * @param {Columns} columns
 * @returns {Points}
 */
function overviewPoints(trace, name, unit, { first, size, count }) {
  const bins = /** @type {Bins} */ (trace.bins(name));
  /** @type {number[]} */
  const x = [];
  /** @type {number[]} */
  const y = [];
  for (let from = first; from < Math.min(first + count * size, trace.received); from += size) {
    const to = Math.min(from + size, trace.received);
    if (size < bins.size && trace.holds(from) && trace.holds(to - 1)) {
      for (let step = from; step < to; step += 1) {
        x.push(step + 0.5);
        y.push(trace.value(name, step, unit));
      }
      continue;
    }
    const { least, greatest } = bins.over(unit, from, to);
    const middle = (from + to) / 2;
    x.push(middle, middle);
    y.push(least, greatest);
  }
  return { x: Float64Array.from(x), y: Float32Array.from(y) };
}
