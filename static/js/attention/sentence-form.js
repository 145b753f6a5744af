// @ts-check
/** The sentence to translate, in a field, and what to look at. Fires `translate` with the text. */

import { find, setText } from "../page/dom.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { cautionOf } from "./caution.js";

/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** @extends {Part<TranslationScene>} */
export class SentenceForm extends Part {
  /** @type {string | undefined} of the example that is translated */
  #note;

  /** @param {TranslationScene} scene */
  connect(scene) {
    const field = find(this, "input[name=sentence]", HTMLInputElement);
    scene.on(
      "trace",
      () => {
        const { source, model } = /** @type {import("./translation-scene.js").Shown} */ (scene.shown);
        this.toggleAttribute("data-bottleneck", scene.attention === null);
        if (field.value !== source.sequence.text) field.value = source.sequence.text;
        const example = model.examples.find(({ id }) => id === source.example);
        this.#note = example?.note;
        this.#tell(scene);
      },
      this.life,
    );
    scene.on("chunk", () => this.#tell(scene), this.life);
    find(this, "form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent("translate", { detail: { text: field.value }, bubbles: true }));
    });
  }

  /** @param {TranslationScene} scene */
  #tell({ shown }) {
    const note = this.#note ?? (shown ? cautionOf(shown) || origin(shown) : "");
    setText(find(this, "[data-readout=note]", HTMLElement), note);
  }
}

/**
 * Where a text came from, if its address does not hold it.
 * @param {import("./translation-scene.js").Shown} shown
 */
function origin({ source }) {
  return source.given ? say("note.given") : "";
}
