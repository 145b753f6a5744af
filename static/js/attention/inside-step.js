// @ts-check
/** The current step in the living cell: of the encoder while it reads, of the decoder while it writes. */

import { find, setText } from "../page/dom.js";
import { Part } from "../page/part.js";
import { DECODER, ENCODER } from "./translation-scene.js";

/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** @extends {Part<TranslationScene>} */
export class InsideStep extends Part {
  /** @param {TranslationScene} scene */
  connect(scene) {
    scene.clock.add(() => {
      const part = scene.moment.turned ? DECODER : ENCODER;
      if (this.dataset.side === part) return;
      this.dataset.side = part;
      setText(find(this, "[data-readout=side]", HTMLElement), part);
      for (const side of [ENCODER, DECODER]) this.#side(side).hidden = side !== part;
    }, this.life);
    // The first picture does not need the cell, so it is loaded afterwards.
    const load = () => void this.#load(scene);
    if (scene.shown) load();
    else scene.addEventListener("trace", load, { once: true, signal: this.life });
  }

  /** @param {TranslationScene} scene */
  async #load(scene) {
    const { mountCell } = await import("./cell-parts.js");
    mountCell(this.#side(ENCODER), scene.encoder);
    mountCell(this.#side(DECODER), scene.decoder);
    scene.encoder.retell();
    scene.decoder.retell();
    this.toggleAttribute("data-ready", true);
  }

  /** @param {string} part */
  #side(part) {
    return find(this, `[data-part=${part}]`, HTMLElement);
  }
}
