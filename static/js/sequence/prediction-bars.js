// @ts-check
/** What the model expects next at the current step, and the token that actually came. */

import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { float32Text, percent } from "../page/numbers.js";
import { ACTUAL, candidatesOf, INDICES } from "./candidates.js";
import { knownAt } from "../stage/known.js";
import { glyphOf, spoken } from "./tokens.js";
import { say } from "../page/words.js";
import { Part } from "../page/part.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../trace/contracts.js").Entry} Entry */

export class PredictionBars extends Part {
  /** @type {HTMLElement[]} */
  #rows = [];
  #drawn = "";

  /** @param {Scene} scene */
  connect(scene) {
    scene.clock.add(() => this.#draw(scene), this.life);
    scene.on("trace", () => this.#rebuild(scene), this.life);
    for (const change of /** @type {const} */ (["chunk", "filled"]))
      scene.on(change, () => (this.#drawn = ""), this.life);
  }

  /** @param {Scene} scene */
  #rebuild(scene) {
    this.#drawn = "";
    const trace = scene.shown?.trace;
    this.hidden = !trace?.has(INDICES);
    const count = trace?.width(INDICES) ?? 0;
    if (count !== this.#rows.length) {
      this.#rows = Array.from({ length: count }, () => stamp(this, "template"));
      find(this, ".prediction-rows", HTMLElement).replaceChildren(...this.#rows);
    }
  }

  /** @param {Scene} scene */
  #draw(scene) {
    const shown = scene.shown;
    if (!shown?.trace.has(INDICES)) return;
    this.toggleAttribute("data-coming", !knownAt(scene)("prediction"));
    const { trace, model } = shown;
    const { step } = scene;
    const state = `${step} ${trace.tokens.length} ${trace.value(ACTUAL, step)} ${model.vocabulary.length}`;
    if (state === this.#drawn) return;
    this.#drawn = state;
    const following = trace.tokens[step + 1];
    candidatesOf(shown, step).forEach(({ entry, probability, came }, rank) => {
      const row = this.#rows[rank];
      if (row) drawRow(row, entry, probability, came);
    });
    const actual = trace.value(ACTUAL, step);
    const output = find(this, "output", HTMLOutputElement);
    setAttribute(output, "data-value", float32Text(actual));
    setText(
      output,
      following
        ? say("prediction.actual", { token: spoken(following), probability: percent(actual) })
        : say("prediction.open"),
    );
  }
}

/**
 * @param {HTMLElement} row
 * @param {Entry} entry
 * @param {number} probability
 * @param {boolean} came whether it is the actual next token
 */
function drawRow(row, entry, probability, came) {
  const glyph = glyphOf(entry);
  const token = find(row, ".token", HTMLElement);
  setText(token, glyph.text);
  setAttribute(token, "data-kind", glyph.kind);
  setAttribute(row, "data-token", entry.text);
  setAttribute(row, "data-value", float32Text(probability));
  row.toggleAttribute("data-came", came);
  setText(find(row, ".probability", HTMLElement), percent(probability));
  find(row, ".meter-bar", HTMLElement).style.transform =
    `scaleX(${Number.isNaN(probability) ? 0 : probability})`;
}
