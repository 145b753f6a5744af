// @ts-check
/** Every way to move through the sequence, by name, for buttons and keys. */

import { SPEEDS } from "./clock.js";
import { jumpFrom } from "./jumps.js";
import { loopFrom, loopTo } from "./loop.js";

/**
 * What is played: a sequence on a clock.
 * @typedef {{ clock: import("./clock.js").Timekeeper, step: number, screenful: number,
 *   shown: { trace: Pick<import("../trace/trace.js").Trace, "header" | "tokens" | "numeric" | "nameOf"> } | null,
 *   on: (change: "trace", listener: () => void, life: AbortSignal) => void }} Played
 *
 * @typedef {"toggle" | "first" | "back" | "forward" | "last" | "phase-back" | "phase-forward" | "line-back"
 *   | "line-forward" | "word-back" | "word-forward" | "screen-back" | "screen-forward" | "slower" | "faster" | "loop"
 *   | "loop-start" | "loop-stop"} Action
 */

export class Journey {
  /** @param {Played} scene */
  constructor(scene) {
    this.scene = scene;
  }

  /** @param {Action} action */
  go(action) {
    const { clock, step } = this.scene;
    /** @type {Record<Action, () => void>} */
    const actions = {
      toggle: () => clock.toggle(),
      first: () => clock.step(-Infinity),
      back: () => clock.step(-1),
      forward: () => clock.step(1),
      last: () => clock.step(Infinity),
      "phase-back": () => clock.phase(-1),
      "phase-forward": () => clock.phase(1),
      "line-back": () => this.#jump("line", -1),
      "line-forward": () => this.#jump("line", 1),
      "word-back": () => this.#jump("word", -1),
      "word-forward": () => this.#jump("word", 1),
      "screen-back": () => clock.step(-this.scene.screenful),
      "screen-forward": () => clock.step(this.scene.screenful),
      slower: () => this.#change(-1),
      faster: () => this.#change(1),
      loop: () => (clock.loop = clock.loop ? null : { start: step, stop: step + 1 }),
      "loop-start": () => (clock.loop = loopFrom(clock.loop, step, clock.extent)),
      "loop-stop": () => (clock.loop = loopTo(clock.loop, step)),
    };
    actions[action]();
  }

  /** @param {number} step */
  goTo(step) {
    this.scene.clock.pause();
    this.scene.clock.seek(step);
  }

  /**
   * @param {import("./jumps.js").Stop} stop
   * @param {1 | -1} direction
   */
  #jump(stop, direction) {
    const { clock, shown } = this.scene;
    if (shown && !shown.trace.numeric) this.goTo(jumpFrom(shown.trace.tokens, clock.t, stop, direction));
  }

  /** @param {1 | -1} direction */
  #change(direction) {
    const { clock } = this.scene;
    clock.speed = SPEEDS[SPEEDS.indexOf(clock.speed) + direction] ?? clock.speed;
  }
}
