// @ts-check
/** The class probabilities of a text up to the current step: what a classifier would say if the text ended there. */

import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { float32Text, percent } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { PROBABILITIES } from "./classes.js";

/** @typedef {import("../page/scene.js").Scene} Scene */

export class ClassPanel extends Part {
  /** @type {HTMLElement[]} */
  #rows = [];
  #drawn = "";

  /** @param {Scene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    scene.on("trace", () => this.#rebuild(scene), this.life);
    scene.on("chunk", mark, this.life);
    this.#rebuild(scene);
    mark();
  }

  /** @param {Scene} scene */
  #rebuild({ shown }) {
    const classes = shown?.trace.header.classes ?? [];
    this.#drawn = "";
    this.hidden = !classes.length;
    this.#rows = classes.map((name, index) => {
      const row = stamp(this, "template");
      row.dataset.class = name;
      row.style.setProperty("--class", `var(--class-${index % 4})`);
      setText(find(row, ".class-name", HTMLElement), name);
      return row;
    });
    find(this, "ol", HTMLElement).replaceChildren(...this.#rows);
  }

  /** @param {Scene} scene */
  #draw(scene) {
    const trace = scene.shown?.trace;
    const { step } = scene;
    if (!trace || this.hidden || this.#drawn === `${step} ${trace.received}`) return;
    this.#drawn = `${step} ${trace.received}`;
    const probabilities = this.#rows.map((_, index) => trace.value(PROBABILITIES, step, index));
    const largest = Math.max(...probabilities);
    this.#rows.forEach((row, index) => {
      const probability = probabilities[index] ?? Number.NaN;
      setAttribute(row, "data-value", float32Text(probability));
      row.toggleAttribute("data-largest", probability === largest);
      setText(find(row, ".probability", HTMLElement), percent(probability));
      find(row, ".meter-bar", HTMLElement).style.transform = `scaleX(${probability || 0})`;
    });
    this.dataset.step = String(step);
  }
}
