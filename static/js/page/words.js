// @ts-check
/** The page's sentences: they are in a data block of the template, and are only filled in here. */

import { find } from "./dom.js";

/** The symbol after a word, as in "cell state c". */
const SYMBOL = / .$/;

/** @type {Record<string, string> | null} */
let sentences = null;

/**
 * Whether there is a sentence of that name.
 * @param {string} name
 */
export function has(name) {
  return name in known();
}

/**
 * Adds the sentences of a part that is loaded later.
 * @param {Record<string, string>} more
 */
export function learn(more) {
  sentences = { ...known(), ...more };
}

/**
 * The sentence of that name with its {places} filled.
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 */
export function say(name, values = {}) {
  const sentence = known()[name];
  if (sentence === undefined) throw new Error(`expected a sentence named "${name}" in the template`);
  return sentence.replace(/\{(\w+)\}/g, (_, place) => String(values[place] ?? `{${place}}`));
}

/**
 * The entries of a list of words with their meanings whose words are in a text.
 * @param {ParentNode} list
 * @param {string} text
 */
export function entriesIn(list, text) {
  return [...list.querySelectorAll("div")].filter((entry) => {
    const word = (find(entry, "dt", HTMLElement).textContent ?? "").replace(SYMBOL, "");
    return text.toLowerCase().includes(word.toLowerCase());
  });
}

/** The sentences in the page: those of all pages, and its own. */
function known() {
  if (!sentences) {
    sentences = {};
    for (const block of document.querySelectorAll("script[data-words]")) {
      Object.assign(sentences, JSON.parse(block.textContent ?? ""));
    }
  }
  return sentences;
}
