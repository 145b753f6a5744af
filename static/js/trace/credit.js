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
  const writing = Math.ceil(t) + Math.max(AHEAD_STEPS, Math.ceil(speed * AHEAD_SECONDS));
  return Math.max(Math.min(reading, given), writing);
}
