// @ts-check
/** The tokens of a translation as labels: what was read at each encoder step, and what came out of each decoder step. */

import { visible } from "../sequence/tokens.js";
import { DECODER, ENCODER } from "./translation-scene.js";

/** @typedef {import("../trace/contracts.js").Entry} Entry */
/** @typedef {import("./translation-scene.js").Shown} Shown */
/** @typedef {{ text: string, special?: boolean }} Token */
/**
 * A token as a label. `joined` says that it continues the word of the token before it.
 * @typedef {{ text: string, special: boolean, joined: boolean }} Label
 */

const EDGE = /[\p{Letter}\p{Number}\p{Mark}]/u;
/** A character that the vocabulary lacks is written as its bytes. */
const BYTE = /^<0x([0-9A-F]{2})>$/;

/** The token that ends a translation. */
const END = "<end>";

/**
 * @param {Shown} shown
 * @returns {Label[]}
 */
export function sourceLabels({ trace }) {
  return labelsOf(trace.part(ENCODER).tokens);
}

/**
 * What came out of each decoder step that has been received; empty where the vocabulary is not there yet.
 * @param {Shown} shown
 * @returns {Label[]}
 */
export function targetLabels({ trace, model }) {
  const decoder = trace.part(DECODER);
  const chosen = Array.from({ length: decoder.received }, (_, step) =>
    decoder.value("prediction.chosen", step),
  );
  return labelsOf(chosen.map((id) => model.vocabulary[id] ?? { text: "" }));
}

/**
 * @param {Token[]} tokens
 * @returns {Label[]}
 */
export function labelsOf(tokens) {
  return tokens.map((token, index) => ({
    text: textOf(token),
    special: token.special ?? false,
    joined: index > 0 && continues(/** @type {Token} */ (tokens[index - 1]), token),
  }));
}

/**
 * Whether a token ends the translation.
 * @param {Token} token
 */
export function isEnd({ text, special }) {
  return special === true && text === END;
}

/**
 * Whether a token is one byte of a character that the vocabulary lacks.
 * @param {string} text of the token
 */
export function isByte(text) {
  return BYTE.test(text);
}

/** @param {Token} token */
function textOf({ text, special }) {
  if (special) return text.replace(/^<(.*)>$/, "$1");
  const byte = BYTE.exec(text);
  if (byte) return `${byte[1]}`;
  return visible(text.length > 1 ? text.replace(/^ /, "") : text);
}

/**
 * @param {Token} before
 * @param {Token} token
 */
function continues(before, token) {
  if (before.special || token.special) return false;
  if (isByte(before.text) && isByte(token.text)) return true;
  return EDGE.test([...before.text].at(-1) ?? "") && EDGE.test([...token.text][0] ?? "");
}
