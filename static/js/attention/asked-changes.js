// @ts-check
/** What was changed by hand: the beginning or the end that was given, and the rows of attention that were forced. Undone by a click. */

import { find, setText } from "../page/dom.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";

/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** @extends {Part<TranslationScene>} */
export class AskedChanges extends Part {
  /** @param {TranslationScene} scene */
  connect(scene) {
    scene.on("trace", () => this.#show(scene), this.life);
    for (const name of /** @type {const} */ (["prefix", "target", "attention"])) {
      find(this, `[data-asked=${name}] button`, HTMLButtonElement).addEventListener("click", () => {
        const detail = { [name]: undefined };
        this.dispatchEvent(new CustomEvent("options", { detail, bubbles: true }));
      });
    }
  }

  /** @param {TranslationScene} scene */
  #show({ shown }) {
    const { prefix, target, attention = [] } = shown?.source.options ?? {};
    this.#tell("prefix", prefix ? say("asked.prefix", { prefix }) : "");
    this.#tell("target", target ? say("asked.target", { target }) : "");
    const steps = attention.map(({ step }) => step).join(", ");
    this.#tell("attention", attention.length ? say("asked.attention", { steps }) : "");
  }

  /**
   * @param {string} name
   * @param {string} words
   */
  #tell(name, words) {
    const line = find(this, `[data-asked=${name}]`, HTMLElement);
    line.hidden = !words;
    setText(find(line, "span", HTMLElement), words);
  }
}
