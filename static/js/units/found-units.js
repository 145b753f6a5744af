// @ts-check
/** The units of a trace, ranked by how well they tell the marked steps from the others. */

import { arrayName } from "../trace/trace.js";
import { rankSums, scoresOf } from "./unit-ranks.js";

/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../page/scene.js").Shown} Shown */
/** @typedef {import("./marks.js").Stretch} Stretch */
/** @typedef {import("./unit-ranks.js").RankSums} RankSums */
/**
 * A unit with one of its signals: `auc` is turned to lie between 0.5 and 1; `sign` is 1 where marked steps are higher,
 * otherwise -1.
 * @typedef {{ spot: Selection, auc: number, sign: number }} Found
 *
 * The units, best first; `chance` is what the best of all reaches on average when the marks are shifted.
 * @typedef {{ units: Found[], steps: number, marked: number, chance: number }} Ranking
 */

/** Ranks are kept while the trace stays the same, so that only the first marks cost time. */
export class FoundUnits {
  /** @type {Selection[]} */
  #spots = [];
  /** @type {RankSums[]} */
  #sums = [];
  #steps = 0;
  /** @type {Shown | null} */
  #shown = null;

  /**
   * Ranks all units and states of a trace that holds every value; null if no step or every step is marked.
   * @param {Shown} shown
   * @param {readonly Stretch[]} stretches
   * @returns {Ranking | null}
   */
  rank(shown, stretches) {
    const { received: steps } = shown.trace;
    const marked = stretches.reduce((sum, [start, stop]) => sum + stop - start, 0);
    if (marked === 0 || marked >= steps) return null;
    if (shown !== this.#shown || steps !== this.#steps) this.#read(shown);
    const { areas, chance } = scoresOf(this.#sums, stretches, steps);
    const units = this.#spots.flatMap((spot, index) => {
      const area = areas[index] ?? Number.NaN;
      if (Number.isNaN(area)) return [];
      return [{ spot, auc: Math.max(area, 1 - area), sign: area >= 0.5 ? 1 : -1 }];
    });
    return { units: units.sort((one, other) => other.auc - one.auc), steps, marked, chance };
  }

  /** Forgets the ranks of a trace. */
  forget() {
    this.#shown = null;
    this.#spots = [];
    this.#sums = [];
  }

  /** @param {Shown} shown */
  #read(shown) {
    this.forget();
    const { trace, cell } = shown;
    this.#shown = shown;
    this.#steps = trace.received;
    for (const place of placesOf(trace)) {
      for (const signal of cell.states) {
        const column = trace.column(arrayName(place, signal));
        if (!column) continue;
        const sums = rankSums(column, trace.received);
        this.#sums.push(...sums);
        this.#spots.push(...sums.map((_, unit) => ({ place, signal, unit })));
      }
    }
  }
}

/**
 * Every layer and direction of a trace.
 * @param {import("../trace/trace.js").Trace} trace
 * @returns {import("../trace/contracts.js").Place[]}
 */
function placesOf({ part, header: { layers, directions } }) {
  return layers.flatMap((layer) => directions.map((direction) => ({ part, layer, direction })));
}
