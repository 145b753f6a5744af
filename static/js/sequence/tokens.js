// @ts-check
/** How a token is written on the page: invisible characters get a visible mark. */

import { say } from "../page/words.js";

/** @typedef {import("../trace/contracts.js").Token} Token */
/** @typedef {"text" | "space" | "newline" | "tab" | "control" | "special"} Kind */
/** @typedef {{ text: string, kind: Kind, width: number }} Glyph */

const MARKS = new Map([
  [" ", "␣"],
  ["\n", "⏎"],
  ["\t", "⇥"],
  ["\r", "␍"],
  ["\u00a0", "⍽"],
  ["\u007f", "␡"],
]);
const QUOTES = new Map([
  ['"', "token.quote.double"],
  ["'", "token.quote.single"],
]);
/** Special tokens are written smaller: each of their characters takes this share of a column. */
const SMALL = 0.4;
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u;
const ALONE = /^[\p{Mark}\u200b-\u200f\u2060\ufeff]/u;
/** Characters that break a line or turn the direction of the text around them: they are written by their numbers. */
const TURNING = /[\u061c\u2028-\u202e\u2066-\u2069]/;

/**
 * The text shown for a token, and how many columns it takes.
 * @param {{ text: string, special?: boolean, label?: boolean }} token
 * @returns {Glyph}
 */
export function glyphOf(token) {
  if (token.label) return { text: token.text, kind: "text", width: token.text.length };
  if (token.special) {
    const name = token.text.replace(/^<(.*)>$/, "$1");
    return { text: name, kind: "special", width: Math.ceil(name.length * SMALL) };
  }
  const text = visible(token.text);
  return { text, kind: kindOf(token.text), width: columns(text) };
}

/**
 * Text with a mark for each invisible character.
 * @param {string} text
 */
export function visible(text) {
  return [...text].map((character) => MARKS.get(character) ?? picture(character)).join("");
}

/**
 * A token or a label as it is shown in running text; "" for none.
 * @param {{ text: string, special?: boolean, label?: boolean } | undefined} token
 */
export function named(token) {
  return token ? glyphOf(token).text : "";
}

/** @param {string} character */
function picture(character) {
  const code = character.codePointAt(0) ?? 0;
  if (code < 32) return String.fromCodePoint(0x2400 + code);
  if (TURNING.test(character)) return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return ALONE.test(character) ? `◌${character}` : character;
}

/**
 * @param {string} text
 * @returns {Kind}
 */
function kindOf(text) {
  if (text.endsWith("\n")) return "newline";
  if (text === " ") return "space";
  if (text === "\t") return "tab";
  return text.length === 1 && text < " " ? "control" : "text";
}

/** @param {string} text */
function columns(text) {
  const marks = [...text].filter((character) => !/\p{Mark}/u.test(character));
  return Math.max(
    marks.reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0),
    1,
  );
}

/**
 * A token in words, for sentences that are read aloud or shown in running text.
 * @param {{ text: string, special?: boolean, label?: boolean }} token
 */
export function spoken(token) {
  if (token.label) return token.text;
  if (token.special) return say("token.special", { name: glyphOf(token).text });
  const kind = kindOf(token.text);
  // A quote between quotes cannot be read.
  const quote = QUOTES.get(token.text);
  if (quote) return say(quote, { text: token.text });
  if (kind === "text") return `“${token.text}”`;
  if (kind === "newline" && token.text !== "\n") return `“${visible(token.text)}”`;
  return kind === "control" ? glyphOf(token).text : say(`token.${kind}`);
}
