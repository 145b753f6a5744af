// @ts-check
/** A trace in the page: every array by name, growing as chunks arrive. */

import { EQUAL, parityOf, together } from "./agreement.js";

/** @typedef {import("./agreement.js").Parity} Parity */
/** @typedef {import("./contracts.js").Described} Described */
/** @typedef {{ start: number, stop: number }} Steps */
/** @typedef {import("./contracts.js").Place} Place */
/** @typedef {import("./contracts.js").Token} Token */
/** @typedef {import("./safetensors.js").Parsed} Parsed */
/** @typedef {import("./safetensors.js").Values} Values */
/** @typedef {"clock" | "around" | "charts" | "strip" | "table"} Asker who wants values of a long trace */
/** @typedef {{ values: Values, width: number }} Column an array [steps, width], or [steps] with width 1 */

/** States before the first step: arrays that have no steps. */
const INITIAL = /^(\w+\.)?initial\./;

/** The cell's own numbers, among all arrays. */
const SIGNAL = /^(\w+\.)?layers\./;

export class TraceError extends Error {}

/** The only part of a one-part model; its arrays have no prefix. */
export const SEQUENCE = "sequence";

/**
 * The name of a signal's array.
 * @param {Place} place
 * @param {string} signal
 */
export function arrayName(place, signal) {
  return `${prefixOf(place)}layers.${place.layer}.${place.direction}.${signal}`;
}

/**
 * The prefix of the names of a part's arrays.
 * @param {Pick<Place, "part">} place
 */
export function prefixOf({ part }) {
  return part === SEQUENCE ? "" : `${part}.`;
}

/**
 * Whether two places are the same part, layer and direction.
 * @param {Place} one
 * @param {Place} other
 */
export function samePlace(one, other) {
  return one.part === other.part && one.layer === other.layer && one.direction === other.direction;
}

export class Trace {
  /** @type {Map<string, Column>} */
  #columns = new Map();
  /** @type {Map<string, { upTo: number, largest: number }>} */
  #largest = new Map();
  /** @type {Map<string, Float32Array>} */
  #initial = new Map();

  /** The received steps: [0, received). */
  received = 0;
  /** The received steps compared with PyTorch's own module. */
  agreement = EQUAL;
  /** @type {Steps[]} the ranges of steps that do not agree, as finely as chunks report */
  disagreeing = [];
  /** How many of the cell's numbers are not finite, and the step of the first. */
  notFinite = { count: 0, first: 0 };
  complete = false;
  /** The steps of a bin, in a trace that is too long to hold every value; otherwise 1. */
  resolution = 1;

  /**
   * @param {Described} header of the part
   * @param {number} [written] the most steps that the model can write after the given sequence
   * @param {string} [part]
   */
  constructor(header, written = 0, part = SEQUENCE) {
    this.header = header;
    this.part = part;
    /** @type {Token[]} */
    this.tokens = [...header.tokens];
    /** How many steps were given; the model wrote the rest. */
    this.given = header.features ? (header.steps ?? 0) : header.tokens.length;
    this.extent = header.steps ?? this.given + written;
  }

  /**
   * Adds the steps of a chunk.
   * @param {Parsed} chunk
   * @throws {TraceError} if it does not begin where the received steps end
   */
  append({ metadata, tensors }) {
    const start = Number(metadata.start);
    const stop = Number(metadata.stop);
    if (start !== this.received || !(stop >= start)) {
      throw new TraceError(`expected steps from ${this.received} on, but got ${start} to ${stop}`);
    }
    for (const [name, { shape, values }] of tensors) {
      if (INITIAL.test(name)) {
        if (start === 0) this.#initial.set(name, Float32Array.from(values));
        continue;
      }
      this.#write(name, values, shape[1] ?? 1, stop);
      if (SIGNAL.test(name)) this.#count(values, shape[1] ?? 1);
    }
    const written = /** @type {Token[]} */ (metadata.tokens ?? []);
    this.tokens.splice(stop - written.length, written.length, ...written);
    this.reached(start, stop, parityOf(metadata));
  }

  /**
   * Marks the trace as complete.
   * @param {Parity} [parity] of everything that ran
   */
  finish(parity = EQUAL) {
    this.complete = true;
    this.extent = this.received;
    if (!parity.agrees && this.agreement.agrees) this.disagreeing.push({ start: 0, stop: this.received });
    this.agreement = together(this.agreement, parity);
  }

  /**
   * Takes note of steps that have arrived, and of their parity.
   * @param {number} start
   * @param {number} stop
   * @param {Parity} parity
   */
  reached(start, stop, parity) {
    this.received = stop;
    this.extent = Math.max(this.extent, stop);
    this.agreement = together(this.agreement, parity);
    const last = this.disagreeing.at(-1);
    if (!parity.agrees && last?.stop === start) last.stop = stop;
    else if (!parity.agrees) this.disagreeing.push({ start, stop });
  }

  /**
   * Counts the numbers of new steps that are not finite.
   * @param {Values} values
   * @param {number} width
   */
  #count(values, width) {
    for (let at = 0; at < values.length; at += 1) {
      if (Number.isFinite(values[at])) continue;
      this.foundNotFinite(this.received + Math.floor(at / width));
    }
  }

  /**
   * Counts a number that is not finite.
   * @param {number} step
   */
  foundNotFinite(step) {
    const { count, first } = this.notFinite;
    this.notFinite = { count: count + 1, first: count ? Math.min(first, step) : step };
  }

  /** Whether it is a trace of numbers; otherwise of tokens. */
  get numeric() {
    return this.header.features !== undefined;
  }

  /**
   * What a step is called: its token, or in a trace of numbers its label, such as a date; undefined if it has none.
   * @param {number} step
   * @returns {Token | undefined}
   */
  nameOf(step) {
    const label = this.header.labels?.[step];
    return label === undefined ? this.tokens[step] : { text: label, start: null, end: null, label: true };
  }

  /** The given and the written text. */
  get text() {
    return this.tokens.map((token) => (token.special ? "" : token.text)).join("");
  }

  /** @param {string} name */
  has(name) {
    return this.#columns.has(name);
  }

  /**
   * The array of that name: values of the steps [0, received), possibly with unused space after them.
   * @param {string} name
   */
  column(name) {
    return this.#columns.get(name);
  }

  /**
   * The width of an array; 0 if the trace does not have it.
   * @param {string} name
   */
  width(name) {
    return this.column(name)?.width ?? 0;
  }

  /**
   * All units of an array at a step; null if they have not arrived.
   * @param {string} name
   * @param {number} step
   * @returns {Values | null}
   */
  row(name, step) {
    const column = this.#columns.get(name);
    if (!column || step < 0 || step >= this.received) return null;
    return column.values.subarray(step * column.width, (step + 1) * column.width);
  }

  /**
   * Whether the values of a step are there.
   * @param {number} step
   */
  holds(step) {
    return step >= 0 && step < this.received;
  }

  /**
   * Asks for the values of the steps [start, stop); without effect if every value is held.
   * @param {Asker} _asker whose last wish this replaces
   * @param {number} _start
   * @param {number} _stop
   */
  want(_asker, _start, _stop) {}

  /** The most steps whose values can be asked for at once. */
  get most() {
    return Infinity;
  }

  /**
   * The bins of a signal; undefined in a trace that holds every value.
   * @param {string} _name
   * @returns {import("./bins.js").Bins | undefined}
   */
  bins(_name) {
    return undefined;
  }

  /**
   * A signal over the whole trace: each row is a step, or the mean of a bin. Undefined if the trace does not have it.
   * @param {string} name
   * @returns {{ column: Column, count: number } | undefined}
   */
  whole(name) {
    const column = this.#columns.get(name);
    return column && { column, count: this.received };
  }

  /**
   * All units of a state before the first step; null if the trace does not have it: then it is zeros.
   * @param {Place} place
   * @param {string} state
   */
  initial(place, state) {
    return this.#initial.get(`${prefixOf(place)}initial.${place.layer}.${place.direction}.${state}`) ?? null;
  }

  /**
   * One number; NaN if it has not arrived.
   * @param {string} name
   * @param {number} step
   * @param {number} [unit]
   */
  value(name, step, unit = 0) {
    const column = this.#columns.get(name);
    if (!column || step < 0 || step >= this.received || unit < 0 || unit >= column.width) return Number.NaN;
    return column.values[step * column.width + unit] ?? Number.NaN;
  }

  /**
   * The largest absolute value of an array so far, without infinite ones; 0 before there is any.
   * @param {string} name
   */
  largest(name) {
    const column = this.#columns.get(name);
    if (!column) return 0;
    const known = this.#largest.get(name) ?? { upTo: 0, largest: 0 };
    let { largest } = known;
    for (let at = known.upTo * column.width; at < this.received * column.width; at += 1) {
      const value = Math.abs(column.values[at] ?? 0);
      if (value > largest && Number.isFinite(value)) largest = value;
    }
    this.#largest.set(name, { upTo: this.received, largest });
    return largest;
  }

  /**
   * The least and greatest value of one column of an array so far; 0 and 0 before there is any. Special tokens at the
   * beginning, such as a start token, do not count: their values are often far from all others.
   * @param {string} name
   * @param {number} index
   * @returns {[number, number]}
   */
  range(name, index) {
    const column = this.#columns.get(name);
    if (!column || this.received === 0) return [0, 0];
    let low = Infinity;
    let high = -Infinity;
    const special = this.tokens.findIndex((token) => !token.special);
    const first = special > 0 && special < this.received ? special : 0;
    for (let at = index + first * column.width; at < this.received * column.width; at += column.width) {
      const value = column.values[at] ?? 0;
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return low <= high ? [low, high] : [0, 0];
  }

  /**
   * @param {string} name
   * @param {Values} values
   * @param {number} width
   * @param {number} stop
   */
  #write(name, values, width, stop) {
    const known = this.#columns.get(name);
    const column =
      known && known.values.length >= stop * width ? known : this.#grown(known, values, width, stop);
    column.values.set(values, this.received * width);
    this.#columns.set(name, column);
  }

  /**
   * @param {Column | undefined} known
   * @param {Values} like
   * @param {number} width
   * @param {number} steps to make room for
   * @returns {Column}
   */
  #grown(known, like, width, steps) {
    const length = Math.max(steps, Math.min(this.extent, steps * 2)) * width;
    const values = new /** @type {{ new (length: number): Values }} */ (like.constructor)(length);
    if (known) values.set(known.values);
    return { values, width };
  }
}

/**
 * The unit whose values change most over the received steps: a good first choice.
 * @param {Trace} trace
 * @param {string} name
 */
export function liveliestUnit(trace, name) {
  const bins = trace.bins(name);
  if (bins) return bins.liveliest();
  const whole = trace.whole(name);
  if (!whole || whole.count < 2) return 0;
  const { values, width } = whole.column;
  const change = new Float64Array(width);
  for (let at = width; at < whole.count * width; at += 1) {
    const by = Math.abs((values[at] ?? 0) - (values[at - width] ?? 0));
    if (Number.isFinite(by)) change[at % width] = (change[at % width] ?? 0) + by;
  }
  return change.indexOf(Math.max(...change));
}
