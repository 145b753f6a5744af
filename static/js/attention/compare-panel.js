// @ts-check
/** What to compare the translation with: another model, another sentence, or the true translation. Fires `compare`. */

import { find } from "../page/dom.js";
import { Part } from "../page/part.js";

/** @typedef {import("../trace/contracts.js").ModelSummary} ModelSummary */
/** @typedef {import("./second-run.js").Rival} Rival */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** @extends {Part<TranslationScene>} */
export class ComparePanel extends Part {
  /** @param {TranslationScene} scene */
  connect(scene) {
    for (const form of this.querySelectorAll("form")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (form.elements[0]);
        find(this, "details", HTMLDetailsElement).open = false;
        this.#send(/** @type {Rival} */ ({ [field.name]: field.value }));
      });
    }
    find(this, "button[data-action=alone]", HTMLButtonElement).addEventListener("click", () =>
      this.#send(null),
    );
    scene.on("trace", () => this.#others(scene), this.life);
  }

  /** @param {ModelSummary[]} models */
  offer(models) {
    find(this, "select", HTMLSelectElement).replaceChildren(
      ...models.map(({ id, title }) => new Option(title, id)),
    );
  }

  /**
   * Shows whether something is compared with the translation.
   * @param {Rival | null} rival
   */
  show(rival) {
    find(this, "button[data-action=alone]", HTMLButtonElement).hidden = rival === null;
  }

  /**
   * The model that is not the one shown is offered first.
   * @param {TranslationScene} scene
   */
  #others({ shown }) {
    const select = find(this, "select", HTMLSelectElement);
    const other = [...select.options].find(({ value }) => value !== shown?.model.id);
    if (other && select.value === shown?.model.id) select.value = other.value;
  }

  /** @param {Rival | null} rival */
  #send(rival) {
    this.dispatchEvent(new CustomEvent("compare", { detail: rival, bubbles: true }));
  }
}
