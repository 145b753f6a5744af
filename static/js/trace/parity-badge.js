// @ts-check
/** How far the trace lies from PyTorch's own numbers, and how much of it has come. */

import { find, setAttribute, setText } from "../page/dom.js";
import { scientific } from "../page/numbers.js";
import { say } from "../page/words.js";
import { Part } from "../page/part.js";

/** @typedef {import("../page/scene.js").Scene} Scene */

export class ParityBadge extends Part {
  /** @param {Scene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    scene.on("trace", mark, this.life);
    scene.on("chunk", mark, this.life);
  }

  /** @param {Scene} scene */
  #draw({ shown }) {
    if (!shown) return;
    const { trace } = shown;
    const badge = find(this, "[data-readout=parity]", HTMLElement);
    setAttribute(badge, "data-value", String(trace.parity));
    setText(
      badge,
      say(trace.complete ? "parity.done" : "parity.running", { difference: scientific(trace.parity) }),
    );
    setAttribute(this, "data-complete", String(trace.complete));
    setText(
      find(this, "[data-readout=received]", HTMLElement),
      say("parity.received", { received: trace.received, steps: trace.extent }),
    );
  }
}
