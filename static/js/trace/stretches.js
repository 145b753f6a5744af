// @ts-check
/**
 * The parts of a long trace that are held with every value. A stretch begins where the states are known, so that it can be
 * read by itself; it is dropped again when others are needed.
 */

/** @typedef {import("./safetensors.js").Parsed} Parsed */
/** @typedef {import("./safetensors.js").Values} Values */
/** @typedef {import("./trace.js").Column} Column */
/** @typedef {Map<string, Float32Array>} States by the names of their arrays, `states.<layer>.<direction>.<state>` */
/** @typedef {{ step: number, states: States | null }} Edge where a stretch begins; null: it begins without states */
/** @typedef {{ start: number, stop: number, filled: number, used: number, columns: Map<string, Column> }} Stretch */

/** A run for missing stretches ends once it has this many steps: newer requests wait for it. */
const RUN = 2048;

/** States before the first step: arrays that have no steps. */
const INITIAL = /^initial\./;
/** The arrays that a scale is needed for, although they have no bins. */
const SCALED = "inputs";

export class Stretches {
  /** @type {Edge[]} ascending; a stretch lies between two */
  #edges = [{ step: 0, states: null }];
  /** @type {Map<number, Stretch>} by their first step */
  #held = new Map();
  /** @type {Map<string, number>} */
  #widths = new Map();
  #bytes = 0;
  #used = 0;

  /** @type {Map<string, Float32Array>} the states before the first step, by name */
  #initial = new Map();
  /** @type {Map<string, number>} the largest absolute value of each array that is not a signal, so far */
  #largest = new Map();

  /**
   * @param {number} least the fewest steps of a stretch, except the last
   * @param {number} budget bytes that all may take together
   */
  constructor(least, budget) {
    this.least = least;
    this.budget = budget;
  }

  /** The bytes of all that is held. */
  get bytes() {
    return this.#bytes;
  }

  /**
   * Takes note of the states before a step, if it is far enough from the last.
   * @param {number} step
   * @param {States | null} states
   * @param {boolean} last whether the sequence ends there
   */
  mark(step, states, last) {
    const before = this.#edges.at(-1)?.step ?? 0;
    if (step > before && (last || step - before >= this.least)) this.#edges.push({ step, states });
  }

  /**
   * The stretch around a step; null if its end is not known yet.
   * @param {number} step
   * @returns {{ from: Edge, to: Edge } | null}
   */
  around(step) {
    let [low, high] = [0, this.#edges.length - 1];
    if (step < 0 || step >= (this.#edges[high]?.step ?? 0)) return null;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#edges[middle]?.step ?? 0) <= step) low = middle;
      else high = middle;
    }
    return { from: /** @type {Edge} */ (this.#edges[low]), to: /** @type {Edge} */ (this.#edges[high]) };
  }

  /**
   * The first stretches within [from, to) that are not held, side by side; null if all are held, or not known yet.
   * @param {number} from
   * @param {number} to
   * @returns {{ from: Edge, to: Edge } | null}
   */
  missing(from, to) {
    /** @type {Edge | null} */
    let first = null;
    let last = null;
    for (let found = this.around(from); found && found.from.step < to; found = this.around(found.to.step)) {
      if (this.#isHeld(found.from)) {
        if (first) break;
        continue;
      }
      first ??= found.from;
      last = found.to;
      if (last.step - first.step >= RUN) break;
    }
    return first && last && { from: first, to: last };
  }

  /** @param {Edge} edge */
  #isHeld({ step }) {
    const stretch = this.#held.get(step);
    return stretch !== undefined && stretch.filled === stretch.stop;
  }

  /**
   * Marks what lies in [from, to) as used, so that others are dropped first.
   * @param {number} from
   * @param {number} to
   */
  use(from, to) {
    this.#used += 1;
    for (const stretch of this.#held.values()) {
      if (stretch.start < to && stretch.stop > from) stretch.used = this.#used;
    }
  }

  /**
   * Adds a chunk with every value, and drops what was used least recently if that is too much.
   * @param {Parsed} chunk
   * @param {number} offset what to add to its steps
   */
  add({ metadata, tensors }, offset) {
    const stop = Number(metadata.stop) + offset;
    for (let at = Number(metadata.start) + offset; at < stop;) {
      const found = this.around(at);
      if (!found) return;
      const stretch = this.#open(found.from.step, found.to.step);
      const to = Math.min(stop, stretch.stop);
      for (const [name, { shape, values }] of tensors) {
        if (INITIAL.test(name)) {
          if (at === 0) this.#initial.set(name, Float32Array.from(values));
          continue;
        }
        const width = shape[1] ?? 1;
        const first = at - Number(metadata.start) - offset;
        const rows = values.subarray(first * width, (first + to - at) * width);
        this.#columnOf(stretch, name, width, values).values.set(rows, (at - stretch.start) * width);
        if (name === SCALED) this.#measure(name, rows);
      }
      stretch.filled = Math.max(stretch.filled, to);
      at = to;
    }
    this.#drop();
  }

  /**
   * @param {string} name
   * @param {Values} rows
   */
  #measure(name, rows) {
    let largest = this.largest(name);
    for (const value of rows) largest = Math.max(largest, Math.abs(value));
    if (largest < Infinity) this.#largest.set(name, largest);
  }

  /**
   * The largest absolute value of an array without bins, in all steps that were held; 0 if there is none.
   * @param {string} name
   */
  largest(name) {
    return this.#largest.get(name) ?? 0;
  }

  /**
   * A state before the first step, by its array's name; null if it is zeros, or has not arrived.
   * @param {string} name
   */
  initial(name) {
    return this.#initial.get(name) ?? null;
  }

  /**
   * @param {number} start
   * @param {number} stop
   */
  #open(start, stop) {
    const known = this.#held.get(start);
    if (known) return known;
    const stretch = { start, stop, filled: start, used: this.#used, columns: new Map() };
    this.#held.set(start, stretch);
    return stretch;
  }

  /**
   * @param {Stretch} stretch
   * @param {string} name
   * @param {number} width
   * @param {Values} like
   * @returns {Column}
   */
  #columnOf(stretch, name, width, like) {
    const known = stretch.columns.get(name);
    if (known) return known;
    const length = (stretch.stop - stretch.start) * width;
    const values = new /** @type {{ new (length: number): Values }} */ (like.constructor)(length);
    const column = { values, width };
    stretch.columns.set(name, column);
    this.#widths.set(name, width);
    this.#bytes += values.byteLength;
    return column;
  }

  /** Drops what was used least recently, but never what was used last. */
  #drop() {
    const oldest = [...this.#held.values()].sort((one, other) => one.used - other.used);
    for (const stretch of oldest) {
      if (this.#bytes <= this.budget || stretch.used === this.#used) return;
      this.#held.delete(stretch.start);
      for (const { values } of stretch.columns.values()) this.#bytes -= values.byteLength;
    }
  }

  /**
   * The held stretch with a step that has arrived; null if there is none.
   * @param {number} step
   */
  at(step) {
    const found = this.around(step);
    const stretch = found && this.#held.get(found.from.step);
    return stretch && step < stretch.filled ? stretch : null;
  }

  /**
   * The states after a step, if a stretch begins behind it.
   * @param {number} step
   */
  statesAfter(step) {
    const edge = this.around(step)?.to;
    return edge?.step === step + 1 ? edge.states : null;
  }

  /**
   * The width of an array; 0 if it was never held.
   * @param {string} name
   */
  width(name) {
    return this.#widths.get(name) ?? 0;
  }
}
