// @ts-check
/** The chosen unit's signals over time as lines: gates above, what can be negative below. */

import { listenToPointer, placeCursor } from "./chart-frame.js";
import { ChartQueue } from "./chart-queue.js";
import { customProperty, find, setAttribute, setText, stamp } from "./dom.js";
import { pointsOf, spanOf } from "./line-points.js";
import { fixed } from "./numbers.js";
import { bareLayout, PlotlyChart } from "./plotly.js";
import { columnsOf, share } from "./time-range.js";
import { hideTip, showTip } from "./value-tip.js";
import { say } from "./words.js";

/** @typedef {import("./contracts.js").Signal} Signal */
/** @typedef {import("./line-points.js").Points} Points */
/** @typedef {import("./plotly.js").Plotly} Plotly */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {{ signal: Signal, points: Points, colour: string, dash: string, width: number, lower: boolean }} Line */

/** Lines in one panel differ by their dashes too, in pixels of line and gap. */
const DASHES = ["", "6 3", "2 3"];
/** How the height is shared: [top, bottom] of either panel, from the top. */
const PANELS = /** @type {const} */ ({ upper: [0.04, 0.46], lower: [0.54, 0.96] });

export class UnitLines extends HTMLElement {
  /** @type {PlotlyChart | null} */
  #chart = null;
  /** @type {Line[]} */
  #lines = [];
  #reach = 1;
  #drawn = false;
  #mark = () => {};

  /** @param {Scene} scene */
  connect(scene) {
    const zoom = (/** @type {import("./time-range.js").Range | null} */ range) => scene.zoom(range);
    const element = find(this, ".chart", HTMLElement);
    this.#chart = new PlotlyChart(element, new ChartQueue(), () => this.#figure(scene), { zoom });
    this.#mark = scene.clock.add((t) => this.#draw(scene, t));
    for (const change of /** @type {const} */ (["trace", "chunk", "selection", "range", "theme"])) {
      scene.on(change, () => this.#refresh());
    }
    listenToPointer(this.#plot, () => scene.range, {
      point: (moment, height, event) => this.#point(scene, Math.floor(moment), height, event),
      leave: hideTip,
      click: (moment) => scene.clock.seek(Math.floor(moment)),
    });
    new ResizeObserver(() => this.#refresh()).observe(this.#plot);
  }

  /** @param {Plotly} plotly */
  use(plotly) {
    this.#chart?.use(plotly);
  }

  get #plot() {
    return find(this, ".lines-plot", HTMLElement);
  }

  #refresh() {
    this.#drawn = false;
    this.#mark();
  }

  /**
   * @param {Scene} scene
   * @param {number} t
   */
  #draw(scene, t) {
    if (!scene.shown) return;
    if (!this.#drawn) this.#redraw(scene);
    const plot = this.#plot;
    const elements = { cursor: find(plot, ".cursor", HTMLElement), band: find(plot, ".band", HTMLElement) };
    placeCursor(elements, { range: scene.range, width: plot.clientWidth, t, step: scene.step });
  }

  /** @param {Scene} scene */
  #redraw(scene) {
    this.#drawn = true;
    this.#lines = linesOf(scene, this.#plot.clientWidth);
    const lower = this.#lines.filter((line) => line.lower);
    this.#reach = Math.max(...lower.map(({ signal }) => scene.scale(signal).high), 1);
    this.#paint(scene);
    this.#label(scene);
    this.#chart?.refresh({ hide: true });
  }

  /** @param {Scene} scene */
  #paint(scene) {
    const { clientWidth: width, clientHeight: height } = this.#plot;
    const canvas = find(this, "canvas", HTMLCanvasElement);
    const context = canvas.getContext("2d");
    if (!context) return;
    const ratio = devicePixelRatio;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    context.scale(ratio, ratio);
    for (const { points, colour, dash, width: thickness, lower } of this.#lines) {
      context.beginPath();
      points.x.forEach((x, k) => {
        context.lineTo(share(scene.range, x) * width, this.#heightOf(points.y[k] ?? 0, lower) * height);
      });
      context.strokeStyle = colour;
      context.lineWidth = thickness;
      context.lineJoin = "round";
      context.setLineDash(dash.split(" ").filter(Boolean).map(Number));
      context.stroke();
    }
  }

  /**
   * Where a value lies, 0 at the top and 1 at the bottom of the plot.
   * @param {number} value
   * @param {boolean} lower
   */
  #heightOf(value, lower) {
    const [top, bottom] = lower ? PANELS.lower : PANELS.upper;
    const position = lower ? (value + this.#reach) / (2 * this.#reach) : value;
    return bottom + (top - bottom) * position;
  }

  /** @param {Scene} scene */
  #label(scene) {
    const reach = fixed(this.#reach, Number.isInteger(this.#reach) ? 0 : 1);
    setText(find(this, "[data-end=high]", HTMLElement), `+${reach}`);
    setText(find(this, "[data-end=low]", HTMLElement), `−${reach}`);
    const { unit } = scene.selection;
    setAttribute(this.#plot, "aria-label", say("lines.label", { unit }));
    const keys = this.#lines.map(({ signal, dash }) => {
      const key = stamp(this, "template.line-key");
      key.dataset.signal = signal.name;
      key.style.setProperty("--signal", `var(${signal.css})`);
      find(key, "line", SVGLineElement).setAttribute("stroke-dasharray", dash);
      setText(find(key, ".symbol", HTMLElement), signal.symbol);
      const span = this.#span(scene, signal);
      setText(
        find(key, ".span", HTMLElement),
        say("lines.span", { low: fixed(span[0], 2), high: fixed(span[1], 2) }),
      );
      return key;
    });
    find(this, ".line-keys", HTMLElement).replaceChildren(...keys);
  }

  /**
   * @param {Scene} scene
   * @param {Signal} signal
   */
  #span(scene, signal) {
    const column = scene.shown?.trace.column(scene.arrayOf(signal.name));
    return column && scene.shown
      ? spanOf(column, scene.selection.unit, scene.shown.trace.received)
      : [Number.NaN, Number.NaN];
  }

  /** @param {Scene} scene */
  #figure(scene) {
    const { clientWidth: width, clientHeight: height } = this.#plot;
    const zoom = matchMedia("(pointer: fine)").matches;
    return {
      data: this.#lines.map(({ points, colour, dash, width: thickness, lower }) => ({
        type: "scatter",
        mode: "lines",
        x: points.x,
        y: points.y,
        yaxis: lower ? "y2" : "y",
        line: { color: colour, width: thickness, dash: dash ? `${dash.replaceAll(" ", "px,")}px` : "solid" },
        hoverinfo: "none",
      })),
      layout: {
        ...bareLayout({ width, height, zoom, ...scene.range }),
        yaxis: { range: [0, 1], domain: domainOf(PANELS.upper), visible: false, fixedrange: true },
        yaxis2: {
          range: [-this.#reach, this.#reach],
          domain: domainOf(PANELS.lower),
          visible: false,
          fixedrange: true,
        },
      },
    };
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
    if (!trace) return;
    const near = this.#lines
      .map(({ signal, lower }) => {
        const value = trace.value(scene.arrayOf(signal.name), step, unit);
        return { signal, value, distance: Math.abs(this.#heightOf(value, lower) - height) };
      })
      .sort((one, other) => one.distance - other.distance)[0];
    if (!near) return;
    const { signal, value } = near;
    const pointer = { x: event.clientX, y: event.clientY };
    showTip(pointer, { step, unit, value, title: signal.title, token: trace.tokens[step] });
  }
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
  const seen = { upper: 0, lower: 0 };
  return cell.signals.flatMap((signal) => {
    const column = trace.column(scene.arrayOf(signal.name));
    if (!column) return [];
    const lower = signal.scale === "diverging";
    const place = lower ? "lower" : "upper";
    const dash = DASHES[seen[place] % DASHES.length] ?? "";
    seen[place] += 1;
    const points = pointsOf(column, unit, trace.received, columns);
    return [
      {
        signal,
        points,
        colour: customProperty(signal.css),
        dash,
        width: signal.name === chosen ? 2.5 : 1.5,
        lower,
      },
    ];
  });
}

/** @param {readonly [number, number]} panel top and bottom, from the top */
function domainOf([top, bottom]) {
  return [1 - bottom, 1 - top];
}
