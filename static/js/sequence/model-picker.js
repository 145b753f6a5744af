// @ts-check
/** Chooses the model and one of its examples. Fires `choose` with the choice. */

import { find } from "../page/dom.js";
import { Part } from "../page/part.js";

/**
 * @typedef {{ shown: { model: Model, source: { example?: string } } | null,
 *   on: (change: "trace", listener: () => void, life: AbortSignal) => void }} Scene a scene of any page
 */
/** @typedef {import("../trace/contracts.js").Model} Model */
/** @typedef {import("../trace/contracts.js").ModelSummary} ModelSummary */
/** @typedef {{ model: string, example?: string }} Choice */

/** @extends {Part<Scene>} */
export class ModelPicker extends Part {
  /** @type {Model | null} */
  #model = null;

  /** @param {Scene} scene */
  connect(scene) {
    scene.on("trace", () => this.#show(scene), this.life);
    this.#models.addEventListener("change", () => this.#choose({ model: this.#models.value }));
    this.#examples.addEventListener("change", () => {
      const example = this.#examples.value;
      if (example && this.#model) this.#choose({ model: this.#model.id, example });
    });
  }

  /** @param {Pick<ModelSummary, "id" | "title">[]} models available models */
  offer(models) {
    this.#models.replaceChildren(...models.map(({ id, title }) => new Option(title, id)));
  }

  /** @param {Scene} scene */
  #show({ shown }) {
    if (!shown) return;
    const { model, source } = shown;
    const own = find(this, "option[value='']", HTMLOptionElement);
    if (model !== this.#model) {
      this.#model = model;
      this.#examples.replaceChildren(own, ...model.examples.map(({ id, title }) => new Option(title, id)));
    }
    const example = model.examples.find(({ id }) => id === source.example);
    this.#models.value = model.id;
    this.#examples.value = example?.id ?? "";
    own.hidden = Boolean(example);
  }

  /** @param {Choice} choice */
  #choose(choice) {
    this.dispatchEvent(new CustomEvent("choose", { detail: choice, bubbles: true }));
  }

  get #models() {
    return find(this, "select[name=model]", HTMLSelectElement);
  }

  get #examples() {
    return find(this, "select[name=example]", HTMLSelectElement);
  }
}
