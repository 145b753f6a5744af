// @ts-check
/** Lets a language model continue by itself (length, temperature, seed), and stops it. Fires `write` and `stop`. */

import { find, setText } from "../page/dom.js";
import { fixed } from "../page/numbers.js";
import { Part } from "../page/part.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../trace/contracts.js").Generate} Generate */

export class WritePanel extends Part {
  /** @param {Scene} scene */
  connect(scene) {
    scene.on("trace", () => (this.hidden = scene.shown?.model.task !== "language-model"), this.life);
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
      const detail = {
        steps: this.#field("steps").valueAsNumber,
        temperature: temperature.valueAsNumber,
        seed: this.#field("seed").valueAsNumber,
      };
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

  /** @param {string} name */
  #field(name) {
    return find(this, `input[name=${name}]`, HTMLInputElement);
  }
}
