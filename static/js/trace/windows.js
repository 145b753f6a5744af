// @ts-check
/** Reads the stretches of a long trace that are wanted, one run of the server after the other, the latest wish first. */

import { runOf, startAt } from "./sequence.js";
import { sliceOf } from "./slice.js";
import { TraceStream } from "./trace-stream.js";

/** @typedef {import("./reading.js").Source} Source */
/** @typedef {import("./stretches.js").Edge} Edge */
/** @typedef {import("./stretches.js").Stretches} Stretches */
/** @typedef {import("./trace.js").Asker} Asker */
/** @typedef {{ start: number, stop: number }} Range of steps */
/**
 * What is called when values of wanted steps have arrived, for a problem, and for a message that cannot be understood.
 * @typedef {{ came: () => void, failed: (problem: import("./contracts.js").Problem) => void,
 *   refused: (error: unknown) => void }} Answers
 */

/** After a lost connection, nothing is asked for this long (ms). */
const PAUSE = 1000;

export class Windows {
  /** @type {Map<Asker, Range>} the last of each, the latest at the end */
  #wishes = new Map();
  /** @type {TraceStream | null} */
  #stream = null;
  #timer = 0;
  #closed = false;

  /**
   * @param {Source} source
   * @param {import("./contracts.js").Header} header
   * @param {Stretches} stretches
   * @param {Answers} answers
   */
  constructor(source, header, stretches, answers) {
    this.source = source;
    this.header = header;
    this.stretches = stretches;
    this.answers = answers;
  }

  /**
   * Asks for every value of the steps [start, stop).
   * @param {Asker} asker whose last wish this replaces
   * @param {number} start
   * @param {number} stop
   */
  want(asker, start, stop) {
    const last = this.#wishes.get(asker);
    if (last?.start === start && last.stop === stop) return;
    this.#wishes.delete(asker);
    this.#wishes.set(asker, { start, stop });
    for (const wish of this.#wishes.values()) this.stretches.use(wish.start, wish.stop);
    this.next();
  }

  /** Begins the next run, unless one is going on. */
  next() {
    if (this.#stream || this.#timer || this.#closed) return;
    for (const { start, stop } of [...this.#wishes.values()].reverse()) {
      const gap = this.stretches.missing(start, stop);
      if (!gap) continue;
      this.#read(gap);
      return;
    }
  }

  /** Disconnects for good. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stream?.close();
  }

  /** @param {{ from: Edge, to: Edge }} gap */
  #read({ from: { step, states }, to }) {
    const run = runOf(this.source);
    const slice = sliceOf(this.source, this.header, step, to.step);
    const { fields, attached } = startAt(slice.sequence, slice.from, states);
    this.#stream = new TraceStream(
      { ...run, ...fields, stop_step: slice.stop, credit: slice.stop - slice.from },
      {
        header: () => {},
        chunk: (chunk) => this.stretches.add(chunk, slice.offset),
        done: () => this.#end(),
        problem: (problem) => this.answers.failed(problem),
        malformed: (error) => this.answers.refused(error),
        lost: () => this.#pause(),
      },
      attached,
    );
  }

  #end() {
    this.#stream = null;
    this.answers.came();
    this.next();
  }

  #pause() {
    this.#stream = null;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.next();
    }, PAUSE);
  }
}
