// @ts-check
/** The class probabilities of a text up to the current step: what a classifier would say if the text ended there. */

import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { float32Text, percent } from "../page/numbers.js";
import { PROBABILITIES } from "./classes.js";
import { StepPanel } from "./step-panel.js";

/** @typedef {import("../trace/trace.js").Trace} Trace */

export class ClassPanel extends StepPanel {
  awaits = "prediction";
  /** @type {HTMLElement[]} */
  #rows = [];

  /**
   * @override
   * @param {Trace} trace
   */
  concerns({ header }) {
    return Boolean(header.classes?.length);
  }

  /**
   * @override
   * @param {Trace} trace
   */
  rebuild({ header: { classes = [] } }) {
    this.#rows = classes.map((name, index) => {
      const row = stamp(this, "template");
      row.dataset.class = name;
      row.style.setProperty("--class", `var(--class-${index % 4})`);
      setText(find(row, ".class-name", HTMLElement), name);
      return row;
    });
    find(this, "ol", HTMLElement).replaceChildren(...this.#rows);
  }

  /**
   * @override
   * @param {Trace} trace
   * @param {number} step
   */
  fill(trace, step) {
    const probabilities = this.#rows.map((_, index) => trace.value(PROBABILITIES, step, index));
    const largest = Math.max(...probabilities);
    this.#rows.forEach((row, index) => {
      const probability = probabilities[index] ?? Number.NaN;
      setAttribute(row, "data-value", float32Text(probability));
      row.toggleAttribute("data-largest", probability === largest);
      setText(find(row, ".probability", HTMLElement), percent(probability));
      find(row, ".meter-bar", HTMLElement).style.transform = `scaleX(${probability || 0})`;
    });
  }
}
