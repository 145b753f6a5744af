// @ts-check
/** When within a step each thing becomes known, and what the eye should be on: pure functions of the moment. */

import { clamp } from "../page/numbers.js";

/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {{ start: number, stop: number }} Span */
/** @typedef {Map<string, Span>} Schedule the span in which each signal, term and pre-activation becomes known */

/** A move takes this share of its span; the rest of it the picture rests. */
const MOVE = 0.85;
/** Before its span begins, a part comes into focus within so much of a step. */
const TURN = 0.012;

/**
 * @param {Cell} cell
 * @returns {Schedule}
 */
export function scheduleOf({ phases }) {
  /** @type {Schedule} */
  const schedule = new Map();
  for (const { start, stop, settles } of phases) {
    const length = (stop - start) / settles.length;
    settles.forEach((names, index) => {
      const from = start + index * length;
      for (const name of names) schedule.set(name, { start: from, stop: from + length });
    });
  }
  return schedule;
}

/**
 * How far something has come, eased, from 0 to 1.
 * @param {Span | undefined} span
 * @param {number} fraction of the step
 */
export function progress(span, fraction) {
  if (!span) return 0;
  const share = (fraction - span.start) / ((span.stop - span.start) * MOVE);
  return ease(clamp(share, 0, 1));
}

/**
 * How much something is in focus, from 0 to 1; exactly at the beginning of its span it is wholly so.
 * @param {Span | undefined} span
 * @param {number} fraction of the step
 */
export function focus(span, fraction) {
  if (!span) return 0;
  const coming = (fraction - span.start) / TURN + 1;
  const going = (span.stop - fraction) / TURN;
  return clamp(Math.min(coming, going), 0, 1);
}

/**
 * A part of a longer move, stretched to the whole of 0 to 1.
 * @param {number} share
 * @param {number} from
 * @param {number} to
 */
export function within(share, from, to) {
  return clamp((share - from) / (to - from), 0, 1);
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} share
 */
export function mix(from, to, share) {
  return from + (to - from) * share;
}

/** @param {number} share */
function ease(share) {
  return share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2;
}
