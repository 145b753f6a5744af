// @ts-check
/**
 * The chosen signal in every layer and direction, all layers at once or one alone. A backward direction has read what lies
 * to its right.
 */

import { placeCursor } from "../charts/chart-frame.js";
import { onValues } from "../charts/overview.js";
import { drawAxis } from "../charts/time-axis.js";
import { find, setText, watchSize } from "../page/dom.js";
import { roundUp } from "../page/numbers.js";
import { scaleOf } from "../page/palette.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { arrayName } from "../trace/trace.js";
import { spokenRow } from "./map-words.js";
import { PlaceHeatmap } from "./place-heatmap.js";
import { rowsOf } from "./places.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../page/scene.js").Shown} Shown */
/** @typedef {import("../trace/contracts.js").Place} Place */

export class PlaceHeatmaps extends Part {
  /** @type {PlaceHeatmap[]} */
  #maps = [];
  /** @type {Place[]} */
  #places = [];
  #layers = "";
  #drawn = "";
  #width = 0;
  #mark = () => {};

  /** @param {Scene} scene */
  connect(scene) {
    this.#mark = scene.clock.add((t) => this.#draw(scene, t), this.life);
    const refresh = () => {
      this.#drawn = "";
      this.#mark();
    };
    scene.on("trace", () => this.#rebuild(scene), this.life);
    for (const change of /** @type {const} */ (["chunk", "range", "order", "theme"]))
      scene.on(change, refresh, this.life);
    onValues(scene, refresh, this.life);
    for (const change of /** @type {const} */ (["selection", "layers"])) {
      scene.on(change, () => this.#follow(scene), this.life);
    }
    const overlay = find(this, ".place-overlay", HTMLElement);
    watchSize(
      overlay,
      () => {
        this.#width = overlay.clientWidth;
        refresh();
      },
      this.life,
    );
    this.#rebuild(scene);
  }

  /** @param {Scene} scene */
  #rebuild(scene) {
    const header = scene.shown?.trace.header;
    this.#places = header ? rowsOf(header) : [];
    this.hidden = this.#places.length < 2;
    if (!header || this.hidden) return;
    this.#arrange(scene);
  }

  /** @param {Scene} scene */
  #follow(scene) {
    if (!this.hidden && String(scene.layers) !== this.#layers) this.#arrange(scene);
    this.#mark();
  }

  /** @param {Scene} scene */
  #arrange(scene) {
    const { directions } = /** @type {Shown} */ (scene.shown).trace.header;
    this.#layers = String(scene.layers);
    const answers = {
      point: this.#point.bind(this, scene),
      choose: (/** @type {import("./place-heatmap.js").Cell} */ { place, unit, step }) => {
        scene.select({ place, unit });
        scene.clock.seek(step);
      },
    };
    this.#maps = [...scene.layers].reverse().map((layer) => {
      const places = this.#places.filter((place) => place.layer === layer);
      const titles = { title: say("network.layer", { layer }), label: places.map(spokenRow).join("; ") };
      return new PlaceHeatmap(this, { places, ...titles }, scene, answers, this.life);
    });
    find(this, ".place-rows", HTMLElement).replaceChildren(...this.#maps.map(({ element }) => element));
    this.dataset.directions = String(directions.length);
    this.#drawn = "";
    this.#mark();
  }

  /**
   * @param {Scene} scene
   * @param {number} t
   */
  #draw(scene, t) {
    const { shown, step } = scene;
    const signal = scene.signal(scene.selection.signal);
    if (this.hidden || !shown || !signal || this.#width === 0) return;
    if (this.#drawn !== signal.name) {
      this.#drawn = signal.name;
      const { trace } = shown;
      const largest = this.#places.map((place) => trace.largest(arrayName(place, signal.name)));
      const scale = scaleOf(signal, scene.theme, roundUp(Math.max(...largest)));
      for (const map of this.#maps) map.draw(signal.name, scale);
      setText(find(this, "[data-places=signal]", HTMLElement), signal.title);
      const axis = { range: scene.range, width: this.#width, trace };
      drawAxis(find(this, ".time-axis", HTMLElement), axis);
    }
    const overlay = find(this, ".place-overlay", HTMLElement);
    const pointer = {
      cursor: find(overlay, ".cursor", HTMLElement),
      band: find(overlay, ".band", HTMLElement),
    };
    placeCursor(pointer, { range: scene.range, width: this.#width, t, step });
    for (const map of this.#maps) map.cover(step, this.#width);
    this.dataset.step = String(step);
  }

  /**
   * @param {Scene} scene
   * @param {Parameters<import("./place-heatmap.js").CellAnswers["point"]>[0]} cell
   */
  #point(scene, cell) {
    scene.tip = null;
    const signal = scene.signal(scene.selection.signal);
    const trace = scene.shown?.trace;
    scene.point(cell && { place: cell.place, unit: cell.unit, step: cell.step });
    if (!cell || !signal || !trace) return;
    const { place, unit, step, event } = cell;
    const value = trace.value(arrayName(place, signal.name), step, unit);
    const title = `${signal.title}, ${spokenRow(place)}`;
    scene.tip = { x: event.clientX, y: event.clientY, step, unit, value, title, token: trace.nameOf(step) };
  }
}
