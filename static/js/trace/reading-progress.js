// @ts-check
/** How far a long sequence has been read, and whether the current step's values are still being read. Fires `stop`. */

import { find, setAttribute, setText } from "../page/dom.js";
import { say } from "../page/words.js";
import { Part } from "../page/part.js";

/** @typedef {import("../page/scene.js").Scene} Scene */

export class ReadingProgress extends Part {
  /** @param {Scene} scene */
  connect(scene) {
    const all = find(this, "span.reading-all", HTMLElement);
    const bar = find(all, "progress", HTMLProgressElement);
    find(all, "button", HTMLButtonElement).addEventListener("click", () =>
      this.dispatchEvent(new Event("stop", { bubbles: true })),
    );
    const draw = () => {
      if (!scene.shown) return;
      const { trace } = scene.shown;
      const { received, extent: steps } = trace;
      const coming = !trace.holds(scene.step);
      all.hidden = trace.resolution === 1 || trace.complete;
      this.hidden = all.hidden && !coming;
      setText(
        find(this, "span.reading-step", HTMLElement),
        coming ? say("reading.step", { step: scene.step }) : "",
      );
      if (all.hidden) return;
      setAttribute(bar, "max", String(steps));
      setAttribute(bar, "value", String(received));
      setText(find(all, "[data-readout=reading]", HTMLElement), say("parity.received", { received, steps }));
    };
    const mark = scene.clock.add(draw, this.life);
    for (const change of /** @type {const} */ (["trace", "chunk"])) scene.on(change, mark, this.life);
    mark();
  }
}

/** @type {Record<string, import("../page/part.js").Kind>} */
export const PARTS = { "reading-progress": ReadingProgress };
