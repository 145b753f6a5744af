// @ts-check
/** Why attention helps, by the figures that were measured with it and without. */

import { setText } from "../page/dom.js";
import { fixed } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { gainsOf } from "./same-data.js";

/** @typedef {import("../trace/contracts.js").ModelSummary} ModelSummary */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** @extends {Part<TranslationScene>} */
export class AttentionGain extends Part {
  /** @type {ModelSummary[]} */
  #models = [];

  /** @param {TranslationScene} scene */
  connect(scene) {
    scene.on("trace", () => setText(this, this.#words(scene)), this.life);
  }

  /** @param {ModelSummary[]} models available models */
  offer(models) {
    this.#models = models;
  }

  /** @param {TranslationScene} scene */
  #words({ shown }) {
    const gains = gainsOf(this.#models, shown?.model.id ?? "");
    const [least, most] = [gains[0], gains.at(-1)];
    if (!least || !most) return "";
    return say("gain", {
      least: least.on,
      least_looking: fixed(least.looking, 1),
      least_blind: fixed(least.blind, 1),
      most: most.on,
      most_looking: fixed(most.looking, 1),
      most_blind: fixed(most.blind, 1),
    });
  }
}
