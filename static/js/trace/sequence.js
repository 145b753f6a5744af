// @ts-check
/** What a user gives a model to read: a text, or numbers. */

import { formatSafetensors } from "./safetensors.js";

/**
 * Numbers as [steps, features], or for a batch [steps, sequences, features]; `data` has them one row after the other.
 * @typedef {{ shape: number[], data: Float64Array }} Matrix
 *
 * @typedef {{ text: string }} Text
 * @typedef {{ values: Matrix, read?: Matrix, features?: string[], labels?: string[] }} Numbers names of the columns, and
 *   of the steps; `read` is what the network reads in place of the user's own values
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
 * @param {{ text?: string, values?: Nested | Matrix, read?: Matrix, features?: string[], labels?: string[] }} given
 * @returns {Sequence}
 */
export function sequenceOf({ text = "", values, read, features, labels }) {
  if (!values) return { text };
  const matrix = Array.isArray(values) ? matrixOf(values) : values;
  return { values: matrix, ...(read && { read }), ...(features && { features }), ...(labels && { labels }) };
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
 * @param {import("./stretches.js").States | null} [states] to begin from; they always go in the buffer
 * @returns {Sent}
 */
export function sent(sequence, states = null) {
  /** @type {Record<string, { shape: number[], values: Float64Array | Float32Array }>} */
  const arrays = {};
  for (const [name, values] of states ?? []) arrays[name] = { shape: [values.length], values };
  const given = isNumbers(sequence) ? sentNumbers(sequence, arrays) : sequence;
  return { sequence: given, attached: Object.keys(arrays).length > 0 ? formatSafetensors(arrays) : null };
}

/**
 * @param {Numbers} numbers
 * @param {Record<string, { shape: number[], values: Float64Array | Float32Array }>} arrays gets numbers that are attached
 */
function sentNumbers({ values, read = values, ...names }, arrays) {
  const { shape, data } = read;
  if (data.length < ATTACHED) return { values: rowsOf({ shape, data }), ...names };
  arrays.values = { shape, values: data };
  return { attached: true, ...names };
}

/**
 * The fields of a `start` message that begins at a step, and the buffer beside it. The labels of the steps stay on the
 * page: nothing is computed from them, and there may be many.
 * @param {Sequence} sequence
 * @param {number} from
 * @param {import("./stretches.js").States | null} [states]
 */
export function startAt(sequence, from, states = null) {
  const { sequence: given, attached } = sent(unlabelled(sequence), states);
  const begun = { ...(from > 0 && { from_step: from }), ...(states && { state: true }) };
  return { fields: { sequence: given, ...begun }, attached };
}

/**
 * @param {Sequence} sequence
 * @returns {Sequence}
 */
function unlabelled(sequence) {
  if (!isNumbers(sequence)) return sequence;
  const { labels: _, ...rest } = sequence;
  return rest;
}

/**
 * The first step of numbers: enough to learn how a run will look.
 * @param {Numbers} numbers
 * @returns {Numbers}
 */
export function firstStep({ values, features }) {
  const [steps = 1, ...inner] = values.shape;
  const data = values.data.subarray(0, values.data.length / steps);
  return { values: { shape: [1, ...inner], data }, ...(features && { features }) };
}

/**
 * A run's header with the labels of the steps, which the page has kept.
 * @param {import("./contracts.js").Header} header
 * @param {Sequence} sequence
 */
export function labelled(header, sequence) {
  return isNumbers(sequence) && sequence.labels ? { ...header, labels: sequence.labels } : header;
}

/**
 * A chunk with the user's own values, where the network reads others in their place.
 * @param {import("./safetensors.js").Parsed} chunk
 * @param {Sequence} sequence
 */
export function valued(chunk, sequence) {
  if (!isNumbers(sequence) || !sequence.read) return chunk;
  const { start, stop } = /** @type {{ start: number, stop: number }} */ (chunk.metadata);
  const { shape, data } = sequence.values;
  const width = shape[1] ?? 1;
  const values = data.subarray(start * width, stop * width);
  return {
    ...chunk,
    tensors: new Map([...chunk.tensors, ["values", { shape: [stop - start, width], values }]]),
  };
}

/**
 * What a source runs, without what only the page knows about it.
 * @param {import("./reading.js").Source} source
 * @returns {import("./reading.js").Run}
 */
export function runOf({ example: _, given: __, name: ___, ...run }) {
  return run;
}
