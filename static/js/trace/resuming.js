// @ts-check
/** A model that wrote when the connection broke writes on from its last states: only what is missing is computed. */

import { stateBefore } from "./vectors.js";

/** @typedef {import("./contracts.js").Cell} Cell */
/** @typedef {import("./reading.js").Run} Run */
/** @typedef {import("./stretches.js").States} States */
/** @typedef {import("./trace.js").Trace} Trace */

/**
 * What is left of a run that writes, and the states that it begins from; null if it must be run from its first step.
 * @param {Run} run
 * @param {Trace} trace what has been received of it
 * @param {Pick<Cell, "states">} cell
 * @returns {{ run: Run, states: States } | null}
 */
export function rest({ sequence, generate, ...run }, trace, { states }) {
  const { received, given, header, part } = trace;
  const written = trace.tokens.slice(given, received);
  if (!generate || !("text" in sequence) || received === 0 || written.length >= generate.steps) return null;
  const last = header.layers.flatMap((layer) =>
    states.map((state) => {
      const values = stateBefore(trace, { part, layer, direction: "forward" }, state, received);
      return /** @type {const} */ ([`states.${layer}.forward.${state}`, Float32Array.from(values)]);
    }),
  );
  if (!last.every(([, values]) => values.every(Number.isFinite))) return null;
  const text = sequence.text + written.map((token) => token.text).join("");
  const { steps } = generate;
  const left = { ...generate, steps: steps - written.length, drawn: written.length };
  return { run: { ...run, sequence: { text }, generate: left }, states: new Map(last) };
}
