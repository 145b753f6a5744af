// @ts-check
/** What to compare the translation with: another model, another sentence, or the true translation. Fires `compare`. */

import { find } from "../page/dom.js";
import { Part } from "../page/part.js";
import { sameData } from "./same-data.js";

/** @typedef {import("../trace/contracts.js").ModelSummary} ModelSummary */
/** @typedef {import("./second-run.js").Rival} Rival */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** @extends {Part<TranslationScene>} */
export class ComparePanel extends Part {
  /** @type {ModelSummary[]} */
  #models = [];

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
    scene.on(
      "trace",
      () => {
        this.#others(scene);
        this.#forget(scene);
      },
      this.life,
    );
  }

  /** @param {ModelSummary[]} models */
  offer(models) {
    this.#models = models;
  }

  /**
   * Shows whether something is compared with the translation.
   * @param {Rival | null} rival
   */
  show(rival) {
    find(this, "button[data-action=alone]", HTMLButtonElement).hidden = rival === null;
  }

  /**
   * Offers the other models: first those that learned from the same data, which read the same sentences.
   * @param {TranslationScene} scene
   */
  #others({ shown }) {
    const select = find(this, "select", HTMLSelectElement);
    const id = shown?.model.id;
    if (select.dataset.beside === id) return;
    select.dataset.beside = id;
    const others = this.#models.filter((model) => model.id !== id);
    const akin = others.filter((model) => sameData(model, shown?.model));
    const offered = [...akin, ...others.filter((model) => !akin.includes(model))];
    select.replaceChildren(...offered.map(({ id, title }) => new Option(title, id)));
  }

  /**
   * The true translation is that of one sentence: the field is emptied for another.
   * @param {TranslationScene} scene
   */
  #forget({ shown }) {
    const field = find(this, "input[name=target]", HTMLInputElement);
    const text = shown?.source.sequence.text;
    if (field.dataset.of !== text) field.value = "";
    field.dataset.of = text;
  }

  /** @param {Rival | null} rival */
  #send(rival) {
    this.dispatchEvent(new CustomEvent("compare", { detail: rival, bubbles: true }));
  }
}
