// @ts-check
/** The output of the chosen layer at the current step: its directions side by side, as PyTorch concatenates them. */

import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { float32Text, roundUp } from "../page/numbers.js";
import { cssColour, levelOf, scaleOf } from "../page/palette.js";
import { listenToClicks } from "../page/press.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { arrayName } from "../trace/trace.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../page/scene.js").Shown} Shown */

export class OutputStrip extends Part {
  #drawn = "";

  /** @param {Scene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    const refresh = () => {
      this.#drawn = "";
      mark();
    };
    for (const change of /** @type {const} */ (["chunk", "filled", "theme"]))
      scene.on(change, refresh, this.life);
    scene.on("selection", mark, this.life);
    scene.on("trace", () => this.#rebuild(scene), this.life);
    this.#rebuild(scene);
    mark();
  }

  /** @param {Scene} scene */
  #rebuild(scene) {
    const { directions = [], units = 0 } = scene.shown?.trace.header ?? {};
    this.#drawn = "";
    this.hidden = directions.length < 2;
    if (this.hidden) return;
    const halves = directions.map((direction, index) => {
      const half = stamp(this, "template");
      half.dataset.direction = direction;
      const range = {
        direction: say(`stage.${direction}`),
        from: index * units,
        to: (index + 1) * units - 1,
      };
      setText(find(half, ".output-name", HTMLElement), say("output.half", range));
      const canvas = find(half, "canvas", HTMLCanvasElement);
      canvas.addEventListener("pointermove", (event) => this.#point(scene, direction, event));
      canvas.addEventListener("pointerleave", () => this.#leave(scene));
      listenToClicks(canvas, (event) => {
        scene.select({ place: { direction }, unit: unitAt(canvas, event, units) });
      });
      return half;
    });
    find(this, ".output-halves", HTMLElement).replaceChildren(...halves);
  }

  /** @param {Scene} scene */
  #draw(scene) {
    const { shown, step } = scene;
    if (this.hidden || !shown) return;
    const { trace, cell } = shown;
    const { layer } = scene.selection.place;
    const signal = scene.signal(cell.output);
    const drawn = `${layer} ${step}`;
    if (!signal || drawn === this.#drawn) return;
    this.#drawn = drawn;
    const { units, directions } = trace.header;
    const arrays = new Map(
      directions.map((direction) => [
        direction,
        arrayName({ ...scene.selection.place, direction }, signal.name),
      ]),
    );
    const largest = [...arrays.values()].map((array) => trace.largest(array));
    const scale = scaleOf(signal, scene.theme, roundUp(Math.max(...largest)));
    setText(find(this, ".note", HTMLElement), say("output.note", { layer, step, units, all: 2 * units }));
    for (const half of this.querySelectorAll(".output-half")) {
      const array = arrays.get(half.getAttribute("data-direction") ?? "") ?? "";
      const canvas = find(half, "canvas", HTMLCanvasElement);
      const values = Array.from({ length: units }, (_, unit) => trace.value(array, step, unit));
      canvas.width = units;
      const context = canvas.getContext("2d");
      values.forEach((value, unit) => {
        if (!context || Number.isNaN(value)) return;
        context.fillStyle = cssColour(scale, levelOf(scale, value));
        context.fillRect(unit, 0, 1, 1);
      });
      setAttribute(half, "data-values", values.map(float32Text).join(" "));
    }
    this.dataset.step = String(step);
  }

  /**
   * @param {Scene} scene
   * @param {string} direction
   * @param {PointerEvent} event
   */
  #point(scene, direction, event) {
    const { trace, cell } = /** @type {Shown} */ (scene.shown);
    const signal = scene.signal(cell.output);
    if (!(event.target instanceof HTMLCanvasElement) || !signal) return;
    const unit = unitAt(event.target, event, trace.header.units);
    const { step } = scene;
    const place = { ...scene.selection.place, direction };
    scene.point({ place, unit, signal: signal.name });
    const value = trace.value(arrayName(place, signal.name), step, unit);
    const title = `${signal.title}, ${say(`stage.${direction}`)}`;
    scene.tip = { x: event.clientX, y: event.clientY, step, unit, value, title, token: trace.nameOf(step) };
  }

  /** @param {Scene} scene */
  #leave(scene) {
    scene.tip = null;
    scene.point(null);
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {MouseEvent} event
 * @param {number} units
 */
function unitAt(canvas, { clientX }, units) {
  const { left, width } = canvas.getBoundingClientRect();
  return Math.min(Math.max(Math.floor(((clientX - left) / width) * units), 0), units - 1);
}
