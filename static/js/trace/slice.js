// @ts-check
/**
 * What to ask the server for some steps of a long sequence. Where a step depends on nothing but the states before it and its
 * own input, only these steps are sent, because the server parses all that it gets.
 */

import { isNumbers } from "./sequence.js";

/** @typedef {import("./contracts.js").Token} Token */
/** @typedef {import("./reading.js").Source} Source */
/** @typedef {import("./sequence.js").Sequence} Sequence */
/** @typedef {import("./stretches.js").States} States */
/**
 * @typedef {{ sequence: Sequence, from: number, stop: number, offset: number }} Slice a sequence, its steps [from, stop),
 *   and what to add to their numbers
 */

/**
 * A forecaster needs all its numbers, because it may scale them by those before; a layer that reads backward needs what
 * follows, too.
 * @param {Source} source
 * @param {{ tokens: Token[], directions: string[] }} header of the whole sequence
 * @param {number} from
 * @param {number} stop
 * @returns {Slice}
 */
export function sliceOf({ model, sequence }, { tokens, directions }, from, stop) {
  const whole = { sequence, from, stop, offset: 0 };
  if (directions.includes("backward")) return whole;
  if (!isNumbers(sequence)) return textSlice(sequence.text, tokens, from, stop);
  if (typeof model === "string") return whole;
  const read = sequence.read ?? sequence.values;
  const [, ...inner] = read.shape;
  const size = inner.reduce((product, length) => product * length, 1);
  const data = read.data.subarray(from * size, stop * size);
  return {
    sequence: { values: { shape: [stop - from, ...inner], data } },
    from: 0,
    stop: stop - from,
    offset: from,
  };
}

/**
 * The text of some steps, and one token more, so that the last step knows what really came next. It gets a start token of
 * its own if the whole text has one.
 * @param {string} text
 * @param {Token[]} tokens
 * @param {number} from
 * @param {number} stop
 * @returns {Slice}
 */
function textSlice(text, tokens, from, stop) {
  const lead = from > 0 && tokens[0]?.special ? 1 : 0;
  const first = from > 0 ? tokens[from]?.start : 0;
  const last = tokens[Math.min(stop, tokens.length - 1)]?.end;
  if (first == null || last == null) return { sequence: { text }, from, stop, offset: 0 };
  const part = [...text.replace(/\r\n?/g, "\n")].slice(first, last).join("");
  return { sequence: { text: part }, from: lead, stop: lead + stop - from, offset: from - lead };
}
