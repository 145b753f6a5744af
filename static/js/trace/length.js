// @ts-check
/** Which traces are too long to hold every value, and how finely they are summarised then. */

/** @typedef {import("./contracts.js").Header} Header */

/** Bytes: of a trace that is held with every value; and of a longer one, what its parts may take. */
export const BYTES = {
  /** Up to here, every value of all signals is held. */
  short: 64e6,
  /** About the most of an overview. */
  overview: 32e6,
  /** The most of all stretches with every value. */
  held: 80e6,
  /** About the most of the stretches that one asker wants at once. */
  wish: 10e6,
  /** About the least of a stretch. */
  stretch: 1.5e6,
};
/** The most bins of an overview: more than a screen has columns. */
const MOST_BINS = 4096;
const FLOAT32 = 4;
/** A bin has its least and greatest value and its mean. */
const KINDS = 3;

/**
 * The bytes of one step of all signals.
 * @param {Header} header
 */
export function bytesOf({ layers, directions, signals, units }) {
  return layers.length * directions.length * signals.length * units * FLOAT32;
}

/**
 * How many steps a bin of the overview has; 1 if every value can be held.
 * @param {Header} header
 */
export function resolutionOf(header) {
  const steps = header.steps ?? 0;
  const bytes = bytesOf(header);
  if (header.parts || steps * bytes <= BYTES.short) return 1;
  let resolution = 8;
  while (steps / resolution > MOST_BINS || (steps / resolution) * bytes * KINDS > BYTES.overview)
    resolution *= 2;
  return resolution;
}
