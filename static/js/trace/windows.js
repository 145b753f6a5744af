// @ts-check
/**
 * Reads the stretches of a long trace that are wanted, one run after the other: first the clock's step, then the latest
 * request.
 */

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

/** Who wants the step that is shown. */
const CLOCK = "clock";
/** After a lost connection, nothing is asked for this long (ms). */
const PAUSE = 1000;

export class Windows {
  /** @type {Map<Asker, Range>} the last of each, the latest at the end */
  #wishes = new Map();
  /** @type {{ stream: TraceStream, asker: Asker } | null} */
  #run = null;
  /** @type {Range | null} the wish of the clock that was told to have come before its run's end */
  #told = null;
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

  /** Begins the next run once the current one has ended; at once if the clock's step is missing and not in that run. */
  next() {
    if (this.#timer || this.#closed) return;
    const [asker, gap] = this.#missing();
    if (!gap || (this.#run && (asker !== CLOCK || this.#run.asker === CLOCK))) return;
    this.#run?.stream.close();
    this.#run = { stream: this.#read(gap), asker };
  }

  /**
   * What is missing, and who wants it.
   * @returns {[Asker, { from: Edge, to: Edge } | null]}
   */
  #missing() {
    for (const asker of /** @type {Asker[]} */ ([CLOCK, ...[...this.#wishes.keys()].reverse()])) {
      const { start, stop } = this.#wishes.get(asker) ?? { start: 0, stop: 0 };
      const gap = this.stretches.missing(start, stop);
      if (gap) return [asker, gap];
    }
    return [CLOCK, null];
  }

  /** Disconnects for good. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#run?.stream.close();
  }

  /** @param {{ from: Edge, to: Edge }} gap */
  #read({ from: { step, states }, to }) {
    const run = runOf(this.source);
    const slice = sliceOf(this.source, this.header, step, to.step);
    const { fields, attached } = startAt(slice.sequence, slice.from, states);
    return new TraceStream(
      { ...run, ...fields, stop_step: slice.stop, credit: slice.stop - slice.from },
      {
        header: () => {},
        chunk: (chunk) => {
          this.stretches.add(chunk, slice.offset);
          this.#tell();
        },
        done: () => this.#end(),
        problem: (problem) => this.answers.failed(problem),
        malformed: (error) => this.answers.refused(error),
        lost: () => this.#pause(),
      },
      attached,
    );
  }

  /** Tells that the clock's step has arrived, although its stretch is not at its end. */
  #tell() {
    const wish = this.#wishes.get(CLOCK);
    if (!wish || wish === this.#told || !this.stretches.at(wish.start)) return;
    this.#told = wish;
    this.answers.came();
  }

  #end() {
    this.#run = null;
    this.answers.came();
    this.next();
  }

  #pause() {
    this.#run = null;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.next();
    }, PAUSE);
  }
}
