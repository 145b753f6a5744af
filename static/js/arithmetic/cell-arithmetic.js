// @ts-check
/** The arithmetic of the chosen number: its equation with live numbers, and what pushed it. */

import { knownAt } from "../stage/known.js";
import { problemOf } from "../trace/api.js";
import { find, setAttribute, setText, stylesheet } from "../page/dom.js";
import { arrayName } from "../trace/trace.js";
import { isFirst, stepBefore } from "../trace/vectors.js";
import { say } from "../page/words.js";
import { changeInWords } from "./change.js";
import { shown } from "./digits.js";
import { keyOf, leavesOf, NONLINEARITIES } from "./expression.js";
import { Formula } from "./formula.js";
import { valuesOf } from "./operands.js";
import { UnitParameters } from "./parameters.js";
import { Part } from "../page/part.js";

/** @typedef {import("../trace/contracts.js").Equation} Equation */
/** @typedef {import("../page/scene.js").Spot} Spot */
/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("./expression.js").Leaf} Leaf */
/** @typedef {import("./push-panel.js").PushPanel} PushPanel */

/** Pause before the sum is read aloud (ms). */
const REST = 600;

export class CellArithmetic extends Part {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {Formula | null} */
  #formula = null;
  /** @type {PushPanel | null} loaded with the path of causes when a cause is asked for */
  #pushes = null;
  /** @type {UnitParameters | null} */
  #parameters = null;
  /** What the current numbers belong to; empty when they must be rebuilt. */
  #drawn = "";
  #written = "";
  #timer = 0;
  #mark = () => {};

  /** @param {Scene} scene */
  connect(scene) {
    this.#scene = scene;
    const mark = (this.#mark = scene.clock.add(() => this.#draw(scene), this.life));
    for (const change of /** @type {const} */ (["trace", "chunk", "filled"]))
      scene.on(change, () => this.#renew(), this.life);
    for (const change of /** @type {const} */ (["selection", "pinned"])) {
      scene.on(change, mark, this.life);
      scene.on(change, () => this.#speak(scene), this.life);
    }
    this.#parameters = new UnitParameters({
      came: () => this.#renew(),
      failed: (error) => setText(find(this, ".arithmetic-problem", HTMLElement), problemOf(error).title),
    });
    this.#list.addEventListener("toggle", () => void this.#load(), { once: true });
    find(this, "button[data-action=pin]", HTMLButtonElement).addEventListener("click", () => {
      scene.pin(scene.pinned ? null : {});
    });
    this.#followView();
  }

  get #list() {
    return find(this, ".pushes", HTMLDetailsElement);
  }

  #renew() {
    this.#drawn = "";
    this.#mark();
  }

  /** Loads the list of what pushed a gate and the path of causes: the first picture does without. */
  async #load() {
    const scene = this.#scene;
    if (!scene || this.#pushes) return;
    try {
      const [{ PushPanel: Pushes }, { Trail }] = await Promise.all([
        import("./push-panel.js"),
        import("./trail.js"),
        stylesheet(new URL("../../css/pushes.css", import.meta.url).href),
      ]);
      if (this.#pushes) return;
      this.#pushes = new Pushes(this.#list, {
        point: (spot) => scene.point(spot),
        choose: (spot) => void this.#go(spot),
        changed: () => this.#renew(),
      });
      new Trail(find(this, ".trail", HTMLElement), scene, this.life);
      this.#renew();
    } catch (error) {
      const detail = { title: say("problem.part"), detail: String(error) };
      this.dispatchEvent(new CustomEvent("problem", { detail, bubbles: true }));
    }
  }

  /** If the pinned arithmetic would be out of sight, it is shown in a sheet; its place on the page stays reserved. */
  #followView() {
    const panel = this.parentElement;
    if (!panel) return;
    const observer = new IntersectionObserver(([entry]) => {
      const unseen = !entry?.isIntersecting;
      panel.style.minBlockSize = unseen ? `${panel.offsetHeight}px` : "";
      this.toggleAttribute("data-unseen", unseen);
    });
    observer.observe(panel);
    this.life.addEventListener("abort", () => observer.disconnect());
  }

  /** @param {Scene} scene */
  #draw(scene) {
    if (!scene.shown) return;
    const { trace, cell, source } = scene.shown;
    const { focus: spot, step } = scene;
    const equation = cell.equations.find(({ signal }) => signal === spot.signal);
    if (!equation) return;
    const weighed = cell.gates.includes(spot.signal);
    const there = thereAt(equation, knownAt(scene));
    const coming = JSON.stringify(there);
    const drawn = [arrayName(spot.place, spot.signal), spot.unit, step, Boolean(scene.pinned), coming].join();
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#write(scene, equation, spot);
    this.#entitle(scene, spot, step);
    const row = weighed ? (this.#parameters?.row(source.model, spot) ?? null) : null;
    if (row) setText(find(this, ".arithmetic-problem", HTMLElement), "");
    const at = { trace, cell, spot, step, row };
    const values = valuesOf(equation.expression, at);
    const result = trace.value(arrayName(spot.place, spot.signal), step, spot.unit);
    const numbers = shown(equation.expression, values, result, NONLINEARITIES[row?.nonlinearity ?? "tanh"]);
    this.#formula?.update(numbers, there);
    this.#formula?.enable((key) => !key.endsWith(".before") || !isFirst(trace, spot.place, step));
    const titleOf = (/** @type {string} */ signal) => scene.signal(signal)?.title ?? "";
    const change = changeInWords(equation.expression, values, numbers.operands, titleOf);
    const words = find(this, "[data-arithmetic=change]", HTMLElement);
    words.hidden = change === "";
    setText(words, there.result ? change : "");
    this.#list.hidden = !weighed;
    this.#list.toggleAttribute("data-coming", !there.inner);
    this.#pushes?.update({ ...at, equation, values, numbers, weighed });
    setAttribute(this, "data-step", String(step));
  }

  /**
   * Writes the equation if it differs from the current one.
   * @param {Scene} scene
   * @param {Equation} equation
   * @param {Spot} spot
   */
  #write(scene, equation, { place: { direction } }) {
    const cell = /** @type {import("../page/scene.js").Shown} */ (scene.shown).cell;
    const written = `${cell.kind}.${equation.signal}.${direction}`;
    if (written === this.#written) return;
    this.#written = written;
    const host = find(this, ".formula", HTMLElement);
    const focused = host.matches(":focus-within");
    this.#formula = new Formula({ cell, equation, direction }, (leaf, button) => this.#listen(leaf, button));
    host.replaceChildren(...this.#formula.elements);
    setAttribute(host, "aria-label", equation.text);
    if (focused) find(host, "button", HTMLButtonElement).focus();
  }

  /**
   * @param {Leaf} leaf
   * @param {HTMLButtonElement} button
   */
  #listen(leaf, button) {
    for (const name of ["pointerenter", "focus"]) {
      button.addEventListener(name, () => this.#scene?.point(this.#spotOf(leaf)));
    }
    for (const name of ["pointerleave", "blur"])
      button.addEventListener(name, () => this.#scene?.point(null));
    button.addEventListener("click", () => {
      if (leaf.op === "weighted") void this.#load().then(() => this.#pushes?.open(leaf.source));
      else void this.#go(this.#spotOf(leaf));
    });
  }

  /**
   * The spot of an operand's own arithmetic; null if it has none.
   * @param {Leaf} leaf
   * @returns {Spot | null}
   */
  #spotOf(leaf) {
    const scene = this.#scene;
    if (!scene?.shown || leaf.op === "weighted") return null;
    const { focus: spot, step } = scene;
    if (leaf.back === 0) return { ...spot, signal: leaf.signal };
    if (isFirst(scene.shown.trace, spot.place, step)) return null;
    return { ...spot, signal: leaf.signal, step: stepBefore(spot.place, step) };
  }

  /**
   * Opens the arithmetic of another spot, and seeks if it is at another step.
   * @param {Spot | null} spot
   */
  async #go(spot) {
    if (!spot) return;
    await this.#load();
    this.#scene?.follow(spot);
  }

  /**
   * @param {Scene} scene
   * @param {Spot} spot
   * @param {number} step
   */
  #entitle(scene, spot, step) {
    const signal = scene.signal(spot.signal);
    if (!signal) return;
    this.style.setProperty("--signal", `var(${signal.css})`);
    setText(find(this, "h2 .symbol", HTMLElement), signal.symbol);
    setText(find(this, "[data-arithmetic=title]", HTMLElement), signal.title);
    setText(find(this, "[data-arithmetic=unit]", HTMLElement), String(spot.unit));
    setText(find(this, "[data-arithmetic=step]", HTMLElement), String(step));
    setAttribute(
      find(this, "button[data-action=pin]", HTMLButtonElement),
      "aria-pressed",
      String(Boolean(scene.pinned)),
    );
    this.toggleAttribute("data-pinned", Boolean(scene.pinned));
  }

  /** @param {Scene} scene */
  #speak(scene) {
    clearTimeout(this.#timer);
    if (scene.clock.state !== "paused" || !this.matches(":focus-within")) return;
    this.#timer = setTimeout(() => {
      const title = scene.signal(scene.focus.signal)?.title ?? "";
      const sum = this.#formula?.spoken ?? "";
      setText(find(this, "[role=status]", HTMLElement), say("arithmetic.spoken", { title, sum }));
    }, REST);
  }
}

/**
 * Which numbers of an equation are computed by now: its operands by their keys, the input of its function, the result.
 * @param {Equation} equation
 * @param {(name: string) => boolean} known
 * @returns {import("./formula.js").There}
 */
function thereAt({ signal, expression }, known) {
  /** @type {Record<string, boolean>} */
  const operands = {};
  for (const leaf of leavesOf(expression)) {
    const before = leaf.op === "signal" && leaf.back > 0;
    operands[keyOf(leaf)] = before || known(leaf.op === "weighted" ? `${signal}.pre` : leaf.signal);
  }
  return { operands, inner: known(`${signal}.pre`), result: known(signal) };
}
