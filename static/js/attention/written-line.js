// @ts-check
/** The translation as a sentence, as far as it has been written, and its score at the end. */

import { find, setText } from "../page/dom.js";
import { fixed } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { DECODER } from "./translation-scene.js";

/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** @extends {Part<TranslationScene>} */
export class WrittenLine extends Part {
  /** @param {TranslationScene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    for (const change of /** @type {const} */ (["trace", "chunk"])) scene.on(change, mark, this.life);
  }

  /** @param {TranslationScene} scene */
  #draw(scene) {
    const { shown, moment, rhythm } = scene;
    if (!shown) return;
    const decoder = shown.trace.part(DECODER);
    const known = moment.turned ? moment.target + (moment.writing >= (rhythm?.word ?? 1) ? 1 : 0) : 0;
    const end = shown.end();
    const over = shown.trace.complete && known >= decoder.received;
    const text = over && end?.text !== undefined ? end.text : writtenText(shown, known);
    setText(find(this, "[data-readout=written]", HTMLElement), text);
    const score =
      over && end?.score !== undefined ? say("written.score", { score: fixed(end.score, 3) }) : "";
    setText(find(this, "[data-readout=score]", HTMLElement), score);
    this.dataset.over = String(over);
  }
}

/**
 * The text of the first words that came out: the decoder's tokens say where each of them ends in it.
 * @param {import("./translation-scene.js").Shown} shown
 * @param {number} count
 */
export function writtenText({ trace, end }, count) {
  const { tokens } = trace.part(DECODER);
  const whole = end()?.text;
  const stop = tokens[count]?.end ?? (count > 0 ? undefined : 0);
  if (whole !== undefined) return [...whole].slice(0, stop ?? undefined).join("");
  return tokens
    .slice(1, count + 1)
    .map((token) => token.text)
    .join("")
    .trimStart();
}
