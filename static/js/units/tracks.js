// @ts-check
/** Units that are kept to be compared, each with one signal: the tracks. Event: `tracks`. */

import { samePlace, SEQUENCE } from "../trace/trace.js";

/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../page/scene.js").Shown} Shown */

/** The most tracks at once. */
export const MOST = 6;
/** The name of all tracks together, where a table of a signal can be asked for. */
export const KEPT = "tracks";
/** A track in the address: signal and unit, and layer and direction if it is not the first place. */
const TRACK = /^(\w+)\.(\d+)(?:\.(\d+)\.(\w+))?$/;
const FIRST = { part: SEQUENCE, layer: 0, direction: "forward" };

export class Tracks extends EventTarget {
  /** @type {readonly Selection[]} */
  #spots = [];

  /** The kept units, in the order in which they were kept. */
  get spots() {
    return this.#spots;
  }

  get full() {
    return this.#spots.length >= MOST;
  }

  /** @param {Selection} spot */
  has(spot) {
    return this.#spots.some((kept) => same(kept, spot));
  }

  /**
   * Keeps a unit with its signal, or drops it if it is kept already.
   * @param {Selection} spot
   */
  toggle({ place, signal, unit }) {
    const spot = { place, signal, unit };
    if (this.has(spot)) this.set(this.#spots.filter((kept) => !same(kept, spot)));
    else if (!this.full) this.set([...this.#spots, spot]);
  }

  /** @param {readonly Selection[]} spots the first of them are kept */
  set(spots) {
    if (spots.length === 0 && this.#spots.length === 0) return;
    this.#spots = spots.slice(0, MOST);
    this.dispatchEvent(new Event("tracks"));
  }

  /**
   * Keeps those units that a trace has, of the kept ones or of others.
   * @param {Shown} shown
   * @param {readonly Selection[]} [spots]
   */
  fit({ trace, cell }, spots = this.#spots) {
    const { layers, directions, units } = trace.header;
    const there = spots.filter(({ place, signal, unit }) => {
      const known = layers.includes(place.layer) && directions.includes(place.direction);
      const named = cell.signals.some(({ name }) => name === signal);
      return known && named && place.part === trace.part && unit < units;
    });
    if (spots !== this.#spots || there.length < spots.length) this.set(there);
  }
}

/**
 * Whether two spots are the same unit with the same signal.
 * @param {Selection} one
 * @param {Selection} other
 */
function same(one, other) {
  return one.unit === other.unit && one.signal === other.signal && samePlace(one.place, other.place);
}

/**
 * A track in one word, such as for the heading of a table.
 * @param {Selection} spot
 */
export function shortName({ place, signal, unit }) {
  const name = `${signal}.${unit}`;
  return samePlace(place, FIRST) ? name : `${name}.${place.layer}.${place.direction}`;
}

/** @param {readonly Selection[]} spots */
export function formatTracks(spots) {
  return spots.map(shortName).join("-");
}

/**
 * Reads tracks; what cannot be understood is left out.
 * @param {string} text
 * @returns {Selection[]}
 */
export function parseTracks(text) {
  return text.split("-").flatMap((word) => {
    const [, signal, unit, layer = 0, direction = FIRST.direction] = TRACK.exec(word) ?? [];
    if (!signal) return [];
    return [{ place: { ...FIRST, layer: Number(layer), direction }, signal, unit: Number(unit) }];
  });
}
