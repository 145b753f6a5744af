// @ts-check
/** What the cell has computed at the moment shown: the panel and the formula show no number before the diagram does. */

import { momentOf } from "../time/moment.js";
import { isKnown, pulseOf, scheduleOf } from "./schedule.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
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

/**
 * Whether a value is computed, by its name: a signal, a term, a pre-activation or "prediction".
 * @param {Scene} scene
 * @returns {(name: string) => boolean}
 */
export function knownAt({ clock, shown, step }) {
  const moment = momentOf(clock);
  if (!shown || moment.step !== step) return () => true;
  const schedule = scheduleAt(shown.cell, moment);
  return (name) => isKnown(schedule.get(name), moment.fraction);
}
