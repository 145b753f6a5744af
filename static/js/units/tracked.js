// @ts-check
/** What a model's units are known to track, measured on held-out data. */

import { ask } from "../trace/api.js";
import { samePlace, SEQUENCE } from "../trace/trace.js";

/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../trace/contracts.js").Concept} Concept */
/** @typedef {Concept["units"][number]} TrackingUnit */
/** @typedef {{ concept: Concept, unit: TrackingUnit }} Known */

/**
 * What the units of a model track.
 * @param {string} id
 * @returns {Promise<Concept[]>}
 */
export async function askTracked(id) {
  const answer = await ask(`/api/models/${encodeURIComponent(id)}/units`);
  return /** @type {{ concepts: Concept[] }} */ (await answer.json()).concepts;
}

/**
 * What a unit's signal is known to track, the concept that it tracks best first.
 * @param {Concept[]} concepts
 * @param {Selection} spot
 * @returns {Known[]}
 */
export function knownOf(concepts, { place, signal, unit }) {
  const known = concepts.flatMap((concept) =>
    concept.units
      .filter((each) => {
        const { layer, direction } = each;
        const there = samePlace({ part: SEQUENCE, layer, direction }, place);
        return there && each.signal === signal && each.unit === unit;
      })
      .map((found) => ({ concept, unit: found })),
  );
  return known.sort((one, other) => scoreOf(other.unit) - scoreOf(one.unit));
}

/**
 * The score in its own measure.
 * @param {TrackingUnit} unit
 */
export function scoreOf({ auc, rho }) {
  return auc ?? rho ?? 0;
}
