// @ts-check
/** Which layers the map and the heatmaps of all places show: all at once, or one alone. */

import { find } from "../page/dom.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";

/** @typedef {import("../page/scene.js").Scene} Scene */

export class LayerChoice extends Part {
  /** @param {Scene} scene */
  connect(scene) {
    const picker = this.#picker;
    picker.addEventListener("change", () =>
      scene.showLayer(picker.value === "" ? null : Number(picker.value)),
    );
    scene.on("trace", () => this.#offer(scene), this.life);
    for (const change of /** @type {const} */ (["selection", "layers"])) {
      scene.on(change, () => this.#show(scene), this.life);
    }
    this.#offer(scene);
  }

  get #picker() {
    return find(this, "select", HTMLSelectElement);
  }

  /** @param {Scene} scene */
  #offer(scene) {
    const layers = scene.shown?.trace.header.layers ?? [];
    this.hidden = layers.length < 2;
    const [all] = this.#picker.options;
    const options = layers.map((layer) => new Option(say("network.layer", { layer }), String(layer)));
    this.#picker.replaceChildren(...(all ? [all] : []), ...options);
    this.#show(scene);
  }

  /** @param {Scene} scene */
  #show(scene) {
    const [layer, ...others] = scene.layers;
    this.#picker.value = others.length === 0 && layer !== undefined ? String(layer) : "";
  }
}
