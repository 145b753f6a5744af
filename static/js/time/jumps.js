// @ts-check
/** Where a jump lands in a long sequence: starts of lines and words. */

import { clamp } from "../page/numbers.js";

/** @typedef {import("../trace/contracts.js").Token} Token */
/** @typedef {"line" | "word"} Stop what to jump to the start of */

/** @type {Record<Stop, (tokens: Token[], at: number) => boolean>} */
const BEGINS = {
  line: (tokens, at) => at === 0 || (tokens[at - 1]?.text.endsWith("\n") ?? false),
  word: (tokens, at) => kindOf(tokens[at]) !== "space" && kindOf(tokens[at]) !== kindOf(tokens[at - 1]),
};

/**
 * The next start of a line or word, or the previous one: from inside a line or word, its own start comes first. If
 * there is none, the last or the first step.
 * @param {Token[]} tokens
 * @param {number} t
 * @param {Stop} stop
 * @param {1 | -1} direction
 */
export function jumpFrom(tokens, t, stop, direction) {
  const begins = BEGINS[stop];
  let at = direction > 0 ? Math.floor(t) + 1 : Math.ceil(t) - 1;
  while (at > 0 && at < tokens.length && !begins(tokens, at)) at += direction;
  return clamp(at, 0, Math.max(tokens.length - 1, 0));
}

/** @param {Token | undefined} token */
function kindOf(token) {
  if (!token) return "none";
  if (token.special) return "special";
  if (/^\s+$/.test(token.text)) return "space";
  return /^\s*[\p{Letter}\p{Number}_]/u.test(token.text) ? "word" : "mark";
}
