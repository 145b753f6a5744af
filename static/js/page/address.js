// @ts-check
/** The view in the page's address: written to the fragment and read from it. */

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
 * @property {string[]} [hide] controls to hide
 */

/** The longest text (characters) kept in the address. */
export const LONGEST_TEXT = 2000;

const TEXTS = /** @type {const} */ (["model", "example", "text", "direction", "signal", "order", "loop"]);
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
  for (const name of /** @type {const} */ (["signal", "speed", "order", "loop"]))
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
 * Whether two addresses mean the same model reading the same sequence.
 * @param {Address} one
 * @param {Address} other
 */
export function sameRun(one, other) {
  return one.model === other.model && one.example === other.example && one.text === other.text;
}
