// @ts-check
/** When each value becomes known, at the pace of the moment. */

import { pulseOf, scheduleOf } from "./schedule.js";

/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {import("./schedule.js").Schedule} Schedule */

/** @type {WeakMap<Cell, { phased: Schedule, pulse: Schedule }>} */
const schedules = new WeakMap();

/**
 * When each value becomes known, at the pace of the moment.
 * @param {Cell} cell
 * @param {{ phased: boolean }} moment
 */
export function scheduleAt(cell, { phased }) {
  const known = schedules.get(cell) ?? { phased: scheduleOf(cell), pulse: pulseOf(cell) };
  schedules.set(cell, known);
  return phased ? known.phased : known.pulse;
}
