// @ts-check
/** The weights of models' attention, fetched when they are first needed. */

import { ask } from "../trace/api.js";
import { parseSafetensors } from "../trace/safetensors.js";

/** @typedef {import("./scoring.js").AttentionWeights} AttentionWeights */

export class AttentionParameters {
  /** @type {Map<string, AttentionWeights | null>} null while they are on their way */
  #known = new Map();
  #came;
  #failed;

  /** @param {{ came: () => void, failed: (error: unknown) => void }} answers */
  constructor({ came, failed }) {
    this.#came = came;
    this.#failed = failed;
  }

  /**
   * A model's weights if they have arrived; otherwise they are requested.
   * @param {string} model
   * @returns {AttentionWeights | null}
   */
  of(model) {
    const known = this.#known.get(model);
    if (known !== undefined) return known;
    this.#known.set(model, null);
    void this.#fetch(model);
    return null;
  }

  /** @param {string} model */
  async #fetch(model) {
    try {
      const path = `/api/models/${encodeURIComponent(model)}/parameters?part=attention`;
      const answer = await ask(path, { headers: { accept: "application/octet-stream" } });
      const { tensors } = parseSafetensors(await answer.arrayBuffer());
      const matrix = (/** @type {string} */ name) => {
        const tensor = tensors.get(name);
        if (!tensor) return null;
        const [rows = 1, columns = 1] = tensor.shape;
        return { rows, columns, values: Float32Array.from(tensor.values) };
      };
      this.#known.set(model, { query: matrix("query"), key: matrix("key"), score: matrix("score") });
      this.#came();
    } catch (error) {
      this.#known.delete(model);
      this.#failed(error);
    }
  }
}
