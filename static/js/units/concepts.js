// @ts-check
/** The concepts that single units of a model track: which can be shown, and which one a unit knows. */

import { samePlace, SEQUENCE } from "../trace/trace.js";

/** @typedef {import("../trace/contracts.js").Concept} Concept */
/** @typedef {import("../trace/contracts.js").Model} Model */
/** @typedef {import("../page/scene.js").Selection} Selection */

/**
 * The concepts that an example shows, each with its first example, in the order of the examples.
 * @param {Model} model
 */
export function choicesOf({ concepts = [], examples }) {
  return examples.flatMap((example, index) => {
    const concept = concepts.find(({ id }) => id === example.concept);
    const first = examples.findIndex((other) => other.concept === example.concept) === index;
    return concept && first ? [{ concept, example }] : [];
  });
}

/**
 * The unit that tracks a concept best, with its place and signal.
 * @param {Concept} concept
 * @returns {Selection | null}
 */
export function bestOf({ units: [best] }) {
  if (!best) return null;
  const { layer, direction, signal, unit } = best;
  return { place: { part: SEQUENCE, layer, direction }, signal, unit };
}

/**
 * What to look at in an example: the unit that tracks its concept best; nothing if the example has no concept.
 * @param {Model} model
 * @param {string | undefined} id of the example
 * @returns {Partial<Selection>}
 */
export function viewOf({ concepts = [], examples }, id) {
  const example = examples.find((candidate) => candidate.id === id);
  const concept = concepts.find((candidate) => candidate.id === example?.concept);
  return (concept && bestOf(concept)) ?? {};
}

/**
 * The concept that the selected unit tracks best of all units; of several, one that can be shown. A concept of the
 * chosen signal comes before those of the unit's other signals.
 * @param {Model} model
 * @param {Selection} selection
 */
export function knownBy(model, { place, signal, unit }) {
  const tracked = (model.concepts ?? []).filter((concept) => {
    const best = bestOf(concept);
    return best?.unit === unit && samePlace(best.place, place);
  });
  const own = tracked.filter((concept) => bestOf(concept)?.signal === signal);
  const known = own.length > 0 ? own : tracked;
  const shown = choicesOf(model).find(({ concept }) => known.includes(concept));
  return shown?.concept ?? known[0] ?? null;
}
