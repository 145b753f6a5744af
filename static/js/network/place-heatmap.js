// @ts-check
/** One signal's heatmap in one layer: its directions in one picture, forward above backward. */

import { paint } from "../charts/heatmap-cells.js";
import { cellsOf } from "../charts/overview.js";
import { listenToPointer } from "../charts/chart-frame.js";
import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { columnsOf, share } from "../time/time-range.js";
import { arrayName } from "../trace/trace.js";

/** @typedef {import("../page/palette.js").Scale} Scale */
/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../trace/contracts.js").Place} Place */
/** @typedef {{ place: Place, unit: number, step: number }} Cell */
/** @typedef {import("../page/part.js").Answers<Cell & { event: PointerEvent }, Cell>} CellAnswers */

export class PlaceHeatmap {
  /**
   * @param {ParentNode} templates
   * @param {{ places: Place[], title: string, label: string }} shown its places from the top, and what they are
   * @param {Scene} scene
   * @param {CellAnswers} answers
   * @param {AbortSignal} life
   */
  constructor(templates, { places, title, label }, scene, answers, life) {
    this.places = places;
    this.scene = scene;
    this.element = stamp(templates, "template.place-template");
    this.element.dataset.places = places.map(({ layer, direction }) => `${layer} ${direction}`).join(", ");
    setText(find(this.element, ".place-title", HTMLElement), title);
    this.plot = find(this.element, ".place-plot", HTMLElement);
    setAttribute(this.plot, "aria-label", label);
    this.veils = places.map(({ direction }, index) => {
      const veil = stamp(templates, "template.veil-template");
      veil.dataset.direction = direction;
      veil.style.insetBlock = `${(100 * index) / places.length}% ${(100 * (places.length - 1 - index)) / places.length}%`;
      this.plot.append(veil);
      return veil;
    });
    const cellAt = (/** @type {number} */ moment, /** @type {number} */ height) => {
      const row = Math.floor(height * this.#count);
      const place = /** @type {Place} */ (places[Math.floor(row / this.#units)]);
      return { place, unit: scene.rows[row % this.#units] ?? 0, step: Math.floor(moment) };
    };
    const pointed = {
      point: (
        /** @type {number} */ moment,
        /** @type {number} */ height,
        /** @type {PointerEvent} */ event,
      ) => answers.point({ ...cellAt(moment, height), event }),
      leave: () => answers.point(null),
      click: (/** @type {number} */ moment, /** @type {number} */ height) =>
        answers.choose(cellAt(moment, height)),
    };
    listenToPointer(this.plot, () => scene.range, pointed, life);
  }

  get #units() {
    return this.scene.shown?.trace.header.units ?? 1;
  }

  get #count() {
    return this.#units * this.places.length;
  }

  /**
   * @param {string} signal
   * @param {Scale} scale
   */
  draw(signal, scale) {
    const { scene, plot } = this;
    const trace = scene.shown?.trace;
    const canvas = find(plot, "canvas", HTMLCanvasElement);
    const context = canvas.getContext("2d");
    if (!trace || !context) return;
    const width = plot.clientWidth;
    const columns = columnsOf(scene.range, width, trace.extent);
    const gathered = this.places.map((place) => cellsOf(trace, arrayName(place, signal), columns));
    const arrived = Math.max(...gathered.map((cells) => cells?.arrived ?? 0));
    const cells = gathered.flatMap((one) =>
      scene.rows.map((unit) => one?.rows[unit] ?? new Float32Array(columns.count).fill(Number.NaN)),
    );
    if (columns.count === 0 || cells.length === 0) return;
    canvas.width = columns.count;
    canvas.height = cells.length;
    const image = context.createImageData(columns.count, cells.length);
    paint({ rows: cells, columns, arrived }, scale, new Uint32Array(image.data.buffer));
    context.putImageData(image, 0, 0);
    const left = share(scene.range, columns.first) * width;
    const right = share(scene.range, columns.first + columns.count * columns.size) * width;
    canvas.style.inlineSize = `${right - left}px`;
    canvas.style.transform = `translateX(${left}px)`;
  }

  /**
   * Covers what a direction has not read yet: forward the steps to the right, backward those to the left.
   * @param {number} step
   * @param {number} width
   */
  cover(step, width) {
    const { range } = this.scene;
    for (const veil of this.veils) {
      const backward = veil.dataset.direction === "backward";
      const edge = Math.min(Math.max(share(range, backward ? step : step + 1), 0), 1) * width;
      veil.style.transform = backward ? `scaleX(${edge / Math.max(width, 1)})` : `translateX(${edge}px)`;
    }
  }
}
