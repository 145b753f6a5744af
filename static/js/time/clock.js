// @ts-check
/**
 * The one clock. Playback time is one real number, t = step + fraction; every picture is drawn from it.
 *
 * Components register a drawing function and mark themselves to be drawn; everything marked is drawn once, in one
 * animation frame. While time moves everything is drawn; while nothing changes no frame is requested. Events: `state`
 * (playing, paused, another speed), `seek`, `loop`.
 */

import { clamp } from "../page/numbers.js";
import { fittingLoop } from "./loop.js";

/** @typedef {"paused" | "playing" | "waiting"} ClockState */
/** @typedef {{ name: string, title: string, start: number, stop: number }} Phase */
/** @typedef {{ draw: (t: number) => void, marked: boolean }} Drawing */
/** @typedef {import("./loop.js").Loop} Loop */
/** @typedef {Pick<Clock, keyof Clock>} Timekeeper what parts need of a clock; the clock of one part of a model is another */

/** The fraction of a step at which all is computed; after it, the picture makes room for the next step. */
export const REST = 0.96;
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16];

/**
 * Longest time (s) between two frames that counts: after a pause of the browser (a hidden tab) playback continues
 * without a jump.
 */
const LONGEST_FRAME = 0.25;

/** Boundaries closer than this are the same moment. */
const MOMENT = 1e-6;

export class Clock extends EventTarget {
  /** @type {ClockState} */
  #state = "paused";
  #t = 0;
  #speed = 1;
  #extent = 0;
  #available = 0;
  /** @type {Loop | null} */
  #loop = null;
  /** @type {number | null} */
  #last = null;
  #requested = false;
  /** @type {Drawing[]} */
  #drawings = [];
  #request;

  /** Whether phases are shown as still pictures, one after another. */
  still = false;
  /** Whether steps are played from the last to the first. */
  flipped = false;
  /** @type {Phase[]} */
  phases = [];
  /** @type {(step: number) => Phase[]} the phases of one step, where steps differ */
  phasesOf = () => this.phases;

  /** @param {(callback: FrameRequestCallback) => unknown} [request] requests an animation frame */
  constructor(request = (callback) => requestAnimationFrame(callback)) {
    super();
    this.#request = request;
  }

  get t() {
    return this.#t;
  }

  /** The moment to show: t itself, or the start of the current phase if phases are still pictures. */
  get shown() {
    if (!this.still || this.#state === "paused") return this.#t;
    return Math.max(
      ...boundaries(this.phasesOf(Math.floor(this.#t)), Math.floor(this.#t)).filter(
        (at) => at <= this.#t + MOMENT,
      ),
    );
  }

  get state() {
    return this.#state;
  }

  get speed() {
    return this.#speed;
  }

  set speed(speed) {
    this.#speed = speed;
    this.#tell();
  }

  /** The range played in a loop. */
  get loop() {
    return this.#loop;
  }

  set loop(loop) {
    this.#loop = fittingLoop(loop, this.#extent);
    this.#markAll();
    this.dispatchEvent(new Event("loop"));
  }

  /** The expected number of steps. */
  get extent() {
    return this.#extent;
  }

  /** How many steps can be played. */
  get available() {
    return this.#available;
  }

  /**
   * @param {"state" | "seek" | "loop"} change
   * @param {() => void} listener
   * @param {AbortSignal} life removes the listeners when aborted
   */
  on(change, listener, life) {
    this.addEventListener(change, listener, { signal: life });
  }

  /**
   * Registers a drawing function. Returns a function that marks it to be drawn in the next frame.
   * @param {(t: number) => void} draw
   * @param {AbortSignal} life removes the drawing function when aborted
   * @returns {() => void}
   */
  add(draw, life) {
    const drawing = { draw, marked: false };
    this.#drawings.push(drawing);
    life.addEventListener("abort", () => {
      this.#drawings = this.#drawings.filter((other) => other !== drawing);
    });
    const mark = () => {
      drawing.marked = true;
      this.#ask();
    };
    mark();
    return mark;
  }

  /**
   * Sets how far time can go, as steps arrive.
   * @param {{ extent: number, available: number }} reach
   */
  reach({ extent, available }) {
    this.#extent = extent;
    this.#available = available;
    this.#t = clamp(this.#t, 0, extent);
    this.#loop = fittingLoop(this.#loop, extent);
    if (this.#state === "waiting" && this.#t < this.#limit) this.#enter("playing");
    else if (this.#state === "playing" && this.#t > this.#limit) this.#enter("waiting");
    this.#markAll();
  }

  /** Plays. From outside the loop, or from the end, it starts again at the beginning. */
  play() {
    const { start, stop } = this.#loop ?? { start: 0, stop: this.#extent };
    if (this.#t < start - MOMENT || this.#t >= stop - MOMENT) this.#t = start;
    this.#enter(this.#t < this.#limit ? "playing" : "waiting");
  }

  pause() {
    this.#enter("paused");
  }

  toggle() {
    if (this.#state === "paused") this.play();
    else this.pause();
  }

  /**
   * Seeks to a moment, whether or not its step has arrived.
   * @param {number} t
   */
  seek(t) {
    this.#t = clamp(t, 0, this.#extent);
    if (this.#state !== "paused") this.#enter(this.#t < this.#limit ? "playing" : "waiting");
    this.#markAll();
    this.dispatchEvent(new Event("seek"));
  }

  /**
   * Stops and seeks to the start of a neighbouring step.
   * @param {number} count
   */
  step(count) {
    this.pause();
    this.seek(clamp(stepAt(this.#t, this.#extent) + count, 0, Math.max(this.#extent - 1, 0)));
  }

  /**
   * Stops and seeks to the start of a neighbouring phase.
   * @param {1 | -1} direction
   */
  phase(direction) {
    this.pause();
    const step = Math.floor(this.#t);
    const near = [step - 1, step, step + 1].flatMap((at) => boundaries(this.phasesOf(at), at));
    const next =
      direction > 0 ? near.find((at) => at > this.#t + MOMENT) : near.findLast((at) => at < this.#t - MOMENT);
    this.seek(next ?? this.#t);
  }

  /** The phase at the moment shown. */
  get phaseShown() {
    const step = stepAt(this.shown, this.#extent);
    const fraction = this.shown - step + MOMENT;
    return this.phasesOf(step).findLast((phase) => phase.start <= fraction);
  }

  get #limit() {
    return Math.min(this.#available, this.#extent);
  }

  /** @param {ClockState} state */
  #enter(state) {
    const changed = state !== this.#state;
    this.#state = state;
    if (state !== "playing") this.#last = null;
    this.#markAll();
    if (changed) this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("state"));
  }

  #markAll() {
    for (const drawing of this.#drawings) drawing.marked = true;
    this.#ask();
  }

  #ask() {
    if (this.#requested) return;
    this.#requested = true;
    this.#request((time) => this.#frame(time));
  }

  /** @param {number} time in milliseconds */
  #frame(time) {
    this.#requested = false;
    if (this.#state === "playing") this.#advance(time / 1000);
    const shown = this.shown;
    for (const drawing of this.#drawings) {
      if (!drawing.marked) continue;
      drawing.marked = false;
      drawing.draw(shown);
    }
    if (this.#state === "playing") this.#markAll();
  }

  /** @param {number} time in seconds */
  #advance(time) {
    const elapsed = this.#last === null ? 0 : Math.min(time - this.#last, LONGEST_FRAME);
    this.#last = time;
    const t = this.#t + elapsed * this.#speed;
    const loop = this.#loop;
    if (loop && this.#t < loop.stop && t >= loop.stop && loop.stop <= this.#limit) {
      this.#t = loop.start + ((t - loop.stop) % (loop.stop - loop.start));
      return;
    }
    this.#t = Math.min(t, this.#limit);
    if (this.#t < this.#limit) return;
    this.#enter(this.#limit >= this.#extent ? "paused" : "waiting");
  }
}

/**
 * The step at a moment; the very end belongs to the last step.
 * @param {number} t
 * @param {number} steps
 */
export function stepAt(t, steps) {
  return clamp(Math.floor(t + MOMENT), 0, Math.max(steps - 1, 0));
}

/**
 * The moments at which the phases of one step begin.
 * @param {Phase[]} phases
 * @param {number} step
 */
function boundaries(phases, step) {
  return phases.length ? phases.map((phase) => step + phase.start) : [step];
}
