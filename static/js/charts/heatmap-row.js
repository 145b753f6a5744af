// @ts-check
/** One signal's heatmap: units down, time across; painted on a canvas at once, and drawn by Plotly when its turn comes. */

import { listenToPointer } from "./chart-frame.js";
import { ChartMenu } from "./chart-menu.js";
import { heatmapPicture } from "./chart-picture.js";
import { valuesShown } from "./chart-values.js";
import { listenToZoom } from "./chart-zoom.js";
import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { onOwnScales, paint } from "./heatmap-cells.js";
import { cellsOf } from "./overview.js";
import { fixed } from "../page/numbers.js";
import { listenToSignal } from "../page/pointing.js";
import { numberRows } from "./row-window.js";
import { stops } from "../page/palette.js";
import { bareLayout, PlotlyChart } from "./plotly.js";
import { columnsOf, share } from "../time/time-range.js";
import { samePlace } from "../trace/trace.js";
import { say } from "../page/words.js";
import { markByPointer, stepIn } from "../units/marking.js";

/** @typedef {import("../trace/contracts.js").Signal} Signal */
/** @typedef {import("./chart-queue.js").ChartQueue} ChartQueue */
/** @typedef {import("./heatmap-cells.js").Cells} Cells */
/** @typedef {import("../page/palette.js").Scale} Scale */
/** @typedef {import("../page/scene.js").Scene} Scene */
/**
 * @typedef {import("../page/part.js").Answers<{ step: number, unit: number, signal: Signal, event: PointerEvent },
 *   { moment: number, unit: number, signal: Signal }>} HeatmapAnswers
 */

export class HeatmapRow {
  /** @type {Cells | null} */
  #cells = null;
  /** @type {Scale | null} */
  #scale = null;
  /** Whether the cells were drawn on each unit's own scale. */
  #drawnOwn = false;
  /** @type {number[]} the units of the cells, from the top */
  #order = [];
  /** @type {import("./heatmap-cells.js").Kind} how the steps of a column become one number */
  kind = "mean";
  /** Whether each unit's colours cover its own range. */
  own = false;
  /** @type {import("./row-window.js").RowWindow | null} the rows that are shown; null for all */
  window = null;

  /**
   * @param {ParentNode} templates
   * @param {Signal} signal
   * @param {Scene} scene
   * @param {ChartQueue} queue
   * @param {HeatmapAnswers} answers
   * @param {AbortSignal} life
   */
  constructor(templates, signal, scene, queue, answers, life) {
    this.signal = signal;
    this.scene = scene;
    this.element = stamp(templates, "template.heatmap-template");
    this.element.dataset.signal = signal.name;
    this.element.style.setProperty("--signal", `var(${signal.css})`);
    setText(find(this.element, ".symbol", HTMLElement), signal.symbol);
    setText(find(this.element, ".title", HTMLElement), signal.title);
    setText(find(this.element, ".meaning", HTMLElement), signal.meaning);
    const button = find(this.element, "button", HTMLButtonElement);
    listenToSignal(button, button, signal.name, scene);
    this.plot = find(this.element, ".heatmap-plot", HTMLElement);
    this.canvas = find(this.element, "canvas", HTMLCanvasElement);
    const zoom = (/** @type {import("../time/time-range.js").Range | null} */ range) => scene.zoom(range);
    this.chart = new PlotlyChart(
      find(this.element, ".chart", HTMLElement),
      queue,
      () => this.#figure(),
      zoom,
    );
    this.menu = new ChartMenu(find(this.element, ".chart-menu", HTMLDetailsElement), {
      title: () => signal.title,
      file: () => `${scene.shown?.model.id}-${signal.name}`,
      figure: () => this.#picture(),
      values: () => this.#values(),
      signal: signal.name,
    });
    this.menu.name();
    listenToZoom(this.plot, scene, life);
    markByPointer(this.plot, scene.marks, (event) => stepIn(this.plot, event, scene), life);
    const unitAt = (/** @type {number} */ height) => this.rows[Math.floor(height * this.units)] ?? 0;
    /** @type {import("./chart-frame.js").Pointed} */
    const pointed = {
      point: (moment, height, event) =>
        answers.point({ step: Math.floor(moment), unit: unitAt(height), signal, event }),
      leave: () => answers.point(null),
      click: (moment, height) => answers.choose({ moment, unit: unitAt(height), signal }),
    };
    listenToPointer(this.plot, () => scene.range, pointed, life);
  }

  /** The units that are shown, from the top. */
  get rows() {
    const { from, count } = this.window ?? { from: 0, count: this.scene.rows.length };
    return this.scene.rows.slice(from, from + count);
  }

  /** How many units are shown. */
  get units() {
    return Math.max(this.window?.count ?? this.scene.rows.length, 1);
  }

  /** Gathers the values again and paints them; Plotly follows when its turn comes. */
  draw() {
    const { scene, signal } = this;
    const trace = scene.shown?.trace;
    const name = scene.arrayOf(signal.name);
    if (!trace?.has(name)) return;
    const scale = scene.scale(signal);
    const { own } = this;
    const rescaled =
      scale.high !== this.#scale?.high || scale.pixels !== this.#scale.pixels || own !== this.#drawnOwn;
    this.#scale = scale;
    this.#drawnOwn = own;
    const columns = columnsOf(scene.range, this.plot.clientWidth, trace.extent);
    const { rows = [], arrived = 0 } = cellsOf(trace, name, columns, this.kind) ?? {};
    const units = this.rows;
    const values = units.map((unit) => rows[unit] ?? new Float32Array());
    const ranges = own ? units.map((unit) => trace.range(name, unit)) : [];
    this.#cells = { rows: own ? onOwnScales(values, ranges, scale) : values, columns, arrived };
    const rearranged = this.#order.join() !== units.join();
    this.#order = units;
    numberRows(find(this.element, ".row-numbers", HTMLElement), this.window ? units : []);
    this.#paint(this.#cells, scale);
    if (rescaled) this.#describe(scale);
    this.chart.refresh({ hide: rescaled || rearranged || scene.zoomed });
  }

  /** Marks the row of the chosen unit, and whether this signal is chosen. */
  mark() {
    const { unit, signal } = this.scene.selection;
    setAttribute(
      find(this.element, "button", HTMLButtonElement),
      "aria-pressed",
      String(signal === this.signal.name),
    );
    const height = this.plot.clientHeight / this.units;
    const marker = find(this.element, ".unit-marker", HTMLElement);
    const row = this.rows.indexOf(unit);
    marker.hidden = row < 0;
    marker.style.transform = `translateY(${row * height}px)`;
    marker.style.blockSize = `${height}px`;
    this.light();
  }

  /** Marks the row of the pointed unit, wherever it is pointed at. */
  light() {
    const { pointed, selection } = this.scene;
    const marker = find(this.element, ".pointed-marker", HTMLElement);
    const row = pointed ? this.rows.indexOf(pointed.unit) : -1;
    marker.hidden = !pointed || row < 0 || !samePlace(pointed.place, selection.place);
    if (!pointed) return;
    marker.style.insetBlockStart = `${(row / this.units) * 100}%`;
    marker.style.blockSize = `${100 / this.units}%`;
    marker.toggleAttribute("data-signal", pointed.signal === this.signal.name);
  }

  /**
   * @param {Cells} cells
   * @param {Scale} scale
   */
  #paint(cells, scale) {
    const { canvas, scene } = this;
    const { first, size, count } = cells.columns;
    const context = canvas.getContext("2d");
    if (!context || count === 0) return;
    if (canvas.width !== count || canvas.height !== cells.rows.length) {
      canvas.width = count;
      canvas.height = cells.rows.length;
    }
    const image = context.createImageData(count, cells.rows.length);
    paint(cells, scale, new Uint32Array(image.data.buffer));
    context.putImageData(image, 0, 0);
    const width = this.plot.clientWidth;
    const left = share(scene.range, first) * width;
    canvas.style.inlineSize = `${share(scene.range, first + count * size) * width - left}px`;
    canvas.style.transform = `translateX(${left}px)`;
  }

  /** @param {Scale} scale */
  #describe(scale) {
    const { element, signal } = this;
    const digits = Number.isInteger(scale.high) ? 0 : 1;
    const ends = scale.low < 0 ? ["minus", "plus"] : ["least", "greatest"];
    const own = ends.map((end) => say(`heatmap.own.${end}`));
    const [low = "", high = ""] = this.own ? own : [fixed(scale.low, digits), fixed(scale.high, digits)];
    setText(find(element, ".low", HTMLElement), low);
    setText(find(element, ".high", HTMLElement), high);
    const colours = stops(scale, 9).map(([, colour]) => colour);
    find(element, ".ramp", HTMLElement).style.backgroundImage =
      `linear-gradient(to right, ${colours.join(", ")})`;
    setAttribute(
      this.plot,
      "aria-label",
      say("heatmap.label", { title: signal.title, units: this.units, low, high }),
    );
  }

  #figure() {
    const data = this.#heatmap();
    if (!data || !this.#cells) return null;
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (width === 0) return null;
    const zoom = matchMedia("(pointer: fine)").matches;
    return {
      data: [data],
      layout: {
        ...bareLayout({ width, height, zoom, ...this.scene.range }),
        yaxis: { range: [this.#cells.rows.length - 0.5, -0.5], visible: false, fixedrange: true },
      },
    };
  }

  /** Plotly's trace of the cells. */
  #heatmap() {
    if (!this.#cells || !this.#scale) return null;
    const { rows, columns } = this.#cells;
    return {
      type: "heatmap",
      z: rows,
      x0: columns.first + columns.size / 2,
      dx: columns.size,
      y0: 0,
      dy: 1,
      zmin: this.#scale.low,
      zmax: this.#scale.high,
      zsmooth: false,
      colorscale: stops(this.#scale, 33),
      showscale: false,
      hoverinfo: "none",
    };
  }

  #picture() {
    const data = this.#heatmap();
    const { scene, signal } = this;
    const { layer, direction } = scene.selection.place;
    const model = scene.shown?.model.title ?? "";
    const words = { title: signal.title, symbol: signal.symbol, layer, direction, model };
    return data && heatmapPicture(scene, say("picture.heatmap", words), data, this.rows);
  }

  /** The visible numbers: one column per unit, in their order on the page. */
  #values() {
    const { scene } = this;
    const trace = scene.shown?.trace;
    if (!trace) return [];
    const array = scene.arrayOf(this.signal.name);
    const series = this.rows.map((unit) => ({ name: `unit_${unit}`, array, unit }));
    return valuesShown(trace, scene.range, series);
  }
}
