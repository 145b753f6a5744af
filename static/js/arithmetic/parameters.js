// @ts-check
/** The weights of single units, fetched on demand and cached: one request at a time, the latest one next. */

import { ask } from "../trace/api.js";

/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../trace/reading.js").Source} Source */
/** @typedef {{ path: string, body?: string }} Request as JSON in `body`, if it is posted */
/**
 * @typedef {object} Parameters one unit's row of weights for one gate
 * @property {number[]} weight_ih
 * @property {number[]} weight_hh
 * @property {number | null} bias_ih null if the network has no biases
 * @property {number | null} bias_hh
 * @property {string} nonlinearity the network's φ
 */

/** Rows kept in the cache. */
const KEPT = 500;
/** Frames of the page's first picture: it needs no weights, so they are asked for after it. */
const FIRST = 4;

export class UnitParameters {
  /** @type {Map<string, Parameters>} */
  #rows = new Map();
  #asking = false;
  /** @type {Request | null} what is coming */
  #asked = null;
  /** @type {Request | null} */
  #wanted = null;
  #picture = frames(FIRST);
  #came;
  #failed;

  /**
   * @param {{ came: () => void, failed: (error: unknown) => void }} answers
   */
  constructor({ came, failed }) {
    this.#came = came;
    this.#failed = failed;
  }

  /**
   * A unit's row if it is cached; otherwise it is requested.
   * @param {Source["model"]} model
   * @param {Selection} spot whose signal is a gate or candidate
   * @returns {Parameters | null}
   */
  row(model, spot) {
    const request = requestOf(model, spot);
    const row = this.#rows.get(keyOf(request));
    if (!row) void this.#want(request);
    return row ?? null;
  }

  /** @param {Request} request */
  async #want(request) {
    const coming = this.#asked !== null && keyOf(this.#asked) === keyOf(request);
    this.#wanted = coming ? null : request;
    if (this.#asking) return;
    this.#asking = true;
    await this.#picture;
    while (this.#wanted !== null) {
      const asked = /** @type {Request} */ (this.#wanted);
      this.#asked = asked;
      this.#wanted = null;
      try {
        const row = /** @type {Parameters} */ (await (await ask(asked.path, optionsOf(asked))).json());
        if (this.#rows.size >= KEPT) this.#rows.delete([...this.#rows.keys()][0] ?? "");
        this.#rows.set(keyOf(asked), row);
        this.#came();
      } catch (error) {
        this.#failed(error);
      }
    }
    this.#asked = null;
    this.#asking = false;
  }
}

/**
 * @param {Source["model"]} model
 * @param {Selection} spot
 * @returns {Request}
 */
function requestOf(model, { place: { part, layer, direction }, signal, unit }) {
  if (typeof model !== "string") {
    return { path: "/api/parameters", body: JSON.stringify({ model, signal, unit, part, layer, direction }) };
  }
  const query = new URLSearchParams({ signal, unit: String(unit), part, layer: String(layer), direction });
  return { path: `/api/models/${encodeURIComponent(model)}/parameters?${query}` };
}

/** @param {Request} request */
function keyOf({ path, body = "" }) {
  return path + body;
}

/**
 * @param {Request} request
 * @returns {RequestInit}
 */
function optionsOf({ body }) {
  return body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body };
}

/** @param {number} count of frames that are drawn before it resolves */
async function frames(count) {
  for (let frame = 0; frame < count; frame += 1) await new Promise(requestAnimationFrame);
}
