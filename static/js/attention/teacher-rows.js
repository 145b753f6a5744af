// @ts-check
/**
 * Two translations one above the other, word by word, with the loss of each word: what the decoder wrote by itself, and
 * the true translation that it was fed. The first word that differs is marked.
 */

import { find, setText } from "../page/dom.js";
import { fixed } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { targetLabels } from "./labels.js";
import { DECODER } from "./translation-scene.js";

/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */
/** @typedef {{ first: TranslationScene, second: TranslationScene }} Pair */
/** @typedef {{ text: string, loss: number }} Word */

/** @extends {Part<Pair>} */
export class TeacherRows extends Part {
  /** @param {Pair} pair */
  connect(pair) {
    for (const scene of [pair.first, pair.second]) {
      for (const change of /** @type {const} */ (["trace", "chunk"])) {
        scene.on(change, () => this.#show(pair), this.life);
      }
    }
  }

  /** @param {Pair} pair */
  #show({ first, second }) {
    const [own, given] = [wordsOf(first), wordsOf(second)];
    if (!own.length || !given.length) return;
    const count = Math.max(own.length, given.length);
    const parting = Array.from({ length: count }, (_, step) => step).find(
      (step) => own[step]?.text !== given[step]?.text,
    );
    const rows = /** @type {const} */ ([
      ["own", own],
      ["given", given],
    ]);
    for (const [name, words] of rows) {
      const row = find(this, `[data-row=${name}]`, HTMLElement);
      const heading = find(row, "th", HTMLElement);
      const total = words.reduce((sum, { loss }) => sum + loss, 0);
      row.replaceChildren(
        heading,
        ...Array.from({ length: count }, (_, step) => cellOf(words[step], step === parting)),
        totalOf(total),
      );
    }
    const words = {
      step: parting ?? 0,
      own: own[parting ?? 0]?.text ?? "",
      given: given[parting ?? 0]?.text ?? "",
    };
    setText(
      find(this, ".teacher-words", HTMLElement),
      say(parting === undefined ? "teacher.same" : "teacher.part", words),
    );
    this.dataset.parting = parting === undefined ? "" : String(parting);
  }
}

/**
 * The words that came out of a decoder, each with its loss: minus the logarithm of the probability it was given.
 * @param {TranslationScene} scene
 * @returns {Word[]}
 */
function wordsOf({ shown }) {
  if (!shown) return [];
  const decoder = shown.trace.part(DECODER);
  return targetLabels(shown).map(({ text }, step) => ({
    text,
    loss: -Math.log(decoder.value("prediction.actual", step)),
  }));
}

/**
 * @param {Word | undefined} word
 * @param {boolean} parting
 */
function cellOf(word, parting) {
  const cell = document.createElement("td");
  if (!word) return cell;
  const loss = document.createElement("small");
  loss.textContent = fixed(word.loss, 2);
  cell.dataset.loss = String(word.loss);
  cell.toggleAttribute("data-parting", parting);
  cell.append(word.text, loss);
  return cell;
}

/** @param {number} total */
function totalOf(total) {
  const cell = document.createElement("td");
  cell.className = "teacher-total";
  cell.dataset.loss = String(total);
  cell.textContent = fixed(total, 2);
  return cell;
}
