// @ts-check
/** One feature's row of the series strip: its line, what was forecast of it, and the marks of the current step. */

import { placeCursor } from "../charts/chart-frame.js";
import { linePoints } from "../charts/overview.js";
import { colourOf, find, setText, stamp } from "../page/dom.js";
import { say } from "../page/words.js";
import { columnsOf, share } from "../time/time-range.js";
import { FORECASTS, forecastOf, heightOf, quantity, VALUES } from "./series.js";

/** @typedef {import("../time/time-range.js").Range} Range */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("../charts/line-points.js").Points} Points */
/** @typedef {import("./series.js").Panel} Panel */
/** @typedef {{ range: Range, width: number, trace: Trace }} Frame the visible range, its width in pixels, and the trace */
/** @typedef {{ t: number, step: number, known: boolean }} Moment `known` if the forecast of the next step is made */

/** Room above and below a line (px). */
const ROOM = 5;
/** A forecast's dashes (px). */
const DASHES = [4, 3];

export class SeriesRow {
  #height = 0;

  /**
   * @param {ParentNode} templates
   * @param {Panel} panel
   */
  constructor(templates, panel) {
    this.panel = panel;
    this.element = stamp(templates, "template.series-template");
    this.element.dataset.feature = panel.name;
    setText(this.#part("name"), panel.name);
    this.element.toggleAttribute("data-forecast", panel.output >= 0);
  }

  get plot() {
    return this.#part("plot");
  }

  /**
   * Draws the lines; they are shown up to the current step.
   * @param {Panel} panel
   * @param {Frame} frame
   * @param {number} height of the plot in pixels
   */
  draw(panel, frame, height) {
    this.panel = panel;
    this.#height = height;
    const ends = { low: quantity(panel.low, panel.digits), high: quantity(panel.high, panel.digits) };
    setText(this.#part("ends"), say("lines.span", ends));
    const { range, width, trace } = frame;
    const columns = columnsOf(range, width, trace.extent);
    const points = linePoints(trace, VALUES, panel.feature, columns);
    const came = { points, later: 0, ink: "--ink", dashes: [] };
    this.#line("came", frame, came);
    this.#copy("came", "ahead");
    if (panel.output < 0) return;
    const forecast = linePoints(trace, FORECASTS, panel.output, columns);
    this.#line("told", frame, { points: forecast, later: 1, ink: "--focus", dashes: DASHES });
  }

  /**
   * @param {string} canvas
   * @param {Frame} frame
   * @param {{ points: Points | null, later: number, ink: string, dashes: number[] }} line drawn `later` steps later
   */
  #line(canvas, { range, width }, { points, later, ink, dashes }) {
    const element = find(this.element, `canvas.series-${canvas}`, HTMLCanvasElement);
    const context = element.getContext("2d");
    element.width = width * devicePixelRatio;
    element.height = this.#height * devicePixelRatio;
    if (!context || !points) return;
    context.scale(devicePixelRatio, devicePixelRatio);
    context.strokeStyle = colourOf(ink);
    context.lineWidth = 1.75;
    context.lineJoin = points.x.length > width ? "bevel" : "round"; // round joins of a dense line take long
    context.setLineDash(dashes);
    context.beginPath();
    const { x, y } = points;
    x.forEach((at, k) => context.lineTo(share(range, at + later) * width, this.#y(y[k] ?? 0)));
    context.stroke();
  }

  /**
   * @param {string} from the name of a canvas
   * @param {string} to
   */
  #copy(from, to) {
    const [source, copy] = [from, to].map((name) =>
      find(this.element, `canvas.series-${name}`, HTMLCanvasElement),
    );
    if (!source?.width || !source.height || !copy) return;
    copy.width = source.width;
    copy.height = source.height;
    copy.getContext("2d")?.drawImage(source, 0, 0);
  }

  /** @param {number} value */
  #y(value) {
    return ROOM + heightOf(this.panel, value) * (this.#height - 2 * ROOM);
  }

  /**
   * @param {Frame} frame
   * @param {Moment} moment
   */
  place({ range, width, trace }, { t, step, known }) {
    const { panel } = this;
    const band = { cursor: this.#part("cursor"), band: this.#part("band") };
    placeCursor(band, { range, width, t, step });
    const x = (/** @type {number} */ moment) => share(range, moment) * width;
    const value = trace.value(VALUES, step, panel.feature);
    const expected = forecastOf(trace, panel, step);
    const next = known ? forecastOf(trace, panel, step + 1) : Number.NaN;
    setText(this.#part("value"), quantity(value, panel.digits));
    this.#part("value").dataset.value = String(value);
    cut(find(this.element, "canvas.series-came", HTMLElement), width - x(step + 0.5));
    cut(find(this.element, "canvas.series-told", HTMLElement), width - x(step + (known ? 1.5 : 0.5)));
    this.#mark("dot", x(step + 0.5), value, width);
    this.#mark("next", x(step + 1.5), next, width);
    this.#mark("error", x(step + 0.5), Math.max(value, expected), width);
    const error = this.#part("error");
    error.hidden ||= panel.output < 0 || Number.isNaN(expected);
    if (!error.hidden) error.style.blockSize = `${Math.abs(this.#y(value) - this.#y(expected))}px`;
  }

  /**
   * @param {string} name
   * @param {number} x
   * @param {number} value
   * @param {number} width of the plot
   */
  #mark(name, x, value, width) {
    const mark = this.#part(name);
    mark.hidden = Number.isNaN(value) || x < 0 || x > width;
    if (!mark.hidden) mark.style.transform = `translate(${x}px, ${this.#y(value)}px)`;
  }

  /** @param {string} name */
  #part(name) {
    return find(this.element, `.series-${name}`, HTMLElement);
  }
}

/**
 * Shows a canvas only up to a distance from its right edge.
 * @param {HTMLElement} canvas
 * @param {number} right in pixels
 */
function cut(canvas, right) {
  canvas.style.clipPath = `inset(0 ${Math.max(right, 0)}px 0 0)`;
}
