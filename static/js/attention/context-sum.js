// @ts-check
/**
 * The context vector as a weighted sum: each source step's hidden state times its weight, one below the other, and
 * their sum. Without attention: the encoder's last states, which are all that the decoder gets.
 */

import { find, setText, stamp } from "../page/dom.js";
import { clamp, fixed, percent } from "../page/numbers.js";
import { levelOf, scaleOf } from "../page/palette.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { sourceLabels } from "./labels.js";
import { weightsAt } from "./look.js";
import { lookedAt } from "./rhythm.js";
import { sourceState } from "./scoring.js";
import { DECODER } from "./translation-scene.js";

/** @typedef {import("../page/palette.js").Scale} Scale */
/** @typedef {import("./translation-scene.js").Shown} Shown */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */
/** @typedef {{ name: string, share: number | null, values: Float32Array }} Strip */

const CONTEXT = "decoder.context";
/** The terms of one unit's sum that are written out. */
const MOST = 3;

/** @extends {Part<TranslationScene>} */
export class ContextSum extends Part {
  #drawn = "";
  /** @type {number | null} the unit whose sum is written out; null for the largest */
  #unit = null;
  /** @type {Float32Array[]} the source steps' states */
  #states = [];
  /** @type {HTMLElement[]} */
  #rows = [];
  #mark = () => {};

  /** @param {TranslationScene} scene */
  connect(scene) {
    this.#mark = scene.clock.add(() => this.#draw(scene), this.life);
    const renew = () => {
      this.#drawn = "";
      this.#states = [];
      this.#mark();
    };
    for (const change of /** @type {const} */ (["trace", "chunk", "theme"]))
      scene.on(change, renew, this.life);
    scene.on("trace", () => (this.#unit = null), this.life);
    scene.on("cell", this.#mark, this.life);
    const field = find(this, "input", HTMLInputElement);
    field.addEventListener("change", () => this.#choose(field.valueAsNumber));
    find(this, ".context-rows", HTMLElement).addEventListener("pointermove", (event) => this.#point(event));
  }

  /** @param {number} unit */
  #choose(unit) {
    if (!Number.isInteger(unit)) return;
    this.#unit = clamp(unit, 0, Math.max((this.#states[0]?.length ?? 1) - 1, 0));
    this.#drawn = "";
    this.#mark();
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const canvas = event.target instanceof Element ? event.target.closest("canvas") : null;
    if (!(canvas instanceof HTMLCanvasElement)) return;
    const box = canvas.getBoundingClientRect();
    this.#choose(Math.floor(((event.clientX - box.left) / box.width) * canvas.width));
  }

  /** @param {TranslationScene} scene */
  #draw(scene) {
    const { shown, attention } = scene;
    if (!shown) return;
    this.toggleAttribute("data-bottleneck", attention === null);
    if (attention === null) this.#drawBottleneck(scene, shown);
    else this.#drawSum(scene, shown);
  }

  /**
   * @param {TranslationScene} scene
   * @param {Shown} shown
   */
  #drawSum(scene, shown) {
    const { moment, rhythm, cell } = scene;
    const target = cell?.target ?? moment.target;
    const progress = (/** @type {"weigh" | "gather"} */ part) =>
      cell ? 1 : moment.turned && rhythm ? lookedAt(rhythm, part, moment.writing) : 0;
    const gathered = Math.round(progress("gather") * 20) / 20;
    const weighed = Math.round(progress("weigh") * 20) / 20;
    const key = `${target} ${weighed} ${gathered} ${this.#unit}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    const labels = sourceLabels(shown);
    if (!this.#states.length) this.#states = labels.map((_, source) => sourceState(shown, source));
    const there = weighed > 0 && target < shown.trace.part(DECODER).received;
    const weights = there ? weightsAt(shown, target) : labels.map(() => 0);
    const strips = labels.map(({ text }, source) => ({
      name: text,
      share: weights[source] ?? 0,
      values: (this.#states[source] ?? new Float32Array()).map(
        (value) => value * (weights[source] ?? 0) * weighed,
      ),
    }));
    const context = this.#context(shown, target);
    const sum = {
      name: say("context.sum"),
      share: null,
      values: gathered > 0 ? context : context.map(() => 0),
    };
    this.#show(scene, [...strips, sum], gathered);
    this.#write(labels, weights, context, there && gathered >= 1);
  }

  /**
   * @param {TranslationScene} scene
   * @param {Shown} shown
   */
  #drawBottleneck(scene, shown) {
    const decoder = shown.trace.part(DECODER);
    const key = `bottleneck ${decoder.received > 0} ${scene.moment.turned}`;
    if (key === this.#drawn || decoder.received === 0) return;
    this.#drawn = key;
    const strips = decoder.header.layers.flatMap((layer) =>
      shown.cell.states.map((state) => {
        const signal = shown.cell.signals.find(({ name }) => name === state);
        const name = say("context.state", { title: signal?.title ?? state, layer });
        const values =
          decoder.initial({ part: DECODER, layer, direction: "forward" }, state) ?? new Float32Array();
        return { name, share: null, values: scene.moment.turned ? values : values.map(() => 0) };
      }),
    );
    this.#show(scene, strips, 1);
    const units = strips.reduce((sum, { values }) => sum + values.length, 0);
    setText(find(this, ".context-words", HTMLElement), say("context.bottleneck", { units }));
  }

  /**
   * @param {Shown} shown
   * @param {number} target
   */
  #context({ trace }, target) {
    const column = trace.part(DECODER).column(CONTEXT);
    if (!column || target >= trace.part(DECODER).received)
      return new Float32Array(this.#states[0]?.length ?? 0);
    return Float32Array.from(column.values.subarray(target * column.width, (target + 1) * column.width));
  }

  /**
   * @param {TranslationScene} scene
   * @param {Strip[]} strips
   * @param {number} gathered
   */
  #show({ theme }, strips, gathered) {
    const list = find(this, ".context-rows", HTMLElement);
    if (this.#rows.length !== strips.length) {
      this.#rows = strips.map(() => stamp(this, "template"));
      list.replaceChildren(...this.#rows);
    }
    const scale = stripScale(theme);
    strips.forEach(({ name, share, values }, index) => {
      const row = /** @type {HTMLElement} */ (this.#rows[index]);
      setText(find(row, ".context-name", HTMLElement), name);
      setText(find(row, ".context-share", HTMLElement), share === null ? "" : percent(share));
      row.toggleAttribute("data-sum", share === null);
      row.style.setProperty("--share", String(share ?? 0));
      row.style.setProperty("--gathered", share === null ? String(gathered) : "1");
      paint(find(row, "canvas", HTMLCanvasElement), values, scale);
    });
  }

  /**
   * One unit's sum, written out.
   * @param {import("./labels.js").Label[]} labels
   * @param {number[]} weights
   * @param {Float32Array} context
   * @param {boolean} whole
   */
  #write(labels, weights, context, whole) {
    const largest = context.reduce(
      (best, value, unit) => (Math.abs(value) > Math.abs(context[best] ?? 0) ? unit : best),
      0,
    );
    const unit = this.#unit ?? largest;
    const field = find(this, "input", HTMLInputElement);
    field.max = String(Math.max(context.length - 1, 0));
    if (!field.matches(":focus")) field.value = String(unit);
    const output = find(this, ".context-words", HTMLElement);
    this.dataset.unit = String(unit);
    this.dataset.value = whole ? String(context[unit]) : "";
    if (!whole) {
      setText(output, say("context.waiting"));
      return;
    }
    const terms = labels
      .map(({ text }, source) => ({
        text,
        weight: weights[source] ?? 0,
        value: this.#states[source]?.[unit] ?? 0,
      }))
      .sort((one, other) => Math.abs(other.weight * other.value) - Math.abs(one.weight * one.value));
    const written = terms
      .slice(0, MOST)
      .map(({ text, weight, value }) =>
        say("context.term", { source: text, weight: fixed(weight), value: fixed(value) }),
      );
    const others = terms.slice(MOST).reduce((sum, { weight, value }) => sum + weight * value, 0);
    const rest = terms.length > MOST ? [say("context.others", { value: fixed(others) })] : [];
    const sum = [...written, ...rest].join(" + ");
    setText(output, say("context.words", { unit, sum, value: fixed(context[unit] ?? Number.NaN) }));
  }
}

/** @param {import("../page/palette.js").Theme} theme @returns {Scale} */
function stripScale(theme) {
  /** @type {import("../trace/contracts.js").Signal} */
  const signal = {
    name: "",
    symbol: "",
    title: "",
    role: "state",
    low: null,
    high: null,
    meaning: "",
    formula: "",
    light: "#000000",
    dark: "#ffffff",
    scale: "diverging",
    css: "",
  };
  return scaleOf(signal, theme, 1);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} values one pixel each
 * @param {Scale} scale
 */
function paint(canvas, values, scale) {
  const width = Math.max(values.length, 1);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== 1) canvas.height = 1;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(width, 1);
  const pixels = new Uint32Array(image.data.buffer);
  values.forEach((value, unit) => {
    // What is not known yet is left empty.
    pixels[unit] = value ? (scale.pixels[levelOf(scale, value)] ?? 0) : 0;
  });
  context.putImageData(image, 0, 0);
}
