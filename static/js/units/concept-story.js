// @ts-check
/**
 * What the network reads and what its chosen unit knows, in one sentence, with further concepts as choices. Fires
 * `choose` with the example that shows a concept, or with another model.
 */

import { find, setText } from "../page/dom.js";
import { Part } from "../page/part.js";
import { has, say } from "../page/words.js";
import { choicesOf, knownBy } from "./concepts.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../page/scene.js").Shown} Shown */
/** @typedef {import("../trace/contracts.js").Concept} Concept */
/** @typedef {import("../trace/contracts.js").ModelSummary} ModelSummary */

export class ConceptStory extends Part {
  /** @type {ModelSummary[]} */
  #models = [];
  #offered = "";

  /** @param {Scene} scene */
  connect(scene) {
    for (const change of /** @type {const} */ (["trace", "selection"])) {
      scene.on(change, () => this.#tell(scene), this.life);
    }
    this.addEventListener("change", (event) => {
      const { value } = /** @type {HTMLInputElement} */ (event.target);
      const model = scene.shown?.model;
      const choice = model && choicesOf(model).find(({ concept }) => concept.id === value);
      if (choice) this.#choose({ model: model.id, example: choice.example.id });
    });
    this.addEventListener("keydown", (event) => {
      // Arrows move between the choices, and not through time.
      if (event.key.startsWith("Arrow")) event.stopPropagation();
    });
    this.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button[data-model]") : null;
      if (button instanceof HTMLButtonElement) this.#choose({ model: button.dataset.model ?? "" });
    });
  }

  /** @param {ModelSummary[]} models available models */
  offer(models) {
    this.#models = models;
  }

  /** @param {Scene} scene */
  #tell({ shown, selection }) {
    if (!shown) return;
    if (shown.model.id !== this.#offered) this.#offer(shown);
    const { model, cell, trace } = shown;
    const known = knownBy(model, selection);
    const reads = `story.reads.${model.id}`;
    const first = has(reads) ? say(reads) : say("story.reads", { units: trace.header.units });
    const units = trace.header.units;
    const second =
      known && say(amount(known) ? "story.amount" : "story.knows", { units, title: known.title });
    setText(find(this, "[data-readout=story]", HTMLElement), [first, second].filter(Boolean).join(" "));
    const titleOf = (/** @type {string | undefined} */ signal) =>
      cell.signals.find(({ name }) => name === signal)?.title.toLowerCase() ?? "";
    const signal = titleOf(selection.signal);
    const knows = known?.units[0]?.signal;
    const own = knows === selection.signal;
    const { unit } = selection;
    const other = known
      ? say("story.beside", { unit, signal, knows: titleOf(knows) })
      : say("story.other", { unit, signal });
    setText(find(this, "[data-readout=score]", HTMLElement), known && own ? scoreOf(known, signal) : other);
    // While another signal of the unit is shown, its concept can be chosen again.
    for (const input of this.querySelectorAll("input")) input.checked = own && input.value === known?.id;
  }

  /** @param {Shown} shown */
  #offer({ model }) {
    this.#offered = model.id;
    const choices = choicesOf(model).map(({ concept }) => radio(concept));
    find(this, ".story-choices", HTMLElement).replaceChildren(...choices);
    const others = this.#models.filter(({ id }) => id !== model.id && has(`story.invite.${id}`));
    find(this, ".story-others", HTMLElement).replaceChildren(...others.map(({ id }) => invitation(id)));
    this.toggleAttribute("data-plain", choices.length === 0);
  }

  /** @param {{ model: string, example?: string }} choice */
  #choose(choice) {
    this.dispatchEvent(new CustomEvent("choose", { detail: choice, bubbles: true }));
  }
}

/** @param {Concept} concept */
function amount({ units }) {
  return units[0]?.rho !== undefined;
}

/**
 * How well the unit tracks it, how well the best unit does by chance, and on which data.
 * @param {Concept} concept
 * @param {string} signal
 */
function scoreOf({ units: [best], chance, on, title }, signal) {
  if (!best) return "";
  const { unit, sign, auc, rho } = best;
  const height = say(sign > 0 ? "story.high" : "story.low");
  if (auc === undefined) {
    const score = (rho ?? 0).toFixed(2);
    return say(sign > 0 ? "story.rises" : "story.falls", {
      unit,
      signal,
      score,
      chance: chance.toFixed(2),
      on,
    });
  }
  return say("story.score", {
    unit,
    signal,
    height,
    title,
    score: hundreds(auc),
    chance: hundreds(chance),
    on,
  });
}

/** @param {number} share */
function hundreds(share) {
  return Math.round(100 * share);
}

/** @param {Concept} concept */
function radio({ id, title }) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name: "concept", value: id });
  label.append(input, title);
  return label;
}

/** @param {string} id of a model */
function invitation(id) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.model = id;
  button.textContent = say(`story.invite.${id}`);
  return button;
}
