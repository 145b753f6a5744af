// @ts-check
/** Every vector of the diagram at one step: read from the trace if it is there, otherwise calculated. */

import { apply } from "../arithmetic/expression.js";
import { arrayName } from "../trace/trace.js";
import { inputOf, stateBefore, vectorOf } from "../trace/vectors.js";
import { before, inside, source } from "./structure.js";

/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {import("../trace/contracts.js").Place} Place */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("./structure.js").Share} Share */
/** @typedef {import("./structure.js").Structure} Structure */
/** @typedef {Map<string, Float32Array>} Vectors by part; NaN where nothing has arrived */

/**
 * @param {Structure} structure
 * @param {{ trace: Trace, cell: Cell, place: Place, step: number }} at
 * @returns {Vectors}
 */
export function vectorsAt(structure, { trace, cell, place, step }) {
  const { units } = trace.header;
  /** @type {Vectors} */
  const vectors = new Map();
  for (const state of structure.states) {
    vectors.set(before(state), stateBefore(trace, place, state, step));
  }
  vectors.set("input", inputOf(trace, cell, place, step));
  for (const name of [...structure.gates.map(({ signal }) => signal), ...structure.states]) {
    vectors.set(name, vectorOf(trace, arrayName(place, name), step, units));
  }
  for (const share of sharesOf(structure)) {
    const of = vectors.get(source(share)) ?? new Float32Array();
    const gate = vectors.get(share.gate) ?? new Float32Array();
    const { function: name } = share;
    const values = name ? of.map((value) => apply(name, value)) : of;
    if (name) vectors.set(inside(share), values);
    if (vectors.has(share.name)) continue;
    const open = share.complement ? gate.map((value) => 1 - value) : gate;
    vectors.set(
      share.name,
      values.map((value, unit) => value * (open[unit] ?? Number.NaN)),
    );
  }
  const { line } = structure;
  const kept = line && vectors.get(line.kept.name);
  if (line && kept)
    vectors.set(
      "lost",
      kept.map((value, unit) => (vectors.get(source(line.kept))?.[unit] ?? 0) - value),
    );
  return vectors;
}

/**
 * What the gates let through, in the order in which it becomes known.
 * @param {Structure} structure
 */
export function sharesOf({ line, exposed }) {
  return [...(line ? [line.kept, line.written] : []), ...(exposed ? [exposed] : [])];
}
