// @ts-check
/** Every vector of the diagram at one step, from the trace: read where it is there, calculated where it is not. */

import { apply } from "../arithmetic/expression.js";
import { isFirst, stepBefore } from "../arithmetic/operands.js";
import { arrayName } from "../trace/trace.js";
import { before, inside, source } from "./structure.js";

/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("./structure.js").Share} Share */
/** @typedef {import("./structure.js").Structure} Structure */
/** @typedef {Map<string, Float32Array>} Vectors by the part that shows them; NaN where nothing has arrived */

/**
 * @param {Structure} structure
 * @param {{ trace: Trace, place: Pick<Selection, "layer" | "direction">, step: number }} at
 * @returns {Vectors}
 */
export function vectorsAt(structure, { trace, place, step }) {
  const { units } = trace.header;
  /** @type {Vectors} */
  const vectors = new Map();
  const reading = { ...place, unit: 0, signal: "" };
  for (const state of structure.states) {
    const first = isFirst(trace, reading, step);
    const earlier = vectorOf(trace, arrayName(place, state), stepBefore(reading, step), units);
    vectors.set(before(state), first ? new Float32Array(units) : earlier);
  }
  vectors.set("input", inputOf(trace, place, step));
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
 * What gates let through, in the order in which it becomes known.
 * @param {Structure} structure
 */
export function sharesOf({ line, exposed }) {
  return [...(line ? [line.kept, line.written] : []), ...(exposed ? [exposed] : [])];
}

/**
 * How many features a layer receives.
 * @param {Trace} trace
 * @param {number} layer
 */
export function featuresOf(trace, layer) {
  if (layer > 0) return trace.header.units * trace.header.directions.length;
  return trace.column("inputs")?.width ?? 0;
}

/**
 * What the layer receives: the inputs of the network, or the hidden states of the layer below, side by side.
 * @param {Trace} trace
 * @param {{ layer: number }} place
 * @param {number} step
 */
function inputOf(trace, { layer }, step) {
  const { directions, units } = trace.header;
  if (layer === 0) return vectorOf(trace, "inputs", step, featuresOf(trace, 0));
  const values = new Float32Array(units * directions.length);
  directions.forEach((direction, index) => {
    const name = arrayName({ layer: layer - 1, direction }, "hidden_state");
    values.set(vectorOf(trace, name, step, units), index * units);
  });
  return values;
}

/**
 * @param {Trace} trace
 * @param {string} name
 * @param {number} step
 * @param {number} width
 */
function vectorOf(trace, name, step, width) {
  const column = trace.column(name);
  if (!column || step < 0 || step >= trace.received) return new Float32Array(width).fill(Number.NaN);
  return Float32Array.from(column.values.subarray(step * column.width, (step + 1) * column.width));
}
