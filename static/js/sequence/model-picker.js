// @ts-check
/** Chooses the model and one of its examples. Fires `choose` with the choice. */

import { find } from "../page/dom.js";
import { percent } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { entriesIn, say } from "../page/words.js";

/**
 * @typedef {{ shown: { model: Model, source: { example?: string } } | null,
 *   on: (change: "trace", listener: () => void, life: AbortSignal) => void }} Scene a scene of any page
 */
/** @typedef {import("../trace/contracts.js").Model} Model */
/** @typedef {import("../trace/contracts.js").ModelSummary} ModelSummary */
/** @typedef {import("../trace/contracts.js").Metric} Metric */
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
      this.#tell(model.metrics ?? []);
      this.#examples.replaceChildren(own, ...model.examples.map(({ id, title }) => new Option(title, id)));
    }
    const example = model.examples.find(({ id }) => id === source.example);
    this.#models.value = model.id;
    this.#examples.value = example?.id ?? "";
    own.hidden = Boolean(example);
  }

  /**
   * Says how good the model is, and after the first figure what the words mean.
   * @param {Metric[]} metrics
   */
  #tell(metrics) {
    const [first, ...further] = metrics.map(lines);
    const told = find(this, "[data-readout=quality]", HTMLElement);
    told.replaceChildren(
      element("p", say(first ? "quality.measured" : "quality.none")),
      ...(first ? [element("dl", ...first)] : []),
    );
    const more = find(this, "[data-readout=further-quality]", HTMLElement);
    more.replaceChildren(...further.flat());
    const words = find(this, ".words", HTMLElement);
    for (const entry of words.children) entry.toggleAttribute("hidden", true);
    for (const entry of entriesIn(words, `${told.textContent} ${more.textContent}`)) entry.hidden = false;
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

/**
 * What was measured on held-out data, with its baselines; how, for the first figure.
 * @param {Metric} metric
 * @param {number} index
 */
function lines({ name, value, unit, on, better, counted, baselines }, index) {
  const others = baselines
    .map(({ name, value }) => `${name.replaceAll("`", "")}: ${figure(value, unit)}`)
    .join("; ");
  const compared = [better && say(`quality.${better}`), others && say("quality.baselines", { others })]
    .filter(Boolean)
    .join(" ");
  return [
    element("dt", name),
    element("dd", element("strong", figure(value, unit)), ` ${say("quality.on", { on })}`),
    ...(compared ? [element("dd", compared)] : []),
    ...(index === 0 ? [element("dd", element("small", say("quality.counted", { counted })))] : []),
  ];
}

/**
 * @param {number} value
 * @param {string} unit
 */
function figure(value, unit) {
  if (/^(share|of )/.test(unit)) return percent(value);
  return `${Number(value.toPrecision(4)).toLocaleString("en")} ${unit}`;
}

/**
 * @param {string} name
 * @param {(Node | string)[]} content
 */
function element(name, ...content) {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}
