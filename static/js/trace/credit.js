// @ts-check
/** How many steps the server may send ahead of what has been used. */

/** Steps that may be under way while a given sequence is read. */
const WINDOW = 4096;
/** Seconds of playback that a model may write ahead of what is watched, and at least so many steps. */
const AHEAD_SECONDS = 2;
const AHEAD_STEPS = 8;

/**
 * Up to which step the server may send now. What the user gave comes as fast as the page takes it; what the model
 * writes by itself comes little ahead of the clock, so that stopping it stops it where one is looking.
 * @param {{ received: number, given: number, t: number, speed: number, writes: boolean }} state
 */
export function allowance({ received, given, t, speed, writes }) {
  const reading = received + WINDOW;
  if (!writes) return reading;
  const writing = Math.ceil(t) + Math.max(AHEAD_STEPS, Math.ceil(speed * AHEAD_SECONDS));
  return Math.max(Math.min(reading, given), writing);
}
