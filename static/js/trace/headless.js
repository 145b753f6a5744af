// @ts-check
/** A cell in a network, or a part of one, that no head reads: a sandbox or an encoder. */

import { say } from "../page/words.js";

/** @typedef {import("./contracts.js").Cell} Cell */

const PREDICT = "predict";

/**
 * The cell with a last phase that predicts nothing.
 * @param {Cell} cell
 * @returns {Cell}
 */
export function headless(cell) {
  const last = { title: say("phase.output"), meaning: say("phase.output.meaning") };
  const phases = cell.phases.map((phase) => (phase.name === PREDICT ? { ...phase, ...last } : phase));
  return { ...cell, phases };
}
