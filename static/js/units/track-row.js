// @ts-check
/** One kept unit over time: its line above its colours, in its own range. */

import { placeCursor, listenToPointer } from "../charts/chart-frame.js";
import { listenToZoom } from "../charts/chart-zoom.js";
import { linePoints } from "../charts/overview.js";
import { paintTint } from "../charts/tint-row.js";
import { customProperty, find, setAttribute, setText, stamp } from "../page/dom.js";
import { fixed } from "../page/numbers.js";
import { say } from "../page/words.js";
import { columnsOf, share } from "../time/time-range.js";
import { arrayName } from "../trace/trace.js";
import { markByPointer, stepIn } from "./marking.js";
import { nameOf } from "./unit-name.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../page/scene.js").Shown} Shown */

/** Room above and below the line (px). */
const ROOM = 4;

export class TrackRow {
  /**
   * @param {ParentNode} templates
   * @param {Scene} scene
   * @param {Selection} spot
   * @param {AbortSignal} life removes the listeners when aborted
   */
  constructor(templates, scene, spot, life) {
    this.scene = scene;
    this.spot = spot;
    this.element = stamp(templates, "template");
    this.plot = find(this.element, ".track-plot", HTMLElement);
    const { element, plot } = this;
    element.dataset.signal = spot.signal;
    element.dataset.unit = String(spot.unit);
    find(element, ".track-choose", HTMLButtonElement).addEventListener("click", () => scene.select(spot));
    find(element, ".track-drop", HTMLButtonElement).addEventListener("click", () =>
      scene.tracks.toggle(spot),
    );
    listenToZoom(plot, scene, life);
    markByPointer(plot, scene.marks, (event) => stepIn(plot, event, scene), life);
    listenToPointer(
      plot,
      () => scene.range,
      {
        point: (moment, _, event) => this.#point(Math.floor(moment), event),
        leave: () => {
          scene.tip = null;
          scene.point(null);
        },
        click: (moment) => {
          scene.select(spot);
          scene.clock.seek(Math.floor(moment));
        },
      },
      life,
    );
  }

  /**
   * Draws the visible steps.
   * @param {Shown} shown
   */
  draw(shown) {
    const { element, plot, scene, spot } = this;
    const { trace } = shown;
    const signal = scene.signal(spot.signal);
    if (!signal) return;
    const name = nameOf(shown, spot);
    const scale = scene.unitScale(signal, spot);
    const range = { low: fixed(scale.low, 2), high: fixed(scale.high, 2) };
    element.style.setProperty("--signal", `var(${signal.css})`);
    setText(find(element, ".symbol", HTMLElement), signal.symbol);
    setText(find(element, ".track-name", HTMLElement), name);
    setText(find(element, ".track-range", HTMLElement), say("lines.span", range));
    setAttribute(find(element, ".track-drop", HTMLElement), "aria-label", say("tracks.drop", { name }));
    setAttribute(plot, "aria-label", say("tracks.label", { name, ...range }));
    const array = arrayName(spot.place, spot.signal);
    const series = { array, unit: spot.unit, scale };
    const frame = { range: scene.range, width: plot.clientWidth };
    paintTint(find(plot, ".track-tint", HTMLCanvasElement), trace, series, frame);
    this.#line(trace, series, customProperty(signal.css));
  }

  /**
   * @param {import("../trace/trace.js").Trace} trace
   * @param {{ array: string, unit: number, scale: import("../page/palette.js").Scale }} series
   * @param {string} colour
   */
  #line(trace, { array, unit, scale: { low, high } }, colour) {
    const canvas = find(this.plot, ".track-line", HTMLCanvasElement);
    const context = canvas.getContext("2d");
    const { clientWidth: width, clientHeight: height } = canvas;
    const { range } = this.scene;
    canvas.width = width * devicePixelRatio;
    canvas.height = height * devicePixelRatio;
    const points = linePoints(trace, array, unit, columnsOf(range, width, trace.extent));
    if (!context || !points) return;
    context.scale(devicePixelRatio, devicePixelRatio);
    context.strokeStyle = colour;
    context.lineWidth = 1.75;
    context.lineJoin = "round";
    context.beginPath();
    points.x.forEach((moment, k) => {
      const up = ((points.y[k] ?? 0) - low) / (high - low);
      context.lineTo(share(range, moment) * width, height - ROOM - up * (height - 2 * ROOM));
    });
    context.stroke();
  }

  /**
   * Marks the current step, and whether the unit is the chosen one.
   * @param {number} t
   */
  place(t) {
    const { element, plot, scene, spot } = this;
    const pointer = { cursor: find(plot, ".cursor", HTMLElement), band: find(plot, ".band", HTMLElement) };
    placeCursor(pointer, { range: scene.range, width: plot.clientWidth, t, step: scene.step });
    const { place, unit, signal } = scene.selection;
    const chosen =
      arrayName(place, `${signal}.${unit}`) === arrayName(spot.place, `${spot.signal}.${spot.unit}`);
    setAttribute(find(element, ".track-choose", HTMLElement), "aria-pressed", String(chosen));
  }

  /**
   * @param {number} step
   * @param {PointerEvent} event
   */
  #point(step, { clientX: x, clientY: y }) {
    const { scene, spot } = this;
    const trace = scene.shown?.trace;
    if (!trace || step < 0 || step >= trace.received) return;
    scene.point({ ...spot, step });
    const { unit } = spot;
    const value = trace.value(arrayName(spot.place, spot.signal), step, unit);
    const title = scene.signal(spot.signal)?.title ?? "";
    scene.tip = { x, y, step, unit, value, title, token: trace.nameOf(step) };
  }
}
