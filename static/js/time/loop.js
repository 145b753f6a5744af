// @ts-check
/** The range played in a loop: whole steps, written as the first and the last step. */

/** @typedef {{ start: number, stop: number }} Loop moments: the steps start to stop − 1 */

/**
 * The loop that a text such as "3-7" means; null if it means none.
 * @param {string | undefined} text
 * @returns {Loop | null}
 */
export function parseLoop(text) {
  const [, first, last] = /^(\d{1,9})-(\d{1,9})$/.exec(text ?? "") ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) return null;
  return { start: Number(first), stop: Number(last) + 1 };
}

/** @param {Loop} loop */
export function formatLoop({ start, stop }) {
  return `${start}-${stop - 1}`;
}

/**
 * The loop cut to the available steps; null if none is left.
 * @param {Loop | null} loop
 * @param {number} extent
 * @returns {Loop | null}
 */
export function fittingLoop(loop, extent) {
  if (!loop || extent === 0) return loop;
  const fitting = { start: Math.max(loop.start, 0), stop: Math.min(loop.stop, extent) };
  return fitting.start < fitting.stop ? fitting : null;
}

/**
 * The whole steps between two moments, in either order.
 * @param {number} one
 * @param {number} other
 * @returns {Loop}
 */
export function loopBetween(one, other) {
  const start = Math.floor(Math.min(one, other));
  return { start, stop: Math.max(Math.ceil(Math.max(one, other)), start + 1) };
}

/**
 * The loop with a new start: up to its old end, or to the end of the sequence.
 * @param {Loop | null} loop
 * @param {number} step
 * @param {number} extent
 * @returns {Loop}
 */
export function loopFrom(loop, step, extent) {
  return { start: step, stop: loop && loop.stop > step ? loop.stop : extent };
}

/**
 * The loop with a new last step: from its old start, or from the start of the sequence.
 * @param {Loop | null} loop
 * @param {number} step
 * @returns {Loop}
 */
export function loopTo(loop, step) {
  return { start: loop && loop.start <= step ? loop.start : 0, stop: step + 1 };
}
