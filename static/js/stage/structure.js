// @ts-check
/**
 * The structure of a cell's diagram, read from its equations: the gates, the state that runs straight through, and the
 * share of it that is output.
 */

import { leavesOf } from "../arithmetic/expression.js";

/** @typedef {import("../arithmetic/expression.js").Expression} Expression */
/** @typedef {import("../trace/contracts.js").Signal} Signal */
/**
 * @typedef {import("../trace/contracts.js").Cell} Cell
 *
 * A signal computed by a function of weighted sums; `scaledBy` is the gate that scales its sum over the hidden state.
 * @typedef {{ signal: string, function: string, scaledBy: string | null }} Gate
 *
 * A gate that lets a share of a value through: `gate` ⊙ `of`, or (1 − `gate`) ⊙ `of`, where `back` is 1 for the value
 * of the step before. `name` is the name of the term, such as "cell_state.0", or of the signal.
 * @typedef {{ name: string, gate: string, complement: boolean, of: string, back: number, function: string | null }} Share
 *
 * The state that runs through: what is kept and what is written.
 * @typedef {{ signal: string, kept: Share, written: Share }} Line
 *
 * @typedef {{ kind: string, gates: Gate[], line: Line | null, exposed: Share | null, states: string[],
 *   output: string }} Structure
 */

/** @param {string} signal */
export const before = (signal) => `${signal}.before`;

/**
 * The part that holds a share's value after its function has been applied.
 * @param {Share} share
 */
export const inside = (share) => `${share.name}.inside`;

/**
 * The part that a share takes its value from.
 * @param {Share} share
 */
export const source = (share) => (share.back ? before(share.of) : share.of);

/**
 * What a gate's weights give first: its pre-activation, or the part of it that another gate scales afterwards.
 * @param {Gate} gate
 */
export const weighed = ({ signal, scaledBy }) => `${signal}.${scaledBy ? "recurrent" : "pre"}`;

export class StructureError extends Error {}

/**
 * @param {Cell} cell
 * @param {string} [phi] the network's φ
 * @returns {Structure}
 * @throws {StructureError} if the diagram does not support an equation's form
 */
export function structureOf(cell, phi = "tanh") {
  /** @type {Gate[]} */
  const gates = [];
  /** @type {Line | null} */
  let line = null;
  /** @type {Share | null} */
  let exposed = null;
  for (const { signal, expression } of cell.equations) {
    if (expression.op === "apply") gates.push(gateOf(signal, expression, phi));
    else if (expression.op === "sum") line = lineOf(signal, expression.terms);
    else exposed = shareOf(signal, expression);
  }
  const { kind, states, output } = cell;
  return { kind, gates: inOrder(gates, line, exposed), line, exposed, states, output };
}

/**
 * The gates from left to right: keep, write and what is written, then show.
 * @param {Gate[]} gates
 * @param {Line | null} line
 * @param {Share | null} exposed
 */
function inOrder(gates, line, exposed) {
  const scaling = gates.map((gate) => gate.scaledBy);
  const order = [line?.kept.gate, line?.written.gate, ...scaling, line?.written.of, exposed?.gate];
  /** @param {Gate} gate */
  const place = ({ signal }) => (order.includes(signal) ? order.indexOf(signal) : order.length);
  return gates.toSorted((one, other) => place(one) - place(other));
}

/**
 * @param {string} signal
 * @param {import("../arithmetic/expression.js").Apply} expression
 * @param {string} phi
 * @returns {Gate}
 */
function gateOf(signal, expression, phi) {
  const scaling = leavesOf(expression).find((leaf) => leaf.op === "signal");
  return {
    signal,
    function: expression.function === "φ" ? phi : expression.function,
    scaledBy: scaling?.signal ?? null,
  };
}

/**
 * @param {string} signal
 * @param {Expression[]} terms
 * @returns {Line}
 */
function lineOf(signal, terms) {
  const shares = terms.map((term, index) => shareOf(`${signal}.${index}`, term));
  const kept = shares.find((share) => share.of === signal && share.back === 1);
  const written = shares.find((share) => share !== kept);
  if (!kept || !written || shares.length !== 2) {
    throw new StructureError(`expected ${signal} to be what is kept of it and what is written to it`);
  }
  return { signal, kept, written };
}

/**
 * @param {string} name
 * @param {Expression} expression
 * @returns {Share}
 */
function shareOf(name, expression) {
  const [valve, value] = expression.op === "product" ? expression.factors : [];
  const complement = valve?.op === "difference";
  const gate = complement ? valve.right : valve;
  const of = value?.op === "apply" ? value.of : value;
  if (gate?.op !== "signal" || of?.op !== "signal") {
    throw new StructureError(`expected ${name} to be a gate times a signal, but got ${expression.op}`);
  }
  const applied = value?.op === "apply" ? value.function : null;
  return { name, gate: gate.signal, complement, of: of.signal, back: of.back, function: applied };
}
