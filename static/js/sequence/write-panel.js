// @ts-check
/**
 * Lets a language model continue a text by itself (prompt, length, temperature, seed), and stops it. Fires `write` and
 * `stop`.
 */

import { find, setText } from "../page/dom.js";
import { fixed } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { has, say } from "../page/words.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../trace/contracts.js").Generate} Generate */
/** @typedef {{ generate: Generate, text?: string }} Wish the text to continue, if it is not the one on the page */

/** Steps a second at which the model writes, unless the user chose a speed. */
const USUAL = 1;
const WRITING = 8;

export class WritePanel extends Part {
  /** What the model continues if the prompt is left as it is. */
  #prompt = "";
  #hastened = false;

  /** @param {Scene} scene */
  connect(scene) {
    scene.on("trace", () => this.#follow(scene), this.life);
    const form = find(this, "form", HTMLFormElement);
    const temperature = this.#field("temperature");
    const show = () => {
      setText(
        find(this, "output[data-readout=temperature]", HTMLElement),
        fixed(temperature.valueAsNumber, 2),
      );
    };
    temperature.addEventListener("input", show);
    show();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      find(this, "details", HTMLDetailsElement).open = false;
      /** @type {Generate} */
      const generate = {
        steps: this.#field("steps").valueAsNumber,
        temperature: temperature.valueAsNumber,
        seed: this.#field("seed").valueAsNumber,
      };
      const { value } = this.#area;
      /** @type {Wish} */
      const detail = { generate, ...(value !== this.#prompt && { text: value }) };
      this.#hastened ||= scene.clock.speed === USUAL;
      if (scene.clock.speed === USUAL) scene.clock.speed = WRITING;
      this.dispatchEvent(new CustomEvent("write", { detail, bubbles: true }));
    });
    find(this, "button[data-action=stop]", HTMLButtonElement).addEventListener("click", () => {
      this.dispatchEvent(new Event("stop", { bubbles: true }));
    });
  }

  /**
   * Shows that the model is writing, and offers to stop it.
   * @param {boolean} writing
   */
  writing(writing) {
    const button = find(this, "button[data-action=stop]", HTMLButtonElement);
    const focused = button.matches(":focus");
    button.hidden = !writing;
    find(this, "details", HTMLDetailsElement).hidden = writing;
    if (focused && !writing) find(this, "summary", HTMLElement).focus();
  }

  /**
   * Offers a prompt: one that shows something if an example is on the page, otherwise the user's own text.
   * @param {Scene} scene
   */
  #follow({ shown, clock }) {
    this.hidden = shown?.model.task !== "language-model";
    if (!shown || this.hidden) return;
    const { sequence, example, generate } = shown.source;
    // With the line breaks of a text field.
    this.#prompt = "text" in sequence ? String(sequence.text).replace(/\r\n?/g, "\n") : "";
    if (generate) return;
    const name = `write.prompt.${shown.model.id}`;
    this.#area.value = example && has(name) ? say(name) : this.#prompt;
    if (this.#hastened && clock.speed === WRITING) clock.speed = USUAL;
    this.#hastened = false;
  }

  get #area() {
    return find(this, "textarea[name=prompt]", HTMLTextAreaElement);
  }

  /** @param {string} name */
  #field(name) {
    return find(this, `input[name=${name}]`, HTMLInputElement);
  }
}
