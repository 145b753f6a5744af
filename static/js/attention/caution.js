// @ts-check
/** A warning about a sentence that a model can read, but has not learned to translate. */

import { visible } from "../sequence/tokens.js";
import { say } from "../page/words.js";
import { isByte } from "./labels.js";
import { ENCODER } from "./translation-scene.js";

/** @typedef {import("./translation-scene.js").Shown} Shown */

const IDS = "encoder.token_ids";
const UNKNOWN = "<unknown>";
const WORD = /[\p{Letter}\p{Number}]/u;
const NUMBER = /\d+/g;
/** The most characters that are named. */
const NAMED = 5;

/**
 * What to say about a sentence with characters that the model does not know, about a date without a year that it learned,
 * or about a sentence without a word; empty for others.
 * @param {Pick<Shown, "trace" | "model" | "source">} shown
 */
export function cautionOf({ trace, model, source }) {
  const encoder = trace.part(ENCODER);
  const characters = [...source.sequence.text];
  const unknown = model.vocabulary.findIndex(({ special, text }) => special && text === UNKNOWN);
  const strange = encoder.tokens
    .filter(({ text }, step) => isByte(text) || encoder.value(IDS, step) === unknown)
    .flatMap(({ start, end }) => characters.slice(start ?? 0, end ?? 0));
  const named = [...new Set(strange)].map((character) => `“${visible(character)}”`);
  if (named.length > 0) {
    const listed = named.slice(0, NAMED).join(", ") + (named.length > NAMED ? "…" : "");
    return say("sentence.unknown", { characters: listed });
  }
  const [first, last] = model.data?.years ?? [];
  if (first !== undefined && last !== undefined) {
    const numbers = source.sequence.text.match(NUMBER)?.map(Number) ?? [];
    if (!numbers.some((year) => year >= first && year <= last)) return say("sentence.years", { first, last });
  }
  return WORD.test(source.sequence.text) ? "" : say("sentence.wordless");
}
