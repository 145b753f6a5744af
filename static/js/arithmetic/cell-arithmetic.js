// @ts-check
/** How the number that one points at came about: its equation with live numbers, and what pushed it. */

import { problemOf } from "../trace/api.js";
import { find, setAttribute, setText } from "../page/dom.js";
import { samePlace } from "../page/scene.js";
import { arrayName } from "../trace/trace.js";
import { say } from "../page/words.js";
import { shown } from "./digits.js";
import { NONLINEARITIES } from "./expression.js";
import { Formula } from "./formula.js";
import { isFirst, stepBefore, valuesOf } from "./operands.js";
import { UnitParameters } from "./parameters.js";
import { PushPanel } from "./push-panel.js";

/** @typedef {import("../trace/contracts.js").Equation} Equation */
/** @typedef {import("../page/scene.js").Place} Place */
/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("./expression.js").Leaf} Leaf */

/** Milliseconds of rest before the sum is read aloud. */
const REST = 600;

export class CellArithmetic extends HTMLElement {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {Formula | null} */
  #formula = null;
  /** @type {PushPanel | null} */
  #pushes = null;
  /** @type {UnitParameters | null} */
  #parameters = null;
  /** What the numbers that stand here are of; empty where they have to be made anew. */
  #drawn = "";
  #written = "";
  /** Whether what is pointed at lies in here: it must not be replaced by its own arithmetic. */
  #inside = false;
  #timer = 0;

  /** @param {Scene} scene */
  connect(scene) {
    this.#scene = scene;
    const mark = scene.clock.add(() => this.#draw(scene));
    const renew = () => {
      this.#drawn = "";
      mark();
    };
    for (const change of /** @type {const} */ (["trace", "chunk"])) scene.on(change, renew);
    for (const change of /** @type {const} */ (["selection", "pinned", "pointed"])) scene.on(change, mark);
    for (const change of /** @type {const} */ (["selection", "pinned"]))
      scene.on(change, () => this.#speak(scene));
    this.#parameters = new UnitParameters({
      came: renew,
      failed: (error) => setText(find(this, ".arithmetic-problem", HTMLElement), problemOf(error).title),
    });
    this.#pushes = new PushPanel(find(this, ".pushes", HTMLDetailsElement), {
      point: (place) => this.#point(place),
      choose: (place) => this.#go(place),
      changed: renew,
    });
    find(this, "button[data-action=pin]", HTMLButtonElement).addEventListener("click", () => {
      scene.pin(scene.pinned ? null : this.#place(scene));
    });
    this.#followView();
    document.addEventListener("keydown", (event) => {
      const typing = event.target instanceof Element && event.target.closest("input, textarea, dialog");
      if (event.key !== "Escape" || !scene.pinned || typing) return;
      scene.pin(null);
      event.preventDefault();
    });
  }

  /** Where what is pinned would be out of sight, a sheet shows it; its place on the page is kept for it. */
  #followView() {
    const panel = this.parentElement;
    if (!panel) return;
    new IntersectionObserver(([entry]) => {
      const unseen = !entry?.isIntersecting;
      panel.style.minBlockSize = unseen ? `${panel.offsetHeight}px` : "";
      this.toggleAttribute("data-unseen", unseen);
    }).observe(panel);
  }

  /**
   * @param {Scene} scene
   * @returns {Place}
   */
  #place(scene) {
    return this.#inside ? (scene.pinned ?? scene.selection) : scene.focus;
  }

  /** @param {Scene} scene */
  #draw(scene) {
    if (!scene.shown) return;
    const { trace, cell, model } = scene.shown;
    const place = this.#place(scene);
    const step = place.step ?? scene.step;
    const equation = cell.equations.find(({ signal }) => signal === place.signal);
    if (!equation) return;
    const weighed = cell.gates.includes(place.signal);
    const drawn = [
      place.layer,
      place.direction,
      place.signal,
      place.unit,
      step,
      Boolean(scene.pinned),
    ].join();
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#write(scene, equation, place);
    this.#entitle(scene, place, step);
    const row = weighed ? (this.#parameters?.row(model.id, place) ?? null) : null;
    if (row) setText(find(this, ".arithmetic-problem", HTMLElement), "");
    const at = { trace, place, step, row };
    const values = valuesOf(equation.expression, at);
    const result = trace.value(arrayName(place, place.signal), step, place.unit);
    const numbers = shown(equation.expression, values, result, NONLINEARITIES[row?.nonlinearity ?? "tanh"]);
    this.#formula?.update(numbers);
    this.#formula?.enable((key) => !key.endsWith(".before") || !isFirst(trace, place, step));
    const lasting = samePlace(place, scene.pinned ?? scene.selection);
    this.#pushes?.update({ ...at, equation, values, numbers, weighed, lasting });
    setAttribute(this, "data-step", String(step));
  }

  /**
   * Writes the equation where it is another one than the one that stands here.
   * @param {Scene} scene
   * @param {Equation} equation
   * @param {Place} place
   */
  #write(scene, equation, { direction }) {
    const cell = /** @type {import("../page/scene.js").Shown} */ (scene.shown).cell;
    const written = `${cell.kind}.${equation.signal}.${direction}`;
    if (written === this.#written) return;
    this.#written = written;
    const host = find(this, ".formula", HTMLElement);
    const focused = host.contains(document.activeElement);
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
      button.addEventListener(name, () => this.#point(this.#placeOf(leaf)));
    }
    for (const name of ["pointerleave", "blur"]) button.addEventListener(name, () => this.#point(null));
    button.addEventListener("click", () => {
      if (leaf.op === "weighted") this.#pushes?.open(leaf.source);
      else this.#go(this.#placeOf(leaf));
    });
  }

  /**
   * Where an operand's own arithmetic is; null where it has none.
   * @param {Leaf} leaf
   * @returns {Place | null}
   */
  #placeOf(leaf) {
    const scene = this.#scene;
    if (!scene?.shown || leaf.op === "weighted") return null;
    const place = this.#place(scene);
    const step = place.step ?? scene.step;
    if (leaf.back === 0) return { ...place, signal: leaf.signal };
    if (isFirst(scene.shown.trace, place, step)) return null;
    return { ...place, signal: leaf.signal, step: stepBefore(place, step) };
  }

  /** @param {Place | null} place */
  #point(place) {
    this.#inside = place !== null;
    this.#scene?.point(place);
  }

  /**
   * Opens the arithmetic of another place; of another step, where it is one.
   * @param {Place | null} place
   */
  #go(place) {
    const scene = this.#scene;
    if (!scene || !place) return;
    this.#point(null);
    const { layer, direction, unit, signal, step } = place;
    scene.select({ layer, direction, unit, signal });
    if (step === undefined || step === scene.step) return;
    scene.clock.pause();
    scene.clock.seek(step);
  }

  /**
   * @param {Scene} scene
   * @param {Place} place
   * @param {number} step
   */
  #entitle(scene, place, step) {
    const signal = scene.signal(place.signal);
    if (!signal) return;
    this.style.setProperty("--signal", `var(${signal.css})`);
    setText(find(this, "h2 .symbol", HTMLElement), signal.symbol);
    setText(find(this, "[data-arithmetic=title]", HTMLElement), signal.title);
    setText(find(this, "[data-arithmetic=unit]", HTMLElement), String(place.unit));
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
    if (scene.clock.state !== "paused" || !this.contains(document.activeElement)) return;
    this.#timer = setTimeout(() => {
      const title = scene.signal(this.#place(scene).signal)?.title ?? "";
      const sum = this.#formula?.spoken ?? "";
      setText(find(this, "[role=status]", HTMLElement), say("arithmetic.spoken", { title, sum }));
    }, REST);
  }
}
