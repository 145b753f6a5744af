// @ts-check
/** The chosen unit's signals over time as lines, grouped by range. */

import { listenToPointer, placeCursor } from "./chart-frame.js";
import { ChartMenu } from "./chart-menu.js";
import { linesPicture } from "./chart-picture.js";
import { ChartQueue } from "./chart-queue.js";
import { valuesShown } from "./chart-values.js";
import { listenToZoom } from "./chart-zoom.js";
import { customProperty, find, setAttribute, setText, stamp, watchSize } from "../page/dom.js";
import { gridOf, heightIn, panelsOf } from "./line-panels.js";
import { spanOf } from "./line-points.js";
import { linePoints, onValues } from "./overview.js";
import { fixed, roundUp } from "../page/numbers.js";
import { rangeOf } from "../page/palette.js";
import { bareLayout, PlotlyChart } from "./plotly.js";
import { columnsOf, share } from "../time/time-range.js";
import { say } from "../page/words.js";
import { markByPointer, stepIn } from "../units/marking.js";
import { Part } from "../page/part.js";

/** @typedef {import("../trace/contracts.js").Signal} Signal */
/** @typedef {import("./line-panels.js").Panel} Panel */
/** @typedef {import("./line-points.js").Points} Points */
/** @typedef {import("./plotly.js").Plotly} Plotly */
/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {{ signal: Signal, panel: Panel, points: Points, span: [number, number], dash: string,
 *   width: number }} Line */

/** Dash patterns (line and gap in px) that also distinguish the lines of a panel. */
const DASHES = ["", "6 3", "2 3"];
const [THIN, THICK] = [1.5, 2.5];
/** Half the size of the cross that marks a value that is not finite (px). */
const CROSS = 3;

export class UnitLines extends Part {
  /** @type {PlotlyChart | null} */
  #chart = null;
  /** @type {ChartMenu | null} */
  #menu = null;
  /** @type {Line[]} */
  #lines = [];
  /** @type {Panel[]} */
  #panels = [];
  #size = { width: 0, height: 0 };
  #drawn = false;
  #mark = () => {};

  /** @param {Scene} scene */
  connect(scene) {
    const plot = find(this, ".lines-plot", HTMLElement);
    const pointer = { cursor: find(plot, ".cursor", HTMLElement), band: find(plot, ".band", HTMLElement) };
    const zoom = (/** @type {import("../time/time-range.js").Range | null} */ range) => scene.zoom(range);
    const element = find(this, ".chart", HTMLElement);
    this.#chart = new PlotlyChart(element, new ChartQueue(), () => this.#figure(scene), zoom);
    this.#menu = new ChartMenu(find(this, ".chart-menu", HTMLDetailsElement), {
      title: () => titleOf(scene),
      file: () => `${scene.shown?.model.id}-unit-${scene.selection.unit}`,
      figure: () => this.#picture(scene),
      values: () => valuesOf(scene),
      signal: null,
    });
    listenToZoom(plot, scene, this.life);
    markByPointer(plot, scene.marks, (event) => stepIn(plot, event, scene), this.life);
    this.#mark = scene.clock.add((t) => {
      if (!scene.shown) return;
      if (!this.#drawn) this.#redraw(scene, plot);
      placeCursor(pointer, { range: scene.range, width: this.#size.width, t, step: scene.step });
    }, this.life);
    for (const change of /** @type {const} */ (["trace", "chunk", "selection", "range", "theme"])) {
      scene.on(change, () => this.#refresh(), this.life);
    }
    onValues(scene, () => this.#refresh(), this.life);
    /** @type {import("./chart-frame.js").Pointed} */
    const pointed = {
      point: (moment, height, event) => this.#point(scene, Math.floor(moment), height, event),
      leave: () => {
        scene.tip = null;
        scene.point(null);
      },
      click: (moment, height) => {
        const near = this.#nearest(scene, Math.floor(moment), height);
        if (near) scene.pin({ signal: near.signal.name });
        scene.clock.seek(Math.floor(moment));
      },
    };
    listenToPointer(plot, () => scene.range, pointed, this.life);
    watchSize(
      plot,
      () => {
        this.#size = { width: plot.clientWidth, height: plot.clientHeight };
        this.#refresh();
      },
      this.life,
    );
  }

  /** @param {Plotly} plotly */
  use(plotly) {
    this.#chart?.use(plotly);
    this.#menu?.use(plotly);
  }

  #refresh() {
    this.#drawn = false;
    this.#mark();
  }

  /**
   * @param {Scene} scene
   * @param {HTMLElement} plot
   */
  #redraw(scene, plot) {
    this.#drawn = true;
    this.#lines = linesOf(scene, this.#size.width);
    this.#panels = [...new Set(this.#lines.map(({ panel }) => panel))];
    this.#paint(scene);
    const { unit } = scene.selection;
    setText(find(this, "[data-readout=lines-unit]", HTMLElement), String(unit));
    setAttribute(plot, "aria-label", say("lines.label", { unit }));
    this.#menu?.name();
    find(this, ".line-grid", HTMLElement).replaceChildren(...this.#panels.flatMap(gridLines));
    find(this, ".line-keys", HTMLElement).replaceChildren(...this.#lines.map((line) => keyOf(this, line)));
    this.#chart?.refresh({ hide: true });
  }

  /** @param {Scene} scene */
  #paint(scene) {
    const { width, height } = this.#size;
    const canvas = find(this, "canvas", HTMLCanvasElement);
    const context = canvas.getContext("2d");
    if (!context) return;
    canvas.width = width * devicePixelRatio;
    canvas.height = height * devicePixelRatio;
    context.scale(devicePixelRatio, devicePixelRatio);
    for (const { signal, panel, points, dash, width: thickness } of this.#lines) {
      context.beginPath();
      let begun = false;
      points.x.forEach((moment, k) => {
        const x = share(scene.range, moment) * width;
        const value = points.y[k] ?? 0;
        if (!Number.isFinite(value)) this.#cross(context, x, panel.bottom * height);
        else if (begun) context.lineTo(x, heightIn(panel, value) * height);
        else context.moveTo(x, heightIn(panel, value) * height);
        begun = Number.isFinite(value);
      });
      context.strokeStyle = customProperty(signal.css);
      context.lineWidth = thickness;
      context.lineJoin = "round";
      context.setLineDash(dash.split(" ").filter(Boolean).map(Number));
      context.stroke();
    }
  }

  /**
   * Marks a value that is not finite, at the bottom of its panel.
   * @param {CanvasRenderingContext2D} context
   * @param {number} x
   * @param {number} y
   */
  #cross(context, x, y) {
    for (const slope of [-1, 1]) {
      context.moveTo(x - CROSS, y - slope * CROSS);
      context.lineTo(x + CROSS, y + slope * CROSS);
    }
  }

  /** @param {Scene} scene */
  #figure(scene) {
    const zoom = matchMedia("(pointer: fine)").matches;
    const axes = this.#panels.map(({ low, high, top, bottom }, index) => [
      index === 0 ? "yaxis" : `yaxis${index + 1}`,
      { range: [low, high], domain: [1 - bottom, 1 - top], visible: false, fixedrange: true },
    ]);
    return {
      data: this.#lines.map(({ signal, panel, points, dash, width }) => ({
        type: "scatter",
        mode: "lines",
        x: points.x,
        y: points.y,
        yaxis: panel === this.#panels[0] ? "y" : `y${this.#panels.indexOf(panel) + 1}`,
        line: {
          color: customProperty(signal.css),
          width,
          dash: dash ? `${dash.replaceAll(" ", "px,")}px` : "solid",
        },
        hoverinfo: "none",
      })),
      layout: { ...bareLayout({ ...this.#size, zoom, ...scene.range }), ...Object.fromEntries(axes) },
    };
  }

  /** @param {Scene} scene */
  #picture(scene) {
    const { layer, direction } = scene.selection.place;
    const words = { title: titleOf(scene), layer, direction, model: scene.shown?.model.title ?? "" };
    return linesPicture(scene, say("picture.lines", words), this.#figure(scene), {
      names: this.#lines.map(({ signal }) => `${signal.symbol} ${signal.title}`),
      titles: this.#panels.map(({ signals }) => signals.map(({ symbol }) => symbol).join(", ")),
    });
  }

  /**
   * The line nearest to a position in the chart.
   * @param {Scene} scene
   * @param {number} step
   * @param {number} height
   */
  #nearest(scene, step, height) {
    return this.#lines
      .map(({ signal, panel }) => {
        const value =
          scene.shown?.trace.value(scene.arrayOf(signal.name), step, scene.selection.unit) ?? Number.NaN;
        return { signal, value, distance: Math.abs(heightIn(panel, value) - height) };
      })
      .filter(({ distance }) => !Number.isNaN(distance))
      .sort((one, other) => one.distance - other.distance)[0];
  }

  /**
   * @param {Scene} scene
   * @param {number} step
   * @param {number} height
   * @param {PointerEvent} event
   */
  #point(scene, step, height, event) {
    const { unit } = scene.selection;
    const trace = scene.shown?.trace;
    const near = this.#nearest(scene, step, height);
    scene.point(near ? { signal: near.signal.name, step } : null);
    if (!near || !trace) return;
    const { signal, value } = near;
    const { clientX: x, clientY: y } = event;
    scene.tip = { x, y, step, unit, value, title: signal.title, token: trace.nameOf(step) };
  }
}

/** @param {Scene} scene */
function titleOf({ selection: { unit } }) {
  return say("lines.title", { unit });
}

/**
 * The visible numbers: one column per signal of the chosen unit.
 * @param {Scene} scene
 */
function valuesOf(scene) {
  const { shown } = scene;
  if (!shown) return [];
  const { unit } = scene.selection;
  const series = shown.cell.signals.map(({ name }) => ({ name, array: scene.arrayOf(name), unit }));
  return valuesShown(shown.trace, scene.range, series);
}

/**
 * @param {Scene} scene
 * @param {number} width in pixels
 * @returns {Line[]}
 */
function linesOf(scene, width) {
  const shown = scene.shown;
  if (!shown) return [];
  const { trace, cell } = shown;
  const { unit, signal: chosen } = scene.selection;
  const columns = columnsOf(scene.range, width, trace.extent);
  const spans = new Map(
    cell.signals.map((signal) => {
      return [signal.name, spanIn(trace, scene.arrayOf(signal.name), unit)];
    }),
  );
  const panels = panelsOf(cell.signals, (signal) => {
    return rangeOf(signal, roundUp(Math.max(...(spans.get(signal.name) ?? []).map(Math.abs))));
  });
  return panels.flatMap((panel) =>
    panel.signals.flatMap((signal, index) => {
      const name = scene.arrayOf(signal.name);
      const points = linePoints(trace, name, unit, columns);
      if (!points) return [];
      const dash = DASHES[index % DASHES.length] ?? "";
      const span = spans.get(signal.name) ?? [0, 0];
      return [{ signal, panel, points, span, dash, width: signal.name === chosen ? THICK : THIN }];
    }),
  );
}

/**
 * The lowest and the highest value of a unit over all received steps.
 * @param {import("../trace/trace.js").Trace} trace
 * @param {string} name
 * @param {number} unit
 * @returns {[number, number]}
 */
function spanIn(trace, name, unit) {
  const column = trace.column(name);
  if (column) return spanOf(column, unit, trace.received);
  const { least = 0, greatest = 0 } = trace.bins(name)?.over(unit, 0, trace.received) ?? {};
  return [least, greatest];
}

/** @param {Panel} panel */
function gridLines(panel) {
  return gridOf(panel).map((value) => {
    const line = document.createElement("span");
    line.style.insetBlockStart = `${heightIn(panel, value) * 100}%`;
    line.toggleAttribute("data-lowest", value === panel.low);
    line.textContent = fixed(value, Number.isInteger(value) ? 0 : 1);
    return line;
  });
}

/**
 * @param {ParentNode} templates
 * @param {Line} line
 */
function keyOf(templates, { signal, dash, span: [low, high] }) {
  const key = stamp(templates, "template.line-key");
  key.dataset.signal = signal.name;
  key.style.setProperty("--signal", `var(${signal.css})`);
  setAttribute(find(key, "line", SVGLineElement), "stroke-dasharray", dash);
  setText(find(key, ".symbol", HTMLElement), signal.symbol);
  setText(find(key, ".span", HTMLElement), say("lines.span", { low: fixed(low), high: fixed(high) }));
  return key;
}
