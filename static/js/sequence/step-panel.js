// @ts-check
/** A panel with the numbers of the current step; it is filled when the step changes, or when its numbers arrive. */

import { Part } from "../page/part.js";
import { knownAt } from "../stage/known.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../trace/trace.js").Trace} Trace */

export class StepPanel extends Part {
  /** What the cell must have computed before the panel shows its numbers; "" if they are there from the first. */
  awaits = "";
  /** @type {number | null} the step that is shown */
  #step = null;

  /** @param {Scene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    const renew = () => {
      this.#step = null;
      mark();
    };
    const rebuild = () => {
      this.hidden = !scene.shown || !this.concerns(scene.shown.trace);
      if (scene.shown && !this.hidden) this.rebuild(scene.shown.trace);
      renew();
    };
    scene.on("trace", rebuild, this.life);
    for (const change of /** @type {const} */ (["chunk", "filled"])) scene.on(change, renew, this.life);
    rebuild();
  }

  /** @param {Scene} scene */
  #draw(scene) {
    const { shown, step } = scene;
    if (!shown || this.hidden) return;
    this.toggleAttribute("data-coming", !knownAt(scene)(this.awaits));
    if (this.#step === step) return;
    this.#step = step;
    this.fill(shown.trace, step);
    this.dataset.step = String(step);
  }

  /**
   * Whether the trace has what the panel shows.
   * @param {Trace} _trace
   * @returns {boolean}
   */
  concerns(_trace) {
    throw new Error(`expected ${this.localName} to say which traces it is for`);
  }

  /**
   * Makes the panel's rows for a new trace.
   * @param {Trace} _trace
   */
  rebuild(_trace) {
    throw new Error(`expected ${this.localName} to say how its rows are made`);
  }

  /**
   * Writes the numbers of a step.
   * @param {Trace} _trace
   * @param {number} _step
   */
  fill(_trace, _step) {
    throw new Error(`expected ${this.localName} to say how it is filled`);
  }
}
