// @ts-check
/**
 * The clock of one part of a model. All parts share one clock; each counts its own steps from 0. Before the part's
 * steps its time stands at its start, after them at its end.
 */

import { clamp } from "../page/numbers.js";
import { stepAt } from "./clock.js";

/** @typedef {import("./clock.js").Clock} Clock */
/** @typedef {import("./clock.js").Phase} Phase */
/** @typedef {import("./clock.js").Timekeeper} Timekeeper */
/**
 * The part's place on the shared clock: its first step there, whether it is read from the end, the fraction of the cell's own work that is done at
 * a fraction of a step on the shared clock, and back, and whether the cell waits at that fraction.
 * @typedef {{ start: () => number, flipped: () => boolean, inner: (fraction: number) => number, outer: (fraction: number) => number,
 *   waits: (fraction: number) => boolean, reached: () => void }} Placing
 */

/** @implements {Timekeeper} */
export class PartClock extends EventTarget {
  /** @type {Phase[]} the cell's own */
  phases = [];
  phasesOf = () => this.phases;
  extent = 0;
  available = 0;
  loop = null;

  /**
   * @param {Clock} clock
   * @param {Placing} placing
   */
  constructor(clock, placing) {
    super();
    this.clock = clock;
    this.placing = placing;
    for (const name of ["seek", "state"]) {
      clock.addEventListener(name, () => this.dispatchEvent(new Event(name)));
    }
  }

  get t() {
    return this.#inside(this.clock.t);
  }

  get shown() {
    return this.#inside(this.clock.shown);
  }

  /** Playing only while its own steps are played. */
  get state() {
    return this.#outside ? "paused" : this.clock.state;
  }

  get speed() {
    return this.clock.speed;
  }

  set speed(speed) {
    this.clock.speed = speed;
  }

  get still() {
    return this.clock.still;
  }

  set still(still) {
    this.clock.still = still;
  }

  get flipped() {
    return this.placing.flipped();
  }

  get phased() {
    return this.clock.phased;
  }

  get settled() {
    return this.#outside || this.clock.settled;
  }

  get phaseShown() {
    const shown = this.shown;
    const at = this.clock.shown - this.placing.start();
    if (this.placing.waits(at - stepAt(at, this.extent))) return undefined;
    const fraction = shown - stepAt(shown, this.extent) + 1e-6;
    return this.phases.findLast((phase) => phase.start <= fraction);
  }

  /** @type {Clock["on"]} */
  on(change, listener, life) {
    this.addEventListener(change, listener, { signal: life });
  }

  /** @type {Clock["add"]} */
  add(draw, life) {
    return this.clock.add(() => draw(this.shown), life);
  }

  /** @type {Clock["reach"]} */
  reach({ extent, available }) {
    this.extent = extent;
    this.available = available;
    this.placing.reached();
  }

  play() {
    this.clock.play();
  }

  pause() {
    this.clock.pause();
  }

  toggle() {
    this.clock.toggle();
  }

  /** @param {number} t */
  seek(t) {
    const step = stepAt(t, this.extent);
    // A whole step is whole on the shared clock, too.
    const begun = t > step ? this.placing.outer(t - step) : 0;
    this.clock.seek(this.placing.start() + this.#turned(step) + begun);
  }

  /** @type {Clock["playTo"]} */
  playTo(from, to) {
    const step = stepAt(from, this.extent);
    const { start, outer } = this.placing;
    const base = start() + this.#turned(step);
    this.clock.playTo(base + outer(from - step), base + outer(to - step));
  }

  /** @param {number} count */
  step(count) {
    this.clock.step(count);
  }

  /** @param {1 | -1} direction */
  phase(direction) {
    this.clock.phase(direction);
  }

  get #outside() {
    const at = this.clock.shown - this.placing.start();
    return at < 0 || at > this.extent;
  }

  /** @param {number} t on the shared clock */
  #inside(t) {
    const at = clamp(t - this.placing.start(), 0, this.extent);
    const step = stepAt(at, this.extent);
    return this.#turned(step) + this.placing.inner(at - step);
  }

  /**
   * A step in the order of the text, from its place in the order of reading, and back.
   * @param {number} step
   */
  #turned(step) {
    return this.placing.flipped() ? this.extent - 1 - step : step;
  }
}
