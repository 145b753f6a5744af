// @ts-check
/** Chooses the model and one of its examples. */

import { find, setText } from "../page/dom.js";

/** @typedef {import("../trace/contracts.js").Example} Example */
/** @typedef {import("../trace/contracts.js").Model} Model */
/** @typedef {import("../trace/contracts.js").ModelSummary} ModelSummary */

export class ModelPicker extends HTMLElement {
  /** @type {Model | null} */
  #model = null;

  /** @param {{ models: ModelSummary[], model: (id: string) => void, example: (id: string) => void }} place */
  connect({ models, model, example }) {
    this.#models.replaceChildren(...models.map(({ id, title }) => new Option(title, id)));
    this.#models.addEventListener("change", () => model(this.#models.value));
    this.#examples.addEventListener("change", () => {
      if (this.#examples.value) example(this.#examples.value);
    });
  }

  /**
   * Shows what is on the page.
   * @param {Model} model
   * @param {Example | undefined} example none where one reads a text of one's own
   */
  show(model, example) {
    if (model !== this.#model) {
      this.#model = model;
      const own = find(this, "option[value='']", HTMLOptionElement);
      this.#examples.replaceChildren(own, ...model.examples.map(({ id, title }) => new Option(title, id)));
    }
    this.#models.value = model.id;
    this.#examples.value = example?.id ?? "";
    find(this, "option[value='']", HTMLOptionElement).hidden = Boolean(example);
    setText(find(document, "[data-readout=note]", HTMLElement), example?.note ?? "");
  }

  get #models() {
    return find(this, "select[name=model]", HTMLSelectElement);
  }

  get #examples() {
    return find(this, "select[name=example]", HTMLSelectElement);
  }
}
