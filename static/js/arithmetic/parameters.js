// @ts-check
/** The weights of single units, fetched on demand and cached: one request at a time, the latest wish next. */

import { ask } from "../trace/api.js";

/** @typedef {import("../page/scene.js").Selection} Selection */
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

export class UnitParameters {
  /** @type {Map<string, Parameters>} */
  #rows = new Map();
  /** @type {string | null} */
  #asked = null;
  /** @type {string | null} */
  #wanted = null;
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
   * @param {string} model
   * @param {Selection} spot whose signal is a gate or candidate
   * @returns {Parameters | null}
   */
  row(model, { place: { layer, direction }, signal, unit }) {
    const query = new URLSearchParams({ signal, unit: String(unit), layer: String(layer), direction });
    const path = `/api/models/${encodeURIComponent(model)}/parameters?${query}`;
    const row = this.#rows.get(path);
    if (!row) void this.#want(path);
    return row ?? null;
  }

  /** @param {string} path */
  async #want(path) {
    this.#wanted = path;
    if (this.#asked !== null) return;
    while (this.#wanted !== null) {
      this.#asked = this.#wanted;
      this.#wanted = null;
      try {
        const row = /** @type {Parameters} */ (await (await ask(this.#asked)).json());
        if (this.#rows.size >= KEPT) this.#rows.delete([...this.#rows.keys()][0] ?? "");
        this.#rows.set(this.#asked, row);
        this.#came();
      } catch (error) {
        this.#failed(error);
      }
    }
    this.#asked = null;
  }
}
