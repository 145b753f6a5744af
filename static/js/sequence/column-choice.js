// @ts-check
/** Which columns of a table are chosen, and in which order: a separate choice for each way a model takes columns. */

import { isNumeric } from "./file-preview.js";

/** @typedef {import("./file-preview.js").Column} Column */
/** @typedef {import("./file-preview.js").TableCell} TableCell */
/** @typedef {import("./readers.js").Takes} Takes */

export class ColumnChoice {
  /** @type {Map<string, Set<number>>} */
  #chosen = new Map();

  /**
   * @param {Column[]} columns
   * @param {TableCell[][]} rows the first rows
   * @param {number} length how many rows there are
   */
  constructor(columns, rows, length) {
    this.columns = columns;
    /** All columns, in the order of the features. */
    this.order = columns.map((_, index) => index);
    const numeric = this.order.filter((index) => isNumeric(/** @type {Column} */ (columns[index])));
    const measured = numeric.filter(
      (index) => !isCount(/** @type {Column} */ (columns[index]), rows, index, length),
    );
    this.numeric = numeric;
    this.likely = measured.length ? measured : numeric;
  }

  /**
   * The chosen columns in their order.
   * @param {Takes} takes
   */
  chosen(takes) {
    if (takes.kind === "named") return takes.columns;
    return this.order.filter((index) => this.#of(takes).has(index));
  }

  /**
   * Chooses or drops a column; where only one is taken, it replaces the other.
   * @param {Takes} takes
   * @param {number} column
   * @param {boolean} chosen
   */
  choose(takes, column, chosen) {
    const set = this.#of(takes);
    if (takes.kind === "one") set.clear();
    if (chosen) set.add(column);
    else set.delete(column);
  }

  /**
   * Swaps a column with the next column of numbers before or after it.
   * @param {number} column
   * @param {number} by
   */
  move(column, by) {
    const other = this.neighbour(column, by);
    if (other === undefined) return;
    this.order = this.order.map((index) => (index === column ? other : index === other ? column : index));
  }

  /**
   * The next column of numbers before or after a column.
   * @param {number} column
   * @param {number} by
   */
  neighbour(column, by) {
    const numeric = this.order.filter((index) => this.numeric.includes(index));
    return numeric[numeric.indexOf(column) + by];
  }

  /**
   * Whether as many columns are chosen as are taken.
   * @param {Takes} takes
   */
  fits(takes) {
    const { length } = this.chosen(takes);
    return takes.kind === "exactly" ? length === takes.names.length : length > 0;
  }

  /**
   * The choice as a query's `columns`: null for all columns of numbers in the file's order.
   * @param {Takes} takes
   */
  query(takes) {
    const chosen = this.chosen(takes);
    if (chosen.join() === this.numeric.join()) return null;
    return chosen.map((index) => this.address(index));
  }

  /**
   * How a query names a column: by its number, or by its name if the number is a column's name.
   * @param {number} index
   */
  address(index) {
    const taken = this.columns.some(({ name }) => name.trim() === String(index));
    return taken ? (this.columns[index]?.name ?? "") : String(index);
  }

  /** @param {Takes} takes */
  #of(takes) {
    const known = this.#chosen.get(takes.kind);
    if (known) return known;
    const first = takes.kind === "any" ? this.numeric : this.likely.slice(0, sizeOf(takes));
    const initial = new Set(first.length < sizeOf(takes) ? this.numeric.slice(0, sizeOf(takes)) : first);
    this.#chosen.set(takes.kind, initial);
    return initial;
  }
}

/** @param {Takes} takes */
function sizeOf(takes) {
  return takes.kind === "exactly" ? takes.names.length : 1;
}

/**
 * Whether a column only counts the rows, as an index does.
 * @param {Column} column
 * @param {TableCell[][]} rows
 * @param {number} index
 * @param {number} length
 */
function isCount({ least, greatest }, rows, index, length) {
  const steps = rows.slice(1).map((row, above) => Number(row[index]) - Number(rows[above]?.[index]));
  return (greatest ?? 0) - (least ?? 0) === length - 1 && length > 1 && steps.every((step) => step === 1);
}
