// @ts-check
/** What is selected or pointed at: changed by a wish, fitted to a trace, compared. */

import { arrayName, liveliestUnit, samePlace } from "../trace/trace.js";
import { clamp } from "./numbers.js";

/** @typedef {import("./scene.js").Selection} Selection */
/** @typedef {import("./scene.js").Shown} Shown */
/** @typedef {import("./scene.js").Spot} Spot */
/** @typedef {import("./scene.js").Wish} Wish */

/**
 * Whether two spots are the same, or both are null.
 * @param {Spot | null} one
 * @param {Spot | null} other
 */
export function sameSpot(one, other) {
  if (!one || !other) return one === other;
  const keys = /** @type {const} */ (["unit", "signal", "step"]);
  return samePlace(one.place, other.place) && keys.every((key) => one[key] === other[key]);
}

/**
 * A selection with a wish applied.
 * @param {Selection} selection
 * @param {Wish | null} wish
 * @returns {Selection}
 */
export function changed(selection, wish) {
  return { ...selection, ...wish, place: { ...selection.place, ...wish?.place } };
}

/**
 * The nearest selection that exists in the trace.
 * @param {Shown} shown
 * @param {Wish} wish
 * @returns {Selection}
 */
export function fitting({ trace, cell }, wish) {
  const { layers, directions, units } = trace.header;
  const place = {
    part: trace.part,
    layer: layers.find((index) => index === wish.place?.layer) ?? layers.at(-1) ?? 0,
    direction: directions.find((name) => name === wish.place?.direction) ?? directions[0] ?? "forward",
  };
  const names = cell.signals.map((signal) => signal.name);
  const state = cell.signals.find((signal) => signal.role === "state")?.name ?? "";
  const signal = names.find((name) => name === wish.signal) ?? state;
  const unit = wish.unit ?? liveliestUnit(trace, arrayName(place, signal));
  return { place, signal, unit: clamp(unit, 0, units - 1) };
}
