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
/** Up to this speed (steps a second), the phases of a step can be read. */
export const READABLE = 0.0625;
/** Up to this speed, a step can be followed as a pulse. */
export const FOLLOWED = 2;
export const SPEEDS = [READABLE, 0.25, 0.5, 1, 2, 4, 8, 16];

/**
 * Longest time (s) between two frames that counts: after a pause of the browser (a hidden tab) playback continues
 * without a jump.
 */
const LONGEST_FRAME = 0.25;

/** Boundaries closer than this are the same moment. */
const MOMENT = 1e-6;
/** A phase rests this far before its end, so that the moment still belongs to it. */
const BEFORE = 1e-4;
/** How long a single phase takes (s). */
const PHASE = 1.2;

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
  /** @type {{ t: number, speed: number } | null} the end of the phase that is played by itself */
  #goal = null;
  #requested = false;
  /** Whether steps may come that nobody knows of yet. */
  #open = false;
  /** Whether the last step is wanted, which is not known yet. */
  #ending = false;
  /** @type {Drawing[]} */
  #drawings = [];
  #request;

  /** Whether time is shown as still pictures, one after another. */
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

  /** The moment to show: t itself, or the end of the current phase, or the whole step, if these are still pictures. */
  get shown() {
    if (!this.still || this.#state === "paused") return this.#t;
    const step = stepAt(this.#t, this.#extent);
    if (!this.phased) return step;
    return restsOf(this.phasesOf(step), step).find((at) => at >= this.#t - MOMENT) ?? this.#t;
  }

  /** Whether time is stopped at a whole step, not within one. */
  get settled() {
    return this.#state === "paused" && Math.abs(this.#t - Math.round(this.#t)) < MOMENT;
  }

  /** Whether time moves slowly enough to show the phases of a step. */
  get phased() {
    return this.#goal !== null || this.#speed <= READABLE;
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
   * Sets how far time can go, as steps arrive. While it is `open`, the last step is not known yet; if that was asked
   * for, time goes there as it becomes known.
   * @param {{ extent: number, available: number, open?: boolean }} reach
   */
  reach({ extent, available, open = false }) {
    this.#extent = extent;
    this.#available = available;
    this.#open = open;
    if (this.#ending) this.#end();
    this.#t = clamp(this.#t, 0, extent);
    this.#loop = fittingLoop(this.#loop, extent);
    if (this.#state === "waiting" && this.#t < this.#limit) this.#enter("playing");
    else if (this.#state === "playing" && this.#t > this.#limit) this.#enter("waiting");
    this.#markAll();
  }

  /** Plays. From outside the loop, or from the end, it starts again at the beginning. */
  play() {
    this.#goal = null;
    this.#ending = false;
    const { start, stop } = this.#loop ?? { start: 0, stop: this.#extent };
    if (this.#t < start - MOMENT || this.#t >= stop - (1 - REST) - MOMENT) this.#t = start;
    this.#enter(this.#t < this.#limit ? "playing" : "waiting");
  }

  /** Stops. Where steps are not shown in phases, the whole step is shown. */
  pause() {
    if (this.#state === "playing" && !this.phased) this.#t = stepAt(this.#t, this.#extent);
    this.#goal = null;
    this.#enter("paused");
  }

  /**
   * Plays one stretch of a step, and rests at its end.
   * @param {number} from
   * @param {number} to
   */
  playTo(from, to) {
    this.pause();
    this.seek(this.still ? to : from);
    if (this.still) return;
    this.#goal = { t: to, speed: (to - from) / PHASE };
    this.#enter(from < this.#limit ? "playing" : "waiting");
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
    this.#goal = null;
    this.#ending = false;
    this.#t = clamp(t, 0, this.#extent);
    if (this.#state !== "paused") this.#enter(this.#t < this.#limit ? "playing" : "waiting");
    this.#markAll();
    this.dispatchEvent(new Event("seek"));
  }

  /**
   * Stops and seeks to the start of a neighbouring step.
   * @param {number} count Infinity for the last one, also where that is not known yet
   */
  step(count) {
    this.pause();
    if (count === Infinity) this.#end();
    else this.seek(clamp(stepAt(this.#t, this.#extent) + count, 0, Math.max(this.#extent - 1, 0)));
  }

  /**
   * Plays on to the end of the next phase, or goes back to the end of the one before.
   * @param {1 | -1} direction
   */
  phase(direction) {
    const goal = this.#goal?.t;
    this.pause();
    const from = goal ?? this.#t;
    const step = Math.floor(from);
    const near = [step - 1, step, step + 1].flatMap((at) => restsOf(this.phasesOf(at), at));
    const next =
      direction > 0
        ? near.find((at) => at > from + MOMENT && at < this.#extent)
        : near.findLast((at) => at >= 0 && at < from - MOMENT);
    if (next === undefined) return;
    if (direction > 0) this.playTo(from, next);
    else this.seek(next);
  }

  /** The phase at the moment shown. */
  get phaseShown() {
    const step = stepAt(this.shown, this.#extent);
    const fraction = this.shown - step + MOMENT;
    return this.phasesOf(step).findLast((phase) => phase.start <= fraction);
  }

  /** Goes to the last step that is known. */
  #end() {
    this.seek(Math.max(this.#extent - 1, 0));
    this.#ending = this.#open;
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
    const goal = this.#goal;
    if (goal) {
      this.#t = Math.min(this.#t + elapsed * goal.speed, goal.t, this.#limit);
      if (this.#t >= goal.t) this.pause();
      return;
    }
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
 * The moments at which the phases of one step rest: their results are in sight.
 * @param {Phase[]} phases
 * @param {number} step
 */
function restsOf(phases, step) {
  return phases.length ? phases.map((_, index) => step + restOf(phases, index)) : [step + REST];
}

/**
 * The fraction of a step at which one of its phases rests.
 * @param {Pick<Phase, "stop">[]} phases
 * @param {number} index
 */
export function restOf(phases, index) {
  return index === phases.length - 1 ? REST : (phases[index]?.stop ?? 1) - BEFORE;
}
