// @ts-check
/** The cell of the diagram that holds a number pointed at in any picture. */

import { samePlace } from "../trace/trace.js";
import { stepBefore } from "../trace/vectors.js";
import { before } from "./structure.js";

/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../page/scene.js").Spot} Spot */
/** @typedef {{ part: string, unit: number }} Outlined */

/**
 * Its strip and unit; null if the diagram does not show it at this step.
 * @param {import("./structure.js").Structure} structure
 * @param {Spot | null} pointed
 * @param {{ selection: Selection, step: number }} shown
 * @returns {Outlined | null}
 */
export function outlineOf({ states }, pointed, { selection: { place }, step }) {
  if (!pointed || !samePlace(pointed.place, place)) return null;
  const { signal, unit } = pointed;
  if (pointed.step === undefined || pointed.step === step) return { part: signal, unit };
  const earlier = pointed.step === stepBefore(place, step) && states.includes(signal);
  return earlier ? { part: before(signal), unit } : null;
}
