// @ts-check
/**
 * Reads a safetensors buffer into typed arrays that are views of it, without copying.
 *
 * The format: 8 bytes with the header's length (little endian), the header as JSON, then the data.
 * https://github.com/huggingface/safetensors#format
 */

/** @typedef {Float32Array | Float64Array | Int32Array} Values */
/** @typedef {{ shape: number[], values: Values }} Tensor */
/** @typedef {{ metadata: Record<string, unknown>, tensors: Map<string, Tensor> }} Parsed */
/** @typedef {{ dtype: string, shape: number[], data_offsets: [number, number] }} Entry */

/** @typedef {{ new (buffer: ArrayBuffer, offset: number, length: number): Values, BYTES_PER_ELEMENT: number }} Kind */

/** @type {Record<string, Kind>} */
const TYPES = { F32: Float32Array, F64: Float64Array, I32: Int32Array };

export class SafetensorsError extends Error {}

/**
 * @param {ArrayBuffer} buffer
 * @returns {Parsed}
 * @throws {SafetensorsError} when the buffer is not a safetensors file of float32, float64 and int32 arrays
 */
export function parseSafetensors(buffer) {
  const { entries, metadata, start } = readHeader(buffer);
  /** @type {Map<string, Tensor>} */
  const tensors = new Map();
  for (const [name, entry] of entries) tensors.set(name, readTensor(buffer, start, name, entry));
  return { metadata, tensors };
}

/** @param {ArrayBuffer} buffer */
function readHeader(buffer) {
  if (buffer.byteLength < 8)
    throw new SafetensorsError(`expected a header, but got ${buffer.byteLength} bytes`);
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const start = 8 + length;
  if (start > buffer.byteLength) {
    throw new SafetensorsError(`expected a header of ${length} bytes in a buffer of ${buffer.byteLength}`);
  }
  /** @type {Record<string, Entry> & { __metadata__?: Record<string, string> }} */
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const { __metadata__: strings = {}, ...entries } = header;
  const metadata = Object.fromEntries(Object.entries(strings).map(([name, text]) => [name, fromJson(text)]));
  return { entries: Object.entries(entries), metadata, start };
}

/** @param {string} text */
function fromJson(text) {
  try {
    return /** @type {unknown} */ (JSON.parse(text));
  } catch {
    return text;
  }
}

/**
 * @param {ArrayBuffer} buffer
 * @param {number} start
 * @param {string} name
 * @param {Entry} entry
 * @returns {Tensor}
 */
function readTensor(buffer, start, name, { dtype, shape, data_offsets: [from, to] }) {
  const type = TYPES[dtype];
  if (!type) throw new SafetensorsError(`expected ${Object.keys(TYPES)} for ${name}, but got ${dtype}`);
  const length = shape.reduce((product, size) => product * size, 1);
  const bytes = length * type.BYTES_PER_ELEMENT;
  if (to - from !== bytes || start + to > buffer.byteLength) {
    throw new SafetensorsError(`expected ${bytes} bytes for ${name}, but got ${from} to ${to}`);
  }
  const offset = start + from;
  if (offset % type.BYTES_PER_ELEMENT === 0) return { shape, values: new type(buffer, offset, length) };
  return { shape, values: new type(buffer.slice(offset, start + to), 0, length) };
}

/**
 * A buffer with arrays of float64 and float32.
 * @param {Record<string, { shape: number[], values: Float64Array | Float32Array }>} arrays
 * @returns {ArrayBuffer}
 */
export function formatSafetensors(arrays) {
  // The widest numbers come first, so that all are aligned.
  const tensors = Object.entries(arrays).sort(
    ([, one], [, other]) => other.values.BYTES_PER_ELEMENT - one.values.BYTES_PER_ELEMENT,
  );
  let size = 0;
  const entries = tensors.map(([name, { shape, values }]) => {
    const from = size;
    size += values.byteLength;
    return [name, { dtype: `F${values.BYTES_PER_ELEMENT * 8}`, shape, data_offsets: [from, size] }];
  });
  const text = JSON.stringify(Object.fromEntries(entries));
  const header = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const bytes = new Uint8Array(8 + header.length + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let at = 8 + header.length;
  for (const [, { values }] of tensors) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes.buffer;
}

/**
 * The bytes of a base64 text, as the page's opening data block carries them.
 * @param {string} text
 * @returns {ArrayBuffer}
 */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
}
