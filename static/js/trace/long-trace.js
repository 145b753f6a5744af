// @ts-check
/**
 * A trace that is too long to hold every value. It holds an overview of all steps in bins, the states at regular steps,
 * and every value of the stretches that are wanted; these are read again from the states before them.
 */

import { parityOf } from "./agreement.js";
import { Bins, binsIn } from "./bins.js";
import { BYTES, bytesOf } from "./length.js";
import { isNumbers, startAt } from "./sequence.js";
import { Stretches } from "./stretches.js";
import { Trace, TraceError } from "./trace.js";
import { Windows } from "./windows.js";

/** @typedef {import("./contracts.js").Header} Header */
/** @typedef {import("./contracts.js").Place} Place */
/** @typedef {import("./reading.js").Source} Source */
/** @typedef {import("./safetensors.js").Parsed} Parsed */
/** @typedef {import("./stretches.js").States} States */
/** @typedef {import("./trace.js").Column} Column */

/** The steps around the clock's that are wanted. */
const [BEHIND, AHEAD] = [64, 512];
/** The user's own numbers, which the page has. */
const VALUES = "values";
/** The states at the end of a chunk. */
const STATES = "states.";
/** The part of an array's name that a signal and a state share. */
const LAYERS = "layers.";

export class LongTrace extends Trace {
  /** @type {Map<string, Bins>} */
  #bins = new Map();
  /** @type {States | null} at the end of the received steps */
  #states = null;
  /** @type {Column | undefined} */
  #values;
  #stretches;
  #windows;
  #most;

  /**
   * @param {Header} header
   * @param {number} resolution
   * @param {Source} source
   * @param {import("./windows.js").Answers} answers
   */
  constructor(header, resolution, source, answers) {
    super(header);
    this.resolution = resolution;
    this.source = source;
    const bytes = bytesOf(header);
    this.#stretches = new Stretches(Math.max(Math.floor(BYTES.stretch / bytes), 1), BYTES.held);
    this.#windows = new Windows(source, header, this.#stretches, answers);
    this.#values = valuesOf(source, header);
    this.#most = Math.max(Math.floor(BYTES.wish / bytes), 16);
  }

  /** @override */
  get most() {
    return this.#most;
  }

  /**
   * The fields of the `start` message that continues where the trace ends, and the buffer beside it.
   */
  next() {
    const { fields, attached } = startAt(this.source.sequence, this.received, this.#states);
    const states = this.header.directions.includes("backward") ? {} : { states: true };
    return { fields: { ...fields, ...states, resolution: this.resolution }, attached };
  }

  /**
   * Adds the bins of a chunk.
   * @override
   * @param {Parsed} chunk
   * @throws {TraceError} if it does not begin where the received steps end
   */
  append({ metadata, tensors }) {
    const start = Number(metadata.start);
    const stop = Number(metadata.stop);
    if (start !== this.received || !(stop >= start)) {
      throw new TraceError(`expected steps from ${this.received} on, but got ${start} to ${stop}`);
    }
    /** @type {States} */
    const states = new Map();
    for (const [name, { shape, values }] of tensors) {
      const found = binsIn(name);
      if (found) this.#binsOf(found.signal, shape[1] ?? 1).add(found.kind, values, start / this.resolution);
      else if (name.startsWith(STATES)) states.set(name, Float32Array.from(values));
      if (found?.kind === "mean") this.#count(values, shape[1] ?? 1, start);
    }
    this.#states = states.size > 0 ? states : null;
    const usable = [...states.values()].every((values) => values.every(Number.isFinite));
    if (usable) this.#stretches.mark(stop, this.#states, stop === this.header.steps);
    this.reached(start, stop, parityOf(metadata));
    this.#windows.next();
  }

  /**
   * @override
   * @param {import("./agreement.js").Parity} [parity]
   */
  finish(parity) {
    super.finish(parity);
    this.#stretches.mark(this.received, null, true);
    this.#windows.next();
  }

  /**
   * Asks for the values of a moment, then for those around it.
   * @param {number} t
   */
  around(t) {
    const step = Math.min(Math.floor(t), this.received - 1);
    this.want("clock", step, step + 1);
    this.want("around", step - BEHIND, step + AHEAD);
  }

  /** Disconnects for good. */
  close() {
    this.#windows.close();
  }

  /**
   * @param {string} signal
   * @param {number} width
   */
  #binsOf(signal, width) {
    const known = this.#bins.get(signal);
    if (known) return known;
    const bins = new Bins(width, Math.ceil(this.extent / this.resolution), this.resolution);
    this.#bins.set(signal, bins);
    return bins;
  }

  /**
   * Counts the means that are not finite: one for each bin and unit with such a number.
   * @param {ArrayLike<number>} means
   * @param {number} width
   * @param {number} start
   */
  #count(means, width, start) {
    for (let at = 0; at < means.length; at += 1) {
      if (Number.isFinite(means[at])) continue;
      const step = start + Math.floor(at / width) * this.resolution;
      this.foundNotFinite(step);
    }
  }

  /**
   * @override
   * @param {string} name
   */
  has(name) {
    return this.#bins.has(name) || this.width(name) > 0;
  }

  /**
   * Only the user's own numbers are held for all steps.
   * @override
   * @param {string} name
   */
  column(name) {
    return name === VALUES ? this.#values : undefined;
  }

  /**
   * @override
   * @param {string} name
   */
  width(name) {
    return this.#bins.get(name)?.width ?? this.column(name)?.width ?? this.#stretches.width(name);
  }

  /**
   * @override
   * @param {string} name
   * @param {number} step
   */
  row(name, step) {
    const stretch = this.#stretches.at(step);
    const column = name === VALUES ? this.#values : stretch?.columns.get(name);
    if (!column) return this.#stateRow(name, step);
    const at = (name === VALUES ? step : step - (stretch?.start ?? 0)) * column.width;
    return step < 0 || step >= this.received ? null : column.values.subarray(at, at + column.width);
  }

  /**
   * All units of a state at the step before a stretch.
   * @param {string} name
   * @param {number} step
   */
  #stateRow(name, step) {
    const state = name.startsWith(LAYERS) ? `${STATES}${name.slice(LAYERS.length)}` : "";
    return this.#stretches.statesAfter(step)?.get(state) ?? null;
  }

  /**
   * @override
   * @param {string} name
   * @param {number} step
   * @param {number} [unit]
   */
  value(name, step, unit = 0) {
    return this.row(name, step)?.[unit] ?? Number.NaN;
  }

  /**
   * @override
   * @param {string} name
   */
  largest(name) {
    const bins = this.#bins.get(name);
    if (bins) return bins.largest;
    return this.#stretches.largest(name);
  }

  /**
   * @override
   * @param {string} name
   * @param {number} index
   * @returns {[number, number]}
   */
  range(name, index) {
    const { least, greatest } = this.#bins.get(name)?.over(index, 0, this.received) ?? {};
    if (least !== undefined && least <= (greatest ?? Number.NaN)) return [least, greatest ?? least];
    const largest = this.largest(name);
    return [-largest, largest];
  }

  /**
   * @override
   * @param {string} name
   */
  bins(name) {
    return this.#bins.get(name);
  }

  /**
   * @override
   * @param {string} name
   */
  whole(name) {
    const bins = this.#bins.get(name);
    return bins && { column: bins.column, count: bins.count };
  }

  /**
   * @override
   * @param {number} step
   */
  holds(step) {
    return this.#stretches.at(step) !== null;
  }

  /**
   * @override
   * @param {import("./trace.js").Asker} asker
   * @param {number} start
   * @param {number} stop
   */
  want(asker, start, stop) {
    this.#windows.want(asker, Math.max(Math.floor(start), 0), Math.min(Math.ceil(stop), this.received));
  }

  /**
   * @override
   * @param {Place} place
   * @param {string} state
   */
  initial(place, state) {
    return this.#stretches.initial(`initial.${place.layer}.${place.direction}.${state}`);
  }
}

/**
 * The user's own numbers, in the order in which the model reads its columns.
 * @param {Source} source
 * @param {Header} header
 * @returns {Column | undefined}
 */
function valuesOf({ sequence, options }, { features }) {
  if (!isNumbers(sequence) || !features) return undefined;
  const { shape, data } = sequence.values;
  const width = shape.at(-1) ?? 1;
  const names = sequence.features;
  // Of a batch, one sequence is read.
  const before = shape.length > 2 ? Number(options?.sequence ?? 0) * width : 0;
  const stride = data.length / Math.max(shape[0] ?? 1, 1);
  const places = features.map((name, index) => (names?.includes(name) ? names.indexOf(name) : index));
  if (stride === features.length && places.every((place, index) => place === index))
    return { values: data, width };
  const values = new Float64Array((shape[0] ?? 0) * features.length);
  for (let at = 0; at < values.length; at += 1) {
    const [step, index] = [Math.floor(at / features.length), at % features.length];
    values[at] = data[step * stride + before + (places[index] ?? index)] ?? Number.NaN;
  }
  return { values, width: features.length };
}
