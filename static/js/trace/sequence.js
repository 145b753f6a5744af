// @ts-check
/** What a user gives a model to read: a text, or numbers. */

import { formatSafetensors } from "./safetensors.js";

/**
 * Numbers as [steps, features], or for a batch [steps, sequences, features]; `data` has them one row after the other.
 * @typedef {{ shape: number[], data: Float64Array }} Matrix
 *
 * @typedef {{ text: string }} Text
 * @typedef {{ values: Matrix, features?: string[], labels?: string[] }} Numbers names of the columns, and of the steps
 * @typedef {Text | Numbers} Sequence
 *
 * Nested lists of numbers, as in JSON.
 * @typedef {(number | Nested)[]} Nested
 *
 * A sequence as the server takes it, and the buffer that goes beside the message.
 * @typedef {{ sequence: Record<string, unknown>, attached: ArrayBuffer | null }} Sent
 */

/** From this many numbers on, they are sent as a buffer, which is smaller and faster to read than JSON. */
const ATTACHED = 4096;

/**
 * @param {Sequence} sequence
 * @returns {sequence is Numbers}
 */
export function isNumbers(sequence) {
  return "values" in sequence;
}

/**
 * How many steps a sequence has at most.
 * @param {Sequence} sequence
 */
export function stepsOf(sequence) {
  return isNumbers(sequence) ? (sequence.values.shape[0] ?? 0) : sequence.text.length;
}

/**
 * A sequence as in JSON or in an example, with its numbers as a matrix.
 * @param {{ text?: string, values?: Nested | Matrix, features?: string[], labels?: string[] }} given
 * @returns {Sequence}
 */
export function sequenceOf({ text = "", values, features, labels }) {
  if (!values) return { text };
  const matrix = Array.isArray(values) ? matrixOf(values) : values;
  return { values: matrix, ...(features && { features }), ...(labels && { labels }) };
}

/**
 * @param {Nested} rows
 * @returns {Matrix}
 */
function matrixOf(rows) {
  const shape = [];
  for (let at = /** @type {number | Nested | undefined} */ (rows); Array.isArray(at); at = at[0])
    shape.push(at.length);
  return { shape, data: Float64Array.from(/** @type {any[]} */ (rows).flat(shape.length - 1)) };
}

/**
 * A matrix as nested lists.
 * @param {Matrix} matrix
 * @returns {Nested}
 */
export function rowsOf({ shape, data }) {
  const [, ...inner] = shape;
  if (inner.length === 0) return [...data];
  const size = inner.reduce((product, length) => product * length, 1);
  return Array.from({ length: shape[0] ?? 0 }, (_, row) =>
    rowsOf({ shape: inner, data: data.subarray(row * size, (row + 1) * size) }),
  );
}

/**
 * @param {Sequence} sequence
 * @returns {Sent}
 */
export function sent(sequence) {
  if (!isNumbers(sequence)) return { sequence, attached: null };
  const { values, ...names } = sequence;
  if (values.data.length < ATTACHED)
    return { sequence: { values: rowsOf(values), ...names }, attached: null };
  const attached = formatSafetensors("values", values.shape, values.data);
  return { sequence: { attached: true, ...names }, attached };
}
