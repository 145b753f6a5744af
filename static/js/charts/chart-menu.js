// @ts-check
/** The small menu of a chart: its picture, its numbers as a file, and its numbers as a table. */

import { csvOf } from "./csv.js";
import { save } from "../page/download.js";
import { find, setAttribute } from "../page/dom.js";
import { problemOf } from "../trace/api.js";
import { say } from "../page/words.js";

/** @typedef {import("./plotly.js").Figure} Figure */
/** @typedef {import("./plotly.js").Plotly} Plotly */
/**
 * @typedef {object} Chart the chart of the menu
 * @property {() => string} title
 * @property {() => string} file its name without an ending
 * @property {() => Figure | null} figure with title, axes and colour scale, and its size in the layout
 * @property {() => Iterable<readonly string[]>} values
 * @property {string | null} signal whose values the table shows for all units; null for the chosen unit's signals
 */

/** Pixels in the file per pixel of the picture. */
const SHARPNESS = 2;

export class ChartMenu {
  /** @type {Plotly | null} */
  #plotly = null;

  /**
   * @param {HTMLDetailsElement} element
   * @param {Chart} chart
   */
  constructor(element, chart) {
    this.element = element;
    this.chart = chart;
    const summary = find(element, "summary", HTMLElement);
    element.addEventListener("toggle", () => this.name());
    element.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button") : null;
      if (!button) return;
      element.open = false;
      summary.focus();
      void this.#do(button.dataset.save ?? "");
    });
  }

  /** Names the menu for screen readers. */
  name() {
    setAttribute(
      find(this.element, "summary", HTMLElement),
      "aria-label",
      say("chart.menu", { title: this.chart.title() }),
    );
  }

  /** @param {Plotly} plotly */
  use(plotly) {
    this.#plotly = plotly;
    for (const button of this.element.querySelectorAll("button")) button.disabled = false;
  }

  /** @param {string} what */
  async #do(what) {
    const { chart } = this;
    if (what === "csv") {
      save(new Blob([csvOf(chart.values())], { type: "text/csv" }), `${chart.file()}.csv`);
    } else if (what === "png" || what === "svg") {
      await this.#picture(what);
    } else {
      const detail = { signal: chart.signal };
      this.element.dispatchEvent(new CustomEvent("read", { detail, bubbles: true }));
    }
  }

  /** @param {"png" | "svg"} format */
  async #picture(format) {
    const figure = this.chart.figure();
    if (!figure || !this.#plotly) return;
    const { width, height } = figure.layout;
    try {
      await this.#plotly.downloadImage(figure, {
        format,
        width,
        height,
        scale: format === "png" ? SHARPNESS : 1,
        filename: this.chart.file(),
      });
    } catch (error) {
      this.element.dispatchEvent(new CustomEvent("problem", { detail: problemOf(error), bubbles: true }));
    }
  }
}
