// @ts-check
/** What a forecaster expects of the next step: forecast, what really came, and the error, in the user's own units. */

import { find, setText, stamp } from "../page/dom.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { FORECASTS, panelsOf, quantity, VALUES } from "./series.js";
import { spoken } from "./tokens.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("./series.js").Panel} Panel */

export class ForecastPanel extends Part {
  /** @type {{ panel: Panel | undefined, name: string, output: number, row: HTMLElement }[]} */
  #rows = [];
  #drawn = "";

  /** @param {Scene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    scene.on("trace", () => this.#rebuild(scene), this.life);
    scene.on(
      "chunk",
      () => {
        this.#drawn = "";
        mark();
      },
      this.life,
    );
    this.#rebuild(scene);
    mark();
  }

  /** @param {Scene} scene */
  #rebuild({ shown }) {
    const trace = shown?.trace;
    this.#drawn = "";
    this.hidden = !trace?.header.outputs;
    if (!trace || this.hidden) return;
    const panels = panelsOf(trace);
    this.#rows = (trace.header.outputs ?? []).map((name, output) => {
      const row = stamp(this, "template");
      setText(find(row, "th", HTMLElement), name);
      return { panel: panels.find((panel) => panel.output === output), name, output, row };
    });
    find(this, "tbody", HTMLElement).replaceChildren(...this.#rows.map(({ row }) => row));
  }

  /** @param {Scene} scene */
  #draw(scene) {
    const trace = scene.shown?.trace;
    const { step } = scene;
    if (!trace || this.hidden || this.#drawn === `${step} ${trace.received}`) return;
    this.#drawn = `${step} ${trace.received}`;
    for (const { panel, output, row } of this.#rows) {
      const expected = trace.value(FORECASTS, step, output);
      const came = panel ? trace.value(VALUES, step + 1, panel.feature) : Number.NaN;
      const digits = panel?.digits ?? 3;
      fill(row, "expected", expected, digits);
      fill(row, "came", came, digits);
      fill(row, "error", expected - came, digits);
    }
    const ends = step + 1 >= trace.extent;
    const next = trace.nameOf(step + 1);
    const about = next ? spoken(next) : say("step.number", { step: step + 1 });
    setText(find(this, ".note", HTMLElement), ends ? say("forecast.end") : say("forecast.about", { about }));
    this.dataset.step = String(step);
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
