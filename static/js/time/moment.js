// @ts-check
/**
 * What is drawn of a moment. Slowly, a step is drawn phase by phase; faster than anyone can read, as one pulse; faster
 * than anyone can follow, as still pictures. A step at rest is drawn whole.
 */

import { clamp } from "../page/numbers.js";
import { FOLLOWED, REST, stepAt } from "./clock.js";

/** @typedef {import("./clock.js").Phase} Phase */
/** @typedef {import("./clock.js").Timekeeper} Timekeeper */
/**
 * `fraction` of the step has passed; `phased` if its phases are drawn one by one, `whole` if it is a still picture of
 * all that it computes; `phase` is the one that is drawn.
 * @typedef {{ step: number, fraction: number, phased: boolean, whole: boolean, phase?: Phase }} Moment
 */

/**
 * @param {Timekeeper} clock
 * @returns {Moment}
 */
export function momentOf(clock) {
  const { shown, extent, state, speed, still, flipped } = clock;
  const step = stepAt(shown, extent);
  const paused = state === "paused";
  const phased = paused || clock.phased;
  const whole = paused ? clock.settled : !phased && (still || speed > FOLLOWED);
  if (whole) return { step, fraction: REST, phased, whole };
  const begun = clamp(shown - step, 0, 1);
  // Nothing follows the last step, so its result stays.
  const last = step === (flipped ? 0 : extent - 1);
  const fraction = last ? Math.min(begun, REST) : begun;
  const { phaseShown } = clock;
  return { step, fraction, phased, whole, ...(phased && phaseShown && { phase: phaseShown }) };
}
