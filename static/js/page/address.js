// @ts-check
/** The view in the page's address: written to the fragment and read from it. */

import { isNumbers } from "../trace/sequence.js";

/**
 * @typedef {object} Address
 * @property {string} [model]
 * @property {string} [text]
 * @property {string} [example]
 * @property {number} [t]
 * @property {number} [layer]
 * @property {string} [direction]
 * @property {number} [unit]
 * @property {string} [signal]
 * @property {number} [speed]
 * @property {string} [order]
 * @property {string} [loop]
 * @property {string} [tracks] the kept units
 * @property {string[]} [hide] controls to hide
 */

/** The model's id in the address of a sandbox. */
export const SANDBOX = "sandbox";

/** The longest text (characters) kept in the address. */
export const LONGEST_TEXT = 2000;

const TEXTS = /** @type {const} */ ([
  "model",
  "example",
  "text",
  "direction",
  "signal",
  "order",
  "loop",
  "tracks",
]);
const NUMBERS = /** @type {const} */ (["t", "speed"]);
const COUNTS = /** @type {const} */ (["layer", "unit"]);

/**
 * Reads a fragment and ignores what cannot be understood.
 * @param {string} fragment with or without its "#"
 * @returns {Address}
 */
export function parseAddress(fragment) {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  /** @type {Address} */
  const address = {};
  for (const name of TEXTS) {
    const value = parameters.get(name);
    if (value) address[name] = value;
  }
  for (const name of NUMBERS) {
    const value = Number(parameters.get(name) ?? Number.NaN);
    if (Number.isFinite(value) && value >= 0) address[name] = value;
  }
  for (const name of COUNTS) {
    const value = Number(parameters.get(name) ?? Number.NaN);
    if (Number.isInteger(value) && value >= 0) address[name] = value;
  }
  const hide = parameters.get("hide")?.split(",").filter(Boolean) ?? [];
  if (hide.length) address.hide = hide;
  return address;
}

/**
 * The fragment of a view, with its "#".
 * @param {Address} address
 */
export function formatAddress(address) {
  const parameters = new URLSearchParams();
  for (const name of TEXTS.slice(0, 3)) put(parameters, name, address[name]);
  put(parameters, "t", address.t === undefined ? undefined : String(Number(address.t.toFixed(3))));
  put(parameters, "layer", address.layer);
  put(parameters, "direction", address.direction);
  put(parameters, "unit", address.unit);
  for (const name of /** @type {const} */ (["signal", "speed", "order", "loop", "tracks"]))
    put(parameters, name, address[name]);
  put(parameters, "hide", address.hide?.join(","));
  return `#${parameters}`;
}

/**
 * @param {URLSearchParams} parameters
 * @param {string} name
 * @param {string | number | undefined} value
 */
function put(parameters, name, value) {
  if (value !== undefined && value !== "") parameters.set(name, String(value));
}

/**
 * The address of what runs. It never holds numbers, nor a text that was uploaded or is too long: then it names the model
 * alone.
 * @param {import("../trace/reading.js").Source} source
 * @returns {Address}
 */
export function addressOf(source) {
  const model = typeof source.model === "string" ? source.model : SANDBOX;
  if (source.example) return { model, example: source.example };
  return isIncomplete(source) ? { model } : { model, text: textOf(source) };
}

/**
 * Whether the address of what runs lacks the sequence.
 * @param {import("../trace/reading.js").Source} source
 */
export function isIncomplete(source) {
  const { example, given, sequence } = source;
  return !example && Boolean(given || isNumbers(sequence) || textOf(source).length > LONGEST_TEXT);
}

/** @param {import("../trace/reading.js").Source} source */
function textOf({ sequence }) {
  return isNumbers(sequence) ? "" : sequence.text;
}

/**
 * Whether two addresses mean the same model reading the same sequence.
 * @param {Address} one
 * @param {Address} other
 */
export function sameRun(one, other) {
  return one.model === other.model && one.example === other.example && one.text === other.text;
}
