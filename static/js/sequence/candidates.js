// @ts-check
/** The tokens that a model thinks most probable after a step, and which of them came. */

/** @typedef {import("../page/scene.js").Shown} Shown */
/** @typedef {import("../trace/contracts.js").Entry} Entry */
/** @typedef {{ entry: Entry, probability: number, came: boolean }} Candidate */

export const INDICES = "prediction.indices";
const PROBABILITIES = "prediction.probabilities";
/** The probability that the token that came had. */
export const ACTUAL = "prediction.actual";

/**
 * The most probable tokens after a step, best first.
 * @param {Shown} shown
 * @param {number} step
 * @returns {Candidate[]}
 */
export function candidatesOf({ trace, model }, step) {
  const next = trace.value("token_ids", step + 1);
  const following = trace.tokens[step + 1];
  return Array.from({ length: trace.width(INDICES) }, (_, rank) => {
    const id = trace.value(INDICES, step, rank);
    const entry = model.vocabulary[id] ?? { id, text: "" };
    const known = Number.isNaN(next) ? entry.text === following?.text : id === next;
    const probability = trace.value(PROBABILITIES, step, rank);
    return { entry, probability, came: Boolean(following) && known };
  });
}
