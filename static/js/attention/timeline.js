// @ts-check
/**
 * One clock for the encoders and decoders of one or more translations: first the encoders read, then the decoders
 * write. All decoders begin at the same moment, when the longest source has been read.
 */

import { PartClock } from "../time/part-clock.js";

/** @typedef {import("../time/clock.js").Clock} Clock */
/** @typedef {import("./rhythm.js").Rhythm} Rhythm */
/** @typedef {{ encoder: PartClock, decoder: PartClock, rhythm: () => Rhythm | null, complete: () => boolean }} Lane */

export class Timeline {
  /** @type {Lane[]} */
  #lanes = [];

  /** @param {Clock} clock */
  constructor(clock) {
    this.clock = clock;
    clock.phasesOf = (step) => (step < this.turn ? clock.phases : (this.#rhythm?.phases ?? clock.phases));
  }

  /** The step at which the decoders begin. */
  get turn() {
    return Math.max(...this.#lanes.map(({ encoder }) => encoder.extent), 0);
  }

  /**
   * Whether the clock's phases are those of this translation.
   * @param {Lane} lane
   */
  leads(lane) {
    return this.#lanes[0] === lane;
  }

  /** The lane that was added first decides the phases of the decoder's steps. */
  get #rhythm() {
    return this.#lanes[0]?.rhythm() ?? null;
  }

  /**
   * Adds a translation.
   * @param {{ rhythm: () => Rhythm | null, complete: () => boolean, flipped: () => boolean }} of `flipped` while the
   *   encoder's backward direction is looked at, which reads from the end
   * @returns {Lane}
   */
  add({ rhythm, complete, flipped }) {
    const settle = () => this.settle();
    const same = (/** @type {number} */ fraction) => fraction;
    const start = () => 0;
    const waits = () => false;
    const encoder = new PartClock(this.clock, {
      start,
      flipped,
      inner: same,
      outer: same,
      waits,
      reached: settle,
    });
    const decoder = new PartClock(this.clock, {
      start: () => this.turn,
      flipped: () => false,
      inner: (fraction) => rhythm()?.inner(fraction) ?? fraction,
      outer: (fraction) => rhythm()?.outer(fraction) ?? fraction,
      waits: (fraction) => {
        const { start: begin, stop } = rhythm()?.look ?? { start: 1, stop: 1 };
        return fraction >= begin && fraction < stop;
      },
      reached: settle,
    });
    const lane = { encoder, decoder, rhythm, complete };
    this.#lanes.push(lane);
    return lane;
  }

  /** @param {Lane} lane */
  remove(lane) {
    this.#lanes = this.#lanes.filter((other) => other !== lane);
    this.settle();
  }

  /** Tells the clock how far time can go. */
  settle() {
    const { turn } = this;
    const written = Math.max(...this.#lanes.map(({ decoder }) => decoder.extent), 0);
    // A translation that has not begun holds nothing back.
    const begun = this.#lanes.filter(({ encoder }) => encoder.extent > 0);
    const available = begun.map(({ encoder, decoder, complete }) => {
      if (encoder.available < encoder.extent) return encoder.available;
      return turn + (complete() ? written : decoder.available);
    });
    const open = begun.some(({ complete }) => !complete());
    this.clock.reach({ extent: turn + written, available: Math.min(...available, turn + written), open });
  }
}
