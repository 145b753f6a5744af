// @ts-check
/**
 * The sequence as a series of numbers, the counterpart of the strip of tokens: a row for each feature in its own unit,
 * what was forecast against what came, the colours of the unit in focus, and the steps' labels.
 */

import { onValues } from "../charts/overview.js";
import { drawAxis } from "../charts/time-axis.js";
import { paintTint } from "../charts/tint-row.js";
import { listenToPointer } from "../charts/chart-frame.js";
import { listenToWheel } from "../charts/chart-zoom.js";
import { find, setAttribute, watchSize } from "../page/dom.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { arrayName } from "../trace/trace.js";
import { markByKeys, markByPointer, stepIn } from "../units/marking.js";
import { spoken } from "./tokens.js";
import { panelsOf, quantity, VALUES } from "./series.js";
import { SeriesRow } from "./series-row.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../page/scene.js").Shown} Shown */

/** Above this speed a step is drawn at its end. */
const FOLLOWED = 2;
/** The share of the visible steps that a jump by a screen goes. */
const SCREEN = 0.25;
/** The most features that are named when a step is read aloud. */
const SPOKEN = 6;

export class SeriesStrip extends Part {
  /** @type {SeriesRow[]} */
  #rows = [];
  #width = 0;
  #drawn = false;
  #tinted = "";
  #step = -1;
  #mark = () => {};

  /** @param {Scene} scene */
  connect(scene) {
    this.#mark = scene.clock.add((t) => this.#draw(scene, t), this.life);
    scene.on("trace", () => this.#rebuild(scene), this.life);
    for (const change of /** @type {const} */ (["chunk", "range", "theme"]))
      scene.on(change, () => this.#refresh(), this.life);
    onValues(scene, () => this.#refresh(), this.life);
    for (const change of /** @type {const} */ (["selection", "pinned", "pointed"]))
      scene.on(change, this.#mark, this.life);
    scene.marks.addEventListener("tried", this.#mark, { signal: this.life });
    const tokens = scene.screenfulOf;
    scene.screenfulOf = () =>
      scene.shown?.trace.numeric
        ? Math.round((scene.range.stop - scene.range.start) * SCREEN)
        : tokens.call(scene);
    const view = this.#view;
    markByKeys(view, scene);
    view.addEventListener("keydown", (event) => this.#key(event, scene));
    for (const button of this.querySelectorAll("button[data-zoom]")) {
      button.addEventListener("click", () => {
        const detail = button.getAttribute("data-zoom");
        this.dispatchEvent(new CustomEvent("zoom", { detail, bubbles: true }));
      });
    }
    scene.on("range", () => this.#offerAll(scene), this.life);
    watchSize(view, () => this.#refresh(), this.life);
    this.#rebuild(scene);
  }

  get #view() {
    return find(this, ".series-view", HTMLElement);
  }

  /** @param {Scene} scene */
  #offerAll({ zoomed }) {
    find(this, "button[data-zoom=all]", HTMLButtonElement).disabled = !zoomed;
  }

  #refresh() {
    this.#drawn = false;
    this.#mark();
  }

  /** @param {Scene} scene */
  #rebuild(scene) {
    const { shown } = scene;
    this.hidden = !shown?.trace.numeric;
    if (!shown || this.hidden) return;
    const panels = panelsOf(shown.trace);
    this.#rows = panels.map((panel) => new SeriesRow(this, panel));
    for (const row of this.#rows) this.#listen(scene, row);
    this.dataset.features = String(Math.min(panels.length, 4));
    this.toggleAttribute(
      "data-forecasts",
      panels.some(({ output }) => output >= 0),
    );
    find(this, ".series-rows", HTMLElement).replaceChildren(...this.#rows.map(({ element }) => element));
    this.#step = -1;
    this.#offerAll(scene);
    this.#refresh();
  }

  /**
   * @param {Scene} scene
   * @param {SeriesRow} row
   */
  #listen(scene, row) {
    listenToPointer(
      row.plot,
      () => scene.range,
      {
        point: (moment, _, event) => this.#point(scene, row, Math.floor(moment), event),
        leave: () => {
          scene.tip = null;
          scene.point(null);
        },
        click: (moment) => scene.clock.seek(Math.floor(moment)),
      },
      this.life,
    );
    listenToWheel(row.plot, scene);
    markByPointer(row.plot, scene.marks, (event) => stepIn(row.plot, event, scene), this.life, {
      plain: true,
    });
  }

  /**
   * @param {Scene} scene
   * @param {SeriesRow} row
   * @param {number} step
   * @param {PointerEvent} event
   */
  #point(scene, { panel }, step, { clientX: x, clientY: y }) {
    const trace = scene.shown?.trace;
    if (!trace || step < 0 || step >= trace.received) return;
    scene.point({ step });
    const value = trace.value(VALUES, step, panel.feature);
    scene.tip = { x, y, step, unit: null, value, title: panel.name, token: trace.nameOf(step) };
  }

  /**
   * @param {Scene} scene
   * @param {number} t
   */
  #draw(scene, t) {
    const { shown, step, clock } = scene;
    if (this.hidden || !shown || !this.#rows.length) return;
    const { trace } = shown;
    if (!this.#drawn) this.#redraw(scene, shown);
    this.#tint(scene, shown);
    const frame = { range: scene.range, width: this.#width, trace };
    const fast = clock.state !== "paused" && clock.speed > FOLLOWED;
    const known = fast || t - step >= (clock.phases.at(-1)?.start ?? 0);
    for (const row of this.#rows) row.place(frame, { t, step, known });
    if (step !== this.#step) this.#say(trace, step, clock.state === "paused");
  }

  /**
   * @param {Scene} scene
   * @param {Shown} shown
   */
  #redraw(scene, { trace }) {
    this.#width = this.#rows[0]?.plot.clientWidth ?? 0;
    this.#drawn = this.#width > 0;
    this.#tinted = "";
    const frame = { range: scene.range, width: this.#width, trace };
    // All are measured before anything is drawn: otherwise each row costs a layout of the page.
    const heights = this.#rows.map(({ plot }) => plot.clientHeight);
    panelsOf(trace).forEach((panel, index) => this.#rows[index]?.draw(panel, frame, heights[index] ?? 0));
    drawAxis(find(this, ".series-axis", HTMLElement), frame);
  }

  /**
   * Colours every step by the signal and unit in focus.
   * @param {Scene} scene
   * @param {Shown} shown
   */
  #tint(scene, { trace }) {
    const { place, signal: name, unit } = scene.tinted;
    const array = arrayName(place, name);
    const signal = scene.signal(name);
    const key = `${array} ${unit}`;
    if (!signal || key === this.#tinted) return;
    this.#tinted = key;
    const canvas = find(this, ".series-tint", HTMLCanvasElement);
    const frame = { range: scene.range, width: this.#width };
    paintTint(canvas, trace, { array, unit, scale: scene.scale(signal) }, frame);
  }

  /**
   * @param {import("../trace/trace.js").Trace} trace
   * @param {number} step
   * @param {boolean} paused
   */
  #say(trace, step, paused) {
    this.#step = step;
    const view = this.#view;
    setAttribute(view, "aria-valuemax", String(Math.max(trace.extent - 1, 0)));
    setAttribute(view, "aria-valuenow", String(step));
    if (!paused) return;
    const name = trace.nameOf(step);
    const values = this.#rows
      .slice(0, SPOKEN)
      .map(
        ({ panel }) => `${panel.name} ${quantity(trace.value(VALUES, step, panel.feature), panel.digits)}`,
      );
    const where = name ? say("step.token", { step, token: spoken(name) }) : say("step.number", { step });
    setAttribute(view, "aria-valuetext", `${where}: ${values.join(", ")}`);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Scene} scene
   */
  #key(event, { clock }) {
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowLeft") clock.step(-1);
    else if (event.key === "ArrowRight") clock.step(1);
    else return;
    event.preventDefault();
  }
}
