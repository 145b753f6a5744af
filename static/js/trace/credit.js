// @ts-check
/** How many steps the server may send ahead. */

/** Steps that may be in flight while a given sequence is read. */
const WINDOW = 4096;
/** Seconds of playback that a model may write ahead of the clock, and the least number of steps. */
const AHEAD_SECONDS = 2;
const AHEAD_STEPS = 8;

/**
 * Up to which step the server may send now. The given sequence comes as fast as the page takes it. What the model
 * writes by itself stays just ahead of the clock, so that stopping it stops near the step on screen.
 * @param {{ received: number, given: number, t: number, speed: number, writes: boolean }} state
 */
export function allowance({ received, given, t, speed, writes }) {
  const reading = received + WINDOW;
  if (!writes) return reading;
  return Math.max(Math.min(reading, given), Math.ceil(t) + ahead(speed));
}

/**
 * The least credit to give at once. Each grant becomes a chunk, whose cost hardly depends on its steps: while a model
 * writes, half of what it may write ahead is given at a time.
 * @param {{ speed: number, writes: boolean }} state
 */
export function leastGrant({ speed, writes }) {
  return writes ? Math.ceil(ahead(speed) / 2) : 1;
}

/** @param {number} speed in steps a second */
function ahead(speed) {
  return Math.max(AHEAD_STEPS, Math.ceil(speed * AHEAD_SECONDS));
}
