// @ts-check
/**
 * The exact numbers of the chosen unit at the current step, one row per signal, and the choice of unit and signal.
 */

import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { fixed, float32Text, withMinus } from "../page/numbers.js";
import { listenToSignal } from "../page/pointing.js";
import { knownAt } from "../stage/known.js";
import { arrayName } from "../trace/trace.js";
import { Part } from "../page/part.js";

/** @typedef {import("../trace/contracts.js").Signal} Signal */
/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {{ signal: Signal, element: HTMLElement, output: HTMLOutputElement, bar: HTMLElement }} Readout */

export class SignalReadouts extends Part {
  /** @type {Readout[]} */
  #rows = [];
  #cell = "";
  #exact = false;

  /** @param {Scene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    scene.on("trace", () => this.#rebuild(scene), this.life);
    scene.on(
      "selection",
      () => {
        this.#choose(scene);
        mark();
      },
      this.life,
    );
    scene.on("theme", mark, this.life);
    const unit = find(this, "input[name=unit]", HTMLInputElement);
    // The numbers are always those of the unit in the field, also while it is typed.
    unit.addEventListener("input", () => {
      if (unit.value !== "" && unit.validity.valid) scene.select({ unit: Number(unit.value) });
    });
    unit.addEventListener("change", () => this.#choose(scene));
    const exact = find(this, "button[data-action=exact]", HTMLButtonElement);
    exact.addEventListener("click", () => {
      this.#exact = !this.#exact;
      exact.setAttribute("aria-pressed", String(this.#exact));
      this.toggleAttribute("data-exact", this.#exact);
      mark();
    });
    this.#places.layer.addEventListener("change", () =>
      scene.select({ place: { layer: Number(this.#places.layer.value) } }),
    );
    this.#places.direction.addEventListener("change", () => {
      scene.select({ place: { direction: this.#places.direction.value } });
    });
  }

  get #places() {
    return {
      layer: find(this, "select[name=layer]", HTMLSelectElement),
      direction: find(this, "select[name=direction]", HTMLSelectElement),
    };
  }

  /** @param {Scene} scene */
  #rebuild(scene) {
    const { trace, cell } = /** @type {import("../page/scene.js").Shown} */ (scene.shown);
    const { units, layers, directions } = trace.header;
    find(this, "input[name=unit]", HTMLInputElement).max = String(units - 1);
    setText(find(this, "[data-readout=units]", HTMLElement), String(units));
    const { layer, direction } = this.#places;
    fill(layer, layers.map(String));
    fill(direction, directions);
    if (cell.kind !== this.#cell) {
      this.#cell = cell.kind;
      this.#rows = cell.signals.map((signal) => this.#makeRow(scene, signal));
      find(this, ".readout-rows", HTMLElement).replaceChildren(...this.#rows.map(({ element }) => element));
    }
    this.#choose(scene);
  }

  /**
   * @param {Scene} scene
   * @param {Signal} signal
   * @returns {Readout}
   */
  #makeRow(scene, signal) {
    const element = stamp(this, "template");
    element.dataset.signal = signal.name;
    element.dataset.scale = signal.scale;
    element.style.setProperty("--signal", `var(${signal.css})`);
    setText(find(element, ".symbol", HTMLElement), signal.symbol);
    setText(find(element, ".title", HTMLElement), signal.title);
    const button = find(element, "button", HTMLButtonElement);
    button.title = signal.meaning;
    listenToSignal(element, button, signal.name, scene);
    const output = find(element, "output", HTMLOutputElement);
    output.setAttribute("aria-label", signal.title);
    return { signal, element, output, bar: find(element, ".meter-bar", HTMLElement) };
  }

  /** @param {Scene} scene */
  #choose({ selection }) {
    const unit = find(this, "input[name=unit]", HTMLInputElement);
    if (unit.value !== String(selection.unit)) unit.value = String(selection.unit);
    this.#places.layer.value = String(selection.place.layer);
    this.#places.direction.value = selection.place.direction;
    for (const { signal, element } of this.#rows) {
      setAttribute(
        find(element, "button", HTMLButtonElement),
        "aria-pressed",
        String(signal.name === selection.signal),
      );
    }
  }

  /** @param {Scene} scene */
  #draw(scene) {
    const trace = scene.shown?.trace;
    if (!trace) return;
    const { step } = scene;
    const { focus } = scene;
    this.dataset.step = String(step);
    this.dataset.unit = String(focus.unit);
    this.dataset.layer = String(focus.place.layer);
    this.dataset.direction = focus.place.direction;
    setText(find(this, "[data-readout=at]", HTMLElement), String(step));
    const known = knownAt(scene);
    for (const { signal, element, output, bar } of this.#rows) {
      element.toggleAttribute("data-coming", !known(signal.name));
      const value = trace.value(arrayName(focus.place, signal.name), step, focus.unit);
      element.toggleAttribute("data-lit", signal.name === focus.signal);
      const exact = float32Text(value);
      setAttribute(output, "data-value", exact);
      setText(output, this.#exact ? withMinus(exact) : fixed(value));
      const { low, high } = scene.scale(signal);
      bar.style.transform = barOf(value, low, high);
    }
  }
}

/**
 * The bar of a meter as wide as its range: from the low end, or from zero if there are negative values.
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function barOf(value, low, high) {
  const zero = -low / (high - low);
  const length = Number.isNaN(value) ? 0 : value / (high - low);
  return `translateX(${zero * 100}%) scaleX(${length})`;
}

/**
 * @param {HTMLSelectElement} select
 * @param {string[]} values
 */
function fill(select, values) {
  select.replaceChildren(...values.map((value) => new Option(value, value)));
  const label = select.closest("label");
  if (label) label.hidden = values.length < 2;
}
