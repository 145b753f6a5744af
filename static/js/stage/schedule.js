// @ts-check
/** When within a step each value becomes known, and what is in focus: pure functions of the moment. */

import { clamp } from "../page/numbers.js";

/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {{ start: number, stop: number }} Span */
/** @typedef {Map<string, Span>} Schedule the span in which each signal, term and pre-activation becomes known */

/** The share of its span that a move takes; then the picture rests. */
const MOVE = 0.85;
/** A part comes into focus over this fraction of a step before its span begins. */
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
 * Progress through a span, eased, from 0 to 1.
 * @param {Span | undefined} span
 * @param {number} fraction of the step
 */
export function progress(span, fraction) {
  if (!span) return 0;
  const share = (fraction - span.start) / ((span.stop - span.start) * MOVE);
  return ease(clamp(share, 0, 1));
}

/**
 * How much something is in focus, from 0 to 1; it reaches 1 when its span starts.
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
 * A section of a longer move, rescaled to 0 to 1.
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
