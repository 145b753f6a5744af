// @ts-check
/** The numbers of a step: each feature in the user's own unit, and what the network receives. */

import { find, setText, stamp } from "../page/dom.js";
import { fixed, float32Text } from "../page/numbers.js";
import { panelsOf, quantity, VALUES } from "./series.js";
import { StepPanel } from "./step-panel.js";
import { inputNames, inputsOf } from "../trace/vectors.js";
import { say } from "../page/words.js";

/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("./series.js").Panel} Panel */

/** The most rows. */
const MOST = 64;

export class InputPanel extends StepPanel {
  /** @type {{ panel: Panel | undefined, input: number, row: HTMLElement }[]} */
  #rows = [];

  /**
   * @override
   * @param {Trace} trace
   */
  concerns(trace) {
    return trace.numeric;
  }

  /**
   * @override
   * @param {Trace} trace
   */
  rebuild(trace) {
    const panels = panelsOf(trace);
    const inputs = inputNames(trace);
    const names = [...new Set([...panels.map(({ name }) => name), ...inputs])];
    this.#rows = names.slice(0, MOST).map((name) => {
      const row = stamp(this, "template");
      setText(find(row, "th", HTMLElement), name);
      return { panel: panels.find((panel) => panel.name === name), input: inputs.indexOf(name), row };
    });
    find(this, "tbody", HTMLElement).replaceChildren(...this.#rows.map(({ row }) => row));
    const more = names.length - this.#rows.length;
    setText(find(this, ".note", HTMLElement), more > 0 ? say("input.more", { more }) : "");
  }

  /**
   * @override
   * @param {Trace} trace
   * @param {number} step
   */
  fill(trace, step) {
    for (const { panel, input, row } of this.#rows) {
      const own = panel ? trace.value(VALUES, step, panel.feature) : Number.NaN;
      const received = trace.value(inputsOf({ part: "sequence" }), step, input);
      const [value, inner] = row.querySelectorAll("td");
      if (!value || !inner) continue;
      value.dataset.value = String(own);
      setText(value, panel ? quantity(own, panel.digits) : "");
      inner.dataset.value = float32Text(received);
      setText(inner, fixed(received));
    }
  }
}
