// @ts-check
/** When within a step each value becomes known, and what is in focus: pure functions of the moment. */

import { clamp } from "../page/numbers.js";

/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {{ start: number, stop: number }} Span */
/** @typedef {Map<string, Span>} Schedule the span in which each signal, term and pre-activation becomes known */

/** The name of the span in which the states come back to the input. */
export const HANDED = "handed";
/** The share of its span that a move takes; then the picture rests. */
const MOVE = 0.85;
/** The share of the first phase in which the states come back to the input, and of the last one that its work takes. */
const HANDING = 0.55;
const CLOSING = 0.6;
/** A step as one pulse: the states come back, then all parts appear, one after another but together. */
const PULSE = { handed: 0.2, spread: 0.35, length: 0.3 };
/** A part comes into focus over this fraction of a step before its span begins. */
const TURN = 0.012;

/**
 * @param {Cell} cell
 * @returns {Schedule}
 */
export function scheduleOf({ phases }) {
  /** @type {Schedule} */
  const schedule = new Map();
  phases.forEach(({ start, stop, settles }, phase) => {
    const begin = phase === 0 ? mix(start, stop, HANDING) : start;
    const end = phase === phases.length - 1 ? mix(start, stop, CLOSING) : stop;
    if (phase === 0) schedule.set(HANDED, { start, stop: begin });
    const length = (end - begin) / settles.length;
    settles.forEach((names, index) => {
      const from = begin + index * length;
      for (const name of names) schedule.set(name, { start: from, stop: from + length });
    });
  });
  return schedule;
}

/**
 * The schedule of a step that is shown as one pulse.
 * @param {Cell} cell
 * @returns {Schedule}
 */
export function pulseOf({ phases }) {
  /** @type {Schedule} */
  const schedule = new Map([[HANDED, { start: 0, stop: PULSE.handed }]]);
  phases.forEach(({ settles }, index) => {
    const start = PULSE.handed + (PULSE.spread * index) / phases.length;
    for (const name of settles.flat()) schedule.set(name, { start, stop: start + PULSE.length });
  });
  return schedule;
}

/**
 * Whether something is computed at a moment; what has no span was there before the step.
 * @param {Span | undefined} span
 * @param {number} fraction of the step
 */
export function isKnown(span, fraction) {
  return !span || progress(span, fraction) >= 1;
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
