// @ts-check
/** The marked steps as bands over a chart. */

import { Part } from "../page/part.js";
import { share } from "../time/time-range.js";

/** @typedef {import("../page/scene.js").Scene} Scene */

export class MarkBands extends Part {
  /** @param {Scene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    let stale = true;
    const refresh = () => {
      stale = true;
      mark();
    };
    this.#stale = () => {
      const was = stale;
      stale = false;
      return was;
    };
    for (const change of /** @type {const} */ (["trace", "chunk", "range"]))
      scene.on(change, refresh, this.life);
    scene.marks.addEventListener("marks", refresh, { signal: this.life });
    mark();
  }

  #stale = () => true;

  /** @param {Scene} scene */
  #draw({ marks, range }) {
    if (!this.#stale()) return;
    const bands = marks.stretches.map(([start, stop]) => {
      const band = document.createElement("span");
      band.style.insetInlineStart = `${100 * share(range, start)}%`;
      band.style.inlineSize = `${(100 * (stop - start)) / (range.stop - range.start)}%`;
      return band;
    });
    this.replaceChildren(...bands);
  }
}
