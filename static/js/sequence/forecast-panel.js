// @ts-check
/** What a forecaster expects of the next step: forecast, what really came, and the error, in the user's own units. */

import { find, setText, stamp } from "../page/dom.js";
import { say } from "../page/words.js";
import { forecastError } from "./forecast-error.js";
import { FORECASTS, panelsOf, quantity, VALUES } from "./series.js";
import { StepPanel } from "./step-panel.js";
import { spoken } from "./tokens.js";

/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("./series.js").Panel} Panel */

export class ForecastPanel extends StepPanel {
  awaits = "prediction";
  /** @type {Trace | null} the trace whose errors are shown */
  #measured = null;
  /** @type {{ panel: Panel | undefined, name: string, output: number, row: HTMLElement }[]} */
  #rows = [];

  /**
   * @override
   * @param {Trace} trace
   */
  concerns({ header }) {
    return Boolean(header.outputs);
  }

  /**
   * @override
   * @param {Trace} trace
   */
  rebuild(trace) {
    const panels = panelsOf(trace);
    this.#rows = (trace.header.outputs ?? []).map((name, output) => {
      const row = stamp(this, "template");
      setText(find(row, "th", HTMLElement), name);
      return { panel: panels.find((panel) => panel.output === output), name, output, row };
    });
    find(this, "tbody", HTMLElement).replaceChildren(...this.#rows.map(({ row }) => row));
    this.#measured = null;
    this.#errors.hidden = true;
  }

  /**
   * Says how far the forecasts are off over all steps, if the page holds them all.
   * @param {Trace} trace
   */
  #tellErrors(trace) {
    if (trace === this.#measured || trace.resolution > 1) return;
    this.#measured = trace;
    let most = 0;
    const rows = this.#rows.flatMap(({ panel, name }) => {
      if (!panel) return [];
      const { network, persistence, steps } = forecastError(trace, panel);
      most = Math.max(most, steps);
      const row = stamp(this, "template.forecast-error");
      setText(find(row, "th", HTMLElement), name);
      fill(row, "network", network, panel.digits + 1);
      fill(row, "persistence", persistence, panel.digits + 1);
      return [row];
    });
    const errors = this.#errors;
    errors.hidden = most === 0;
    setText(
      find(errors, "caption", HTMLElement),
      say("forecast.errors", { steps: most.toLocaleString("en") }),
    );
    find(errors, "tbody", HTMLElement).replaceChildren(...rows);
  }

  get #errors() {
    return find(this, "table.forecast-errors", HTMLElement);
  }

  /**
   * @override
   * @param {Trace} trace
   * @param {number} step
   */
  fill(trace, step) {
    for (const { panel, output, row } of this.#rows) {
      const expected = trace.value(FORECASTS, step, output);
      const came = panel ? trace.value(VALUES, step + 1, panel.feature) : Number.NaN;
      const digits = panel?.digits ?? 3;
      fill(row, "expected", expected, digits);
      fill(row, "came", came, digits);
      fill(row, "error", expected - came, digits);
    }
    if (trace.complete) this.#tellErrors(trace);
    const ends = step + 1 >= trace.extent;
    const next = trace.nameOf(step + 1);
    const about = next ? spoken(next) : say("step.number", { step: step + 1 });
    setText(find(this, ".note", HTMLElement), ends ? say("forecast.end") : say("forecast.about", { about }));
  }
}

/**
 * @param {HTMLElement} row
 * @param {string} name
 * @param {number} value
 * @param {number} digits
 */
function fill(row, name, value, digits) {
  const cell = find(row, `[data-forecast=${name}]`, HTMLElement);
  cell.dataset.value = String(value);
  setText(cell, quantity(value, digits));
}
