// @ts-check
/** While a model writes: the candidates for the next token, with their probabilities, and which one was drawn. */

import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { percent } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { knownAt } from "../stage/known.js";
import { ACTUAL, candidatesOf, INDICES } from "./candidates.js";
import { glyphOf, spoken } from "./tokens.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../page/scene.js").Shown} Shown */

export class NextCandidates extends Part {
  #drawn = "";

  /** @param {Scene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    const renew = () => {
      const { trace, source } = scene.shown ?? {};
      this.hidden = !source?.generate || !trace?.has(INDICES);
      this.#drawn = "";
      mark();
    };
    for (const change of /** @type {const} */ (["trace", "chunk"])) scene.on(change, renew, this.life);
    renew();
  }

  /** @param {Scene} scene */
  #draw(scene) {
    const { shown, step } = scene;
    if (!shown || this.hidden) return;
    this.toggleAttribute("data-coming", !knownAt(scene)("prediction"));
    const { trace } = shown;
    const next = trace.tokens[step + 1];
    const state = `${step} ${trace.tokens.length}`;
    if (state === this.#drawn) return;
    this.#drawn = state;
    const candidates = candidatesOf(shown, step);
    if (next && !candidates.some(({ came }) => came)) {
      const probability = trace.value(ACTUAL, step);
      candidates.push({ entry: { id: Number.NaN, ...next }, probability, came: true });
    }
    const list = find(this, "ol", HTMLElement);
    while (list.children.length > candidates.length) list.lastElementChild?.remove();
    while (list.children.length < candidates.length) list.append(stamp(this, "template"));
    candidates.forEach(({ entry, probability, came }, rank) => {
      const row = /** @type {HTMLElement} */ (list.children[rank]);
      const glyph = glyphOf(entry);
      const token = find(row, ".token", HTMLElement);
      setText(token, glyph.text);
      setAttribute(token, "data-kind", glyph.kind);
      setText(find(row, ".probability", HTMLElement), percent(probability));
      row.toggleAttribute("data-came", came);
    });
    const name = !next ? "write.coming" : step + 1 < trace.given ? "write.given" : "write.drawn";
    setText(find(this, "output", HTMLElement), say(name, { token: next ? spoken(next) : "" }));
    this.dataset.step = String(step);
  }
}

/** @type {Record<string, import("../page/part.js").Kind>} */
export const PARTS = { "next-candidates": NextCandidates };
