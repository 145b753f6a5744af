// @ts-check
/**
 * The ways to give a sentence besides its field: a text file that is dropped anywhere on the page or picked, and a paste.
 * What reads a file is loaded when it is first needed.
 */

import { find } from "./dom.js";
import { takeDrops } from "./dropping.js";
import { LatePart } from "./furnish.js";
import { problemOf } from "../trace/api.js";

/** @typedef {import("../trace/contracts.js").Problem} Problem */

/**
 * @param {{ translate: (text: string) => void, refuse: (problem: Problem) => void }} page called with the sentence, as one
 *   line, or with why there is none
 * @param {AbortSignal} life removes the listeners when aborted
 */
export function giveSentence({ translate, refuse }, life) {
  const part = new LatePart(() => import("../attention/sentence-file.js"));
  let work = new AbortController();
  const text = (/** @type {string} */ given) => translate(given.trim().replace(/\s+/g, " "));
  const file = (/** @type {File} */ given) => {
    work.abort();
    work = new AbortController();
    const { signal } = work;
    part.use(({ readSentence }) => {
      readSentence(given, signal).then(text, (error) => signal.aborted || refuse(problemOf(error)));
    });
  };
  takeDrops({ file, text, refuse }, life);
  const picker = find(document, "input[type=file]", HTMLInputElement);
  find(document, "button[data-action=pick]", HTMLButtonElement).addEventListener("click", () =>
    picker.click(),
  );
  picker.addEventListener("change", () => {
    const [given] = picker.files ?? [];
    if (given) file(given);
    picker.value = "";
  });
}
