// @ts-check
/** Whether a model can read a sequence. */

import { isNumbers } from "./sequence.js";

/** @typedef {import("./contracts.js").Codec} Codec */
/** @typedef {import("./contracts.js").Model} Model */
/** @typedef {import("./sequence.js").Numbers} Numbers */
/** @typedef {import("./sequence.js").Sequence} Sequence */

/**
 * @param {Pick<Model, "task" | "codec">} model
 * @param {Sequence} sequence
 */
export function reads({ task, codec = {} }, sequence) {
  if (!isNumbers(sequence))
    return task === "classifier" || (task === "language-model" && knows(codec, sequence));
  if (task === "sandbox") return true;
  return task === "forecaster" && sequence.values.shape.length === 2 && hasColumns(codec, sequence);
}

/**
 * @param {Codec} codec
 * @param {{ text: string }} sequence
 */
function knows({ unknown, symbols = "" }, { text }) {
  return unknown !== "refuse" || [...text].every((character) => symbols.includes(character));
}

/**
 * @param {Codec} codec
 * @param {Numbers} sequence
 */
function hasColumns({ columns, features: wanted }, { values, features }) {
  const count = values.shape[1];
  if (!wanted) return count === columns;
  return features ? wanted.every((name) => features.includes(name)) : count === wanted.length;
}
