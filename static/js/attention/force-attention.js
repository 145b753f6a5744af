// @ts-check
/**
 * Makes the attention of a decoder step look at chosen source words, or at all of them evenly. The step is the clock's,
 * whatever is looked at in the map; a choice stops time there. Fires `force`.
 */

import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { sourceLabels, targetLabels } from "./labels.js";
import { forcedSteps } from "./look.js";
import { evenly } from "./wishes.js";

/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** @extends {Part<TranslationScene>} */
export class ForceAttention extends Part {
  /** @type {Set<number>} source steps */
  #chosen = new Set();
  /** The decoder step whose attention is chosen. */
  #step = 0;
  #drawn = "";

  /** @param {TranslationScene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    scene.on(
      "trace",
      () => {
        this.#chosen.clear();
        this.#build(scene);
        this.#drawn = "";
      },
      this.life,
    );
    const words = find(this, ".force-words", HTMLElement);
    words.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (!button) return;
      const source = Number(button.dataset.source);
      if (!this.#chosen.delete(source)) this.#chosen.add(source);
      if (scene.clock.state !== "paused") scene.goTo(this.#step);
      this.#drawn = "";
      mark();
    });
    this.#button("force").addEventListener("click", () => {
      this.#send(evenly(this.#chosen, words.children.length));
    });
    this.#button("uniform").addEventListener("click", () => this.#send("uniform"));
    this.#button("free").addEventListener("click", () => this.#send(null));
  }

  /** @param {string} action */
  #button(action) {
    return find(this, `button[data-action=${action}]`, HTMLButtonElement);
  }

  /** @param {"uniform" | number[] | null} weights */
  #send(weights) {
    const detail = { step: this.#step, weights };
    this.dispatchEvent(new CustomEvent("force", { detail, bubbles: true }));
  }

  /** @param {TranslationScene} scene */
  #build({ shown }) {
    if (!shown) return;
    const buttons = sourceLabels(shown).map(({ text }, source) => {
      const button = stamp(this, "template");
      button.dataset.source = String(source);
      setText(button, text);
      return button;
    });
    find(this, ".force-words", HTMLElement).replaceChildren(...buttons);
  }

  /** @param {TranslationScene} scene */
  #draw(scene) {
    const { shown, moment, rhythm } = scene;
    if (!shown) return;
    const step = moment.turned ? moment.target : 0;
    const known = moment.turned && moment.writing >= (rhythm?.word ?? 1) - 1e-6;
    const key = `${step} ${known} ${[...this.#chosen]} ${shown.trace.received}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#step = step;
    this.dataset.step = String(step);
    const word = known ? (targetLabels(shown)[step]?.text ?? "") : "";
    setText(find(this, ".force-step", HTMLElement), say(word ? "force.word" : "force.step", { step, word }));
    for (const button of find(this, ".force-words", HTMLElement).children) {
      const pressed = this.#chosen.has(Number(/** @type {HTMLElement} */ (button).dataset.source));
      setAttribute(button, "aria-pressed", String(pressed));
    }
    this.#button("force").disabled = this.#chosen.size === 0;
    this.#button("free").hidden = !forcedSteps(shown).has(step);
  }
}
