// @ts-check
/**
 * What is drawn of a moment. Slowly, a step is drawn phase by phase; faster, as one pulse; faster than anyone can
 * follow, as still pictures. A step at rest is drawn whole.
 */

import { clamp } from "../page/numbers.js";
import { REST, stepAt } from "./clock.js";

/** @typedef {import("./clock.js").Timekeeper} Timekeeper */
/**
 * `fraction` of the step has passed; `phased` if its phases are drawn one by one, `whole` if it is a still picture of
 * all that it computes.
 * @typedef {{ step: number, fraction: number, phased: boolean, whole: boolean }} Moment
 */

/** Up to this speed (steps a second), the phases of a step can be followed, and up to this one its pulse. */
const [PHASED, FOLLOWED] = [0.25, 2];
const MOMENT = 1e-6;

/**
 * @param {Timekeeper} clock
 * @returns {Moment}
 */
export function momentOf(clock) {
  const { shown, extent, state, speed, still, flipped } = clock;
  const step = stepAt(shown, extent);
  const paused = state === "paused";
  const begun = clamp(shown - step, 0, 1);
  const phased = paused || still || speed <= PHASED;
  const whole = paused ? begun < MOMENT : speed > FOLLOWED;
  if (whole) return { step, fraction: REST, phased, whole };
  // With reduced motion, a phase is a still picture of its end. Nothing follows the last step, so its result stays.
  const fraction = still && !paused ? (clock.phaseShown?.stop ?? 1) : begun;
  const stays = (still && !paused) || step === (flipped ? 0 : extent - 1);
  return { step, fraction: stays ? Math.min(fraction, REST) : fraction, phased, whole };
}
