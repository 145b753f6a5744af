// @ts-check
/** A long trace in few numbers: the least, greatest and mean value of each unit in every bin of steps. */

/** @typedef {import("./safetensors.js").Tensor} Tensor */
/** @typedef {import("./trace.js").Column} Column */

/** How the three arrays of a signal are named, as docs/stream.md says. */
const KIND = /^(.*)\.(least|greatest|mean)$/;

export class Bins {
  /** How many bins have arrived. */
  count = 0;
  /** The largest absolute value so far; NaN and infinities do not count. */
  largest = 0;

  /**
   * @param {number} width units
   * @param {number} room bins
   * @param {number} size steps of a bin
   */
  constructor(width, room, size) {
    this.width = width;
    this.size = size;
    this.least = new Float32Array(room * width);
    this.greatest = new Float32Array(room * width);
    this.mean = new Float32Array(room * width);
  }

  /** The means as an array with a row for each bin. */
  get column() {
    return { values: this.mean, width: this.width };
  }

  /**
   * The least and greatest value and the mean of a unit over the steps [from, to), from all bins that these touch; NaN if
   * none has arrived.
   * @param {number} unit
   * @param {number} from
   * @param {number} to
   */
  over(unit, from, to) {
    let [least, greatest, sum] = [Infinity, -Infinity, 0];
    const first = Math.floor(from / this.size);
    const last = Math.min(Math.ceil(to / this.size), this.count);
    if (last <= first) return { least: Number.NaN, greatest: Number.NaN, mean: Number.NaN };
    for (let at = first * this.width + unit; at < last * this.width; at += this.width) {
      least = Math.min(least, this.least[at] ?? 0);
      greatest = Math.max(greatest, this.greatest[at] ?? 0);
      sum += this.mean[at] ?? 0;
    }
    return { least, greatest, mean: sum / (last - first) };
  }

  /** The unit whose values lie farthest apart within a bin, on average. */
  liveliest() {
    const spread = new Float64Array(this.width);
    for (let at = 0; at < this.count * this.width; at += 1) {
      const by = (this.greatest[at] ?? 0) - (this.least[at] ?? 0);
      if (Number.isFinite(by)) spread[at % this.width] = (spread[at % this.width] ?? 0) + by;
    }
    return spread.indexOf(Math.max(...spread));
  }

  /**
   * Adds rows of one of the three arrays.
   * @param {"least" | "greatest" | "mean"} kind
   * @param {ArrayLike<number>} rows
   * @param {number} first bin
   */
  add(kind, rows, first) {
    this[kind].set(rows, first * this.width);
    this.count = first + rows.length / this.width;
    if (kind === "mean") return;
    for (let at = 0; at < rows.length; at += 1) {
      const size = Math.abs(rows[at] ?? 0);
      if (size > this.largest && size < Infinity) this.largest = size;
    }
  }
}

/**
 * The signal's name and the kind of its bins; null for another array.
 * @param {string} name
 * @returns {{ signal: string, kind: "least" | "greatest" | "mean" } | null}
 */
export function binsIn(name) {
  const [, signal, kind] = KIND.exec(name) ?? [];
  return signal ? { signal, kind: /** @type {"least" | "greatest" | "mean"} */ (kind) } : null;
}
