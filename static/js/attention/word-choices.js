// @ts-check
/**
 * The word that came out at the current decoder step, the others that were likely, and a field for any other word. The
 * translation continues from the chosen one, or ends. Pointing at the map changes nothing here, and typing stops time:
 * what is replaced is the step that is named. Fires `options` with a prefix, or with the whole translation as a target.
 */

import { find, setText, stamp } from "../page/dom.js";
import { percent } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { isEnd, labelsOf, targetLabels } from "./labels.js";
import { DECODER } from "./translation-scene.js";
import { writtenText } from "./written-line.js";

/** @typedef {import("./translation-scene.js").Shown} Shown */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** @extends {Part<TranslationScene>} */
export class WordChoices extends Part {
  #drawn = "";
  /** @type {Shown | null} */
  #shown = null;
  #step = 0;

  /** @param {TranslationScene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    for (const change of /** @type {const} */ (["trace", "chunk"])) {
      scene.on(
        change,
        () => {
          this.#drawn = "";
          mark();
        },
        this.life,
      );
    }
    const field = find(this, "input", HTMLInputElement);
    field.addEventListener("input", () => {
      if (scene.clock.state !== "paused") scene.goTo(this.#step);
    });
    find(this, "form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const word = field.value.trim();
      if (word) this.#goOn(` ${word}`);
      field.value = "";
    });
    find(this, ".choices", HTMLElement).addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button?.dataset.text !== undefined) this.#goOn(button.dataset.text);
      else if (button) this.#end();
    });
  }

  /** @param {TranslationScene} scene */
  #draw(scene) {
    const { shown, moment, rhythm } = scene;
    this.#shown = shown;
    const there = shown && moment.turned && moment.writing >= (rhythm?.word ?? 1) - 1e-6;
    // The word before, until this step's word is known.
    const step = there ? moment.target : moment.target - 1;
    const key = moment.turned && shown ? `${step} ${shown.trace.part(DECODER).received}` : "none";
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#step = step;
    const known = key !== "none" && step >= 0;
    this.toggleAttribute("data-none", !known);
    if (!shown || !known) {
      setText(find(this, ".choices-words", HTMLElement), say("choices.none"));
      find(this, ".choices", HTMLElement).replaceChildren();
      return;
    }
    this.dataset.step = String(step);
    const decoder = shown.trace.part(DECODER);
    const words = {
      step,
      word: targetLabels(shown)[step]?.text ?? "",
      share: percent(decoder.value("prediction.actual", step)),
    };
    const ended = isEnd(shown.model.vocabulary[decoder.value("prediction.chosen", step)] ?? { text: "" });
    setText(find(this, ".choices-words", HTMLElement), say(ended ? "choices.end" : "choices.word", words));
    find(this, ".choices", HTMLElement).replaceChildren(...this.#others(shown, step));
  }

  /**
   * The most probable tokens but the one that was written, and always the end where something comes before it.
   * @param {Shown} shown
   * @param {number} step
   */
  #others({ trace, model }, step) {
    const decoder = trace.part(DECODER);
    const count = decoder.column("prediction.indices")?.width ?? 0;
    const chosen = decoder.value("prediction.chosen", step);
    const likely = Array.from({ length: count }, (_, rank) => ({
      id: decoder.value("prediction.indices", step, rank),
      share: percent(decoder.value("prediction.probabilities", step, rank)),
    }));
    const end = model.vocabulary.findIndex(isEnd);
    if (likely.every(({ id }) => id !== end)) likely.push({ id: end, share: "" });
    return likely.flatMap(({ id, share }) => {
      const entry = model.vocabulary[id];
      const writable = id === end ? step > 0 : entry && !entry.special;
      if (!entry || !writable || id === chosen) return [];
      const button = /** @type {HTMLButtonElement} */ (stamp(this, "template"));
      if (id !== end) button.dataset.text = entry.text;
      setText(
        find(button, "span", HTMLElement),
        id === end ? entry.text : (labelsOf([entry])[0]?.text ?? ""),
      );
      setText(find(button, "small", HTMLElement), share);
      return [button];
    });
  }

  /** @param {string} text in place of the word */
  #goOn(text) {
    if (!this.#shown || this.hasAttribute("data-none")) return;
    const before = writtenText(this.#shown, this.#step);
    this.#ask({ prefix: before ? before + text : text.trimStart(), target: undefined });
  }

  /** Ends the translation before the word. */
  #end() {
    if (!this.#shown) return;
    const rows = this.#shown.source.options?.attention?.filter(({ step }) => step <= this.#step);
    const target = writtenText(this.#shown, this.#step);
    this.#ask({ target, prefix: undefined, ...(rows && { attention: rows.length ? rows : undefined }) });
  }

  /** @param {Record<string, unknown>} detail */
  #ask(detail) {
    this.dispatchEvent(new CustomEvent("options", { detail, bubbles: true }));
  }
}
