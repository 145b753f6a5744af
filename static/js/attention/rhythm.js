// @ts-check
/** When within a decoder step the attention looks back, and when the cell does its work. */

import { clamp } from "../page/numbers.js";
import { say } from "../page/words.js";

/** @typedef {import("../time/clock.js").Phase} Phase */
/** @typedef {import("../trace/contracts.js").CellPhase} CellPhase */
/** @typedef {import("../stage/schedule.js").Span} Span */
/** @typedef {"before" | "after" | "never"} When the attention looks back before the cell's work, or after it */
/**
 * @typedef {object} Rhythm
 * @property {Phase[]} phases of a decoder step
 * @property {Span} look when the attention compares, weighs and gathers
 * @property {number} word the fraction from which on the word that came out is known
 * @property {(fraction: number) => number} inner the fraction of the cell's work at a fraction of the step
 * @property {(fraction: number) => number} outer the other way round
 */

/** The share of a decoder step that attention takes. */
const LOOK = 0.42;
const PARTS = /** @type {const} */ (["compare", "weigh", "gather"]);

/**
 * @param {When} when
 * @param {CellPhase[]} phases the cell's own
 * @returns {Rhythm}
 */
export function rhythmOf(when, phases) {
  const head = ((phases.at(-1)?.start ?? 1) + 1) / 2;
  if (when === "never") {
    return {
      phases,
      look: { start: 1, stop: 1 },
      word: head,
      inner: (fraction) => fraction,
      outer: (fraction) => fraction,
    };
  }
  // With attention after the cell's work, only the head's phase follows it.
  const at = when === "before" ? 0 : (phases.at(-1)?.start ?? 1);
  const rest = 1 - LOOK;
  const look = { start: at * rest, stop: at * rest + LOOK };
  const outer = (/** @type {number} */ fraction) => fraction * rest + (fraction >= at ? LOOK : 0);
  const inner = (/** @type {number} */ fraction) =>
    fraction < look.start ? fraction / rest : Math.max(fraction - LOOK, look.start) / rest;
  const own = PARTS.map((name, index) => ({
    name,
    title: say(`attention.${name}`),
    start: look.start + (index * LOOK) / PARTS.length,
    stop: look.start + ((index + 1) * LOOK) / PARTS.length,
  }));
  const cells = phases.map((phase) => ({
    ...phase,
    start: outer(phase.start),
    stop: phase.stop <= at ? phase.stop * rest : outer(phase.stop),
  }));
  return {
    phases: [...own, ...cells].sort((one, other) => one.start - other.start),
    look,
    word: outer(head),
    inner,
    outer,
  };
}

/**
 * How far a part of the attention's work has come at a fraction of a decoder step, from 0 to 1.
 * @param {Rhythm} rhythm
 * @param {typeof PARTS[number]} part
 * @param {number} fraction
 */
export function lookedAt({ look }, part, fraction) {
  const length = (look.stop - look.start) / PARTS.length;
  if (length === 0) return 0;
  const start = look.start + PARTS.indexOf(part) * length;
  return clamp((fraction - start) / length, 0, 1);
}
