// @ts-check
/** The trace of a model of several parts: a trace for each, which counts its own steps from 0. */

import { EQUAL, together } from "./agreement.js";
import { Trace } from "./trace.js";

/** @typedef {import("./agreement.js").Parity} Parity */
/** @typedef {import("./contracts.js").Header} Header */
/** @typedef {import("./safetensors.js").Parsed} Parsed */

/** The parts in the order in which they run; an object in JSON has no order. */
const ORDER = ["encoder", "decoder"];

export class PartedTrace {
  /** @type {Map<string, Trace>} in the order in which they run */
  parts = new Map();
  /** What `done` said about everything that ran. */
  #whole = EQUAL;

  /** @param {Header} header */
  constructor(header) {
    this.header = header;
    const parts = Object.entries(header.parts ?? {});
    parts.sort(([one], [other]) => ORDER.indexOf(one) - ORDER.indexOf(other));
    for (const [name, described] of parts) {
      const trace = new Trace(described, 0, name);
      this.parts.set(name, trace);
    }
  }

  /**
   * @param {string} name
   * @throws {RangeError} if the model has no such part
   */
  part(name) {
    const trace = this.parts.get(name);
    if (!trace) throw new RangeError(`expected one of ${[...this.parts.keys()].join(", ")}, but got ${name}`);
    return trace;
  }

  /**
   * Adds the steps of a chunk to its part; the parts before it are complete then.
   * @param {Parsed} chunk
   */
  append(chunk) {
    const trace = this.part(String(chunk.metadata.part));
    for (const [, before] of this.parts) {
      if (before === trace) break;
      before.complete = true;
    }
    trace.append(chunk);
    // There is at least one step more until the end is known.
    trace.extent = trace.header.steps ?? trace.received + 1;
  }

  /** @param {Parity} parity of everything that ran */
  finish(parity) {
    for (const trace of this.parts.values()) trace.finish();
    this.#whole = parity;
  }

  get complete() {
    return [...this.parts.values()].every((trace) => trace.complete);
  }

  /** How many steps have been received, those of all parts counted one after the other. */
  get received() {
    return this.#sum((trace) => trace.received);
  }

  get extent() {
    return this.#sum((trace) => trace.extent);
  }

  get given() {
    return this.#sum((trace) => trace.given);
  }

  /** It reads and writes tokens. */
  get numeric() {
    return false;
  }

  /** @param {number} step counted as in `received` */
  nameOf(step) {
    return this.tokens[step];
  }

  /** The tokens of all parts, one after the other. */
  get tokens() {
    return [...this.parts.values()].flatMap((trace) => trace.tokens);
  }

  get agreement() {
    return [...this.parts.values()].reduce((all, trace) => together(all, trace.agreement), this.#whole);
  }

  /** The ranges of steps that do not agree, counted as in `received`. */
  get disagreeing() {
    let before = 0;
    return [...this.parts.values()].flatMap((trace) => {
      const from = before;
      before += trace.extent;
      return trace.disagreeing.map(({ start, stop }) => ({ start: from + start, stop: from + stop }));
    });
  }

  get notFinite() {
    let before = 0;
    let [count, first] = [0, 0];
    for (const trace of this.parts.values()) {
      if (!count && trace.notFinite.count) first = before + trace.notFinite.first;
      count += trace.notFinite.count;
      before += trace.extent;
    }
    return { count, first };
  }

  /** @param {(trace: Trace) => number} of */
  #sum(of) {
    return [...this.parts.values()].reduce((sum, trace) => sum + of(trace), 0);
  }
}
