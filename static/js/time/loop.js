// @ts-check
/** The range that is played over and over: whole steps, written as the first and the last of them. */

/** @typedef {{ start: number, stop: number }} Loop moments: the steps start to stop − 1 */

/**
 * The loop that "3-7" stands for, null where it stands for none.
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
 * The loop cut to the steps that there are, null where none of them is left.
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
 * The whole steps that lie between two moments, whichever comes first.
 * @param {number} one
 * @param {number} other
 * @returns {Loop}
 */
export function loopBetween(one, other) {
  const start = Math.floor(Math.min(one, other));
  return { start, stop: Math.max(Math.ceil(Math.max(one, other)), start + 1) };
}

/**
 * The loop begun at a step: up to where it ended, or to the end.
 * @param {Loop | null} loop
 * @param {number} step
 * @param {number} extent
 * @returns {Loop}
 */
export function loopFrom(loop, step, extent) {
  return { start: step, stop: loop && loop.stop > step ? loop.stop : extent };
}

/**
 * The loop ended with a step: from where it began, or from the beginning.
 * @param {Loop | null} loop
 * @param {number} step
 * @returns {Loop}
 */
export function loopTo(loop, step) {
  return { start: loop && loop.start <= step ? loop.start : 0, stop: step + 1 };
}
