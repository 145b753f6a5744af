// @ts-check
/** Lets a language model go on by itself: how long, how boldly, from which seed; and stops it. */

import { find, setText } from "../page/dom.js";
import { fixed } from "../page/numbers.js";

/** @typedef {import("../trace/contracts.js").Generate} Generate */

export class WritePanel extends HTMLElement {
  /** @param {{ write: (how: Generate) => void, stop: () => void }} answers */
  connect({ write, stop }) {
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
      write({
        steps: this.#field("steps").valueAsNumber,
        temperature: temperature.valueAsNumber,
        seed: this.#field("seed").valueAsNumber,
      });
    });
    find(this, "button[data-action=stop]", HTMLButtonElement).addEventListener("click", stop);
  }

  /**
   * Shows that the model writes, and offers to stop it.
   * @param {boolean} writing
   */
  writing(writing) {
    const button = find(this, "button[data-action=stop]", HTMLButtonElement);
    const focused = document.activeElement === button;
    button.hidden = !writing;
    find(this, "details", HTMLDetailsElement).hidden = writing;
    if (focused && !writing) find(this, "summary", HTMLElement).focus();
  }

  /** @param {string} name */
  #field(name) {
    return find(this, `input[name=${name}]`, HTMLInputElement);
  }
}
