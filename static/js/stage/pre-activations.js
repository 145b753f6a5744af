// @ts-check
/** What one unit's weights make of the input and of the previous hidden state, for each gate, as its weights arrive. */

import { evaluate, leavesOf } from "../arithmetic/expression.js";
import { scalesOf, valuesOf } from "../arithmetic/operands.js";
import { UnitParameters } from "../arithmetic/parameters.js";

/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../page/scene.js").Shown} Shown */
/** @typedef {import("./structure.js").Structure} Structure */
/** @typedef {{ sum: number, input: number, hidden: number }} Weighed the parts of a gate's pre-activation, and their sum */

export class PreActivations {
  /** @type {Map<string, UnitParameters>} */
  #parameters = new Map();
  /** How many rows of weights have arrived. */
  #arrived = 0;
  #key = "";
  /** @type {Map<string, Weighed>} */
  #known = new Map();
  #came;
  /** The network's own φ. */
  phi = "tanh";

  /** @param {() => void} came called when weights have arrived */
  constructor(came) {
    this.#came = () => {
      this.#arrived += 1;
      came();
    };
  }

  /** Forgets the numbers, because the trace has changed. */
  clear() {
    this.#key = "";
  }

  /**
   * By gate, as far as the weights have arrived.
   * @param {Structure} structure
   * @param {{ shown: Shown, selection: Selection, step: number }} at
   */
  of(structure, { shown: { trace, cell, source }, selection, step }) {
    const { place, unit } = selection;
    const key = [place.part, place.layer, place.direction, step, unit, this.#arrived].join();
    if (key === this.#key) return this.#known;
    /** @type {Map<string, Weighed>} */
    const known = new Map();
    for (const { signal } of structure.gates) {
      const spot = { ...selection, signal };
      const row = this.#rows(signal).row(source.model, spot);
      const expression = cell.equations.find((equation) => equation.signal === signal)?.expression;
      if (row?.nonlinearity) this.phi = row.nonlinearity;
      if (!row || expression?.op !== "apply") continue;
      const values = valuesOf(expression.of, { trace, cell, spot, step, row });
      const sum = evaluate(expression.of, values);
      if (Number.isNaN(sum)) continue;
      const scales = scalesOf(expression.of, values);
      const parts = { input: 0, hidden: 0 };
      for (const leaf of leavesOf(expression.of)) {
        if (leaf.op === "weighted")
          parts[leaf.source] = (values[`${leaf.gate}.${leaf.source}`] ?? 0) * scales[leaf.source];
      }
      known.set(signal, { sum, ...parts });
    }
    this.#key = key;
    return (this.#known = known);
  }

  /** @param {string} signal */
  #rows(signal) {
    const rows = this.#parameters.get(signal) ?? new UnitParameters({ came: this.#came, failed: () => {} });
    this.#parameters.set(signal, rows);
    return rows;
  }
}
