// @ts-check
/** The sandbox in a model's place, with sequences worth looking at. */

import { say } from "../page/words.js";

/** @typedef {import("../trace/contracts.js").Example} Example */
/** @typedef {import("../trace/contracts.js").Model} Model */

const STEPS = 24;

/** @returns {Model} */
export function sandboxModel() {
  const title = say("sandbox.title");
  return { id: "sandbox", title, task: "sandbox", cell: "", examples: examples(), vocabulary: [] };
}

/** @returns {Example[]} */
function examples() {
  return [
    {
      id: "shapes",
      title: say("sandbox.shapes"),
      note: say("sandbox.shapes.note"),
      sandbox: { cell: "lstm", input_size: 5, hidden_size: 6, num_layers: 2 },
      values: [
        [
          [0.5, -1, 0.25, 0, 1],
          [1, 0.5, -0.5, 2, -1],
          [-0.75, 0, 1.5, -1, 0.5],
        ],
      ],
    },
    {
      id: "directions",
      title: say("sandbox.directions"),
      note: say("sandbox.directions.note"),
      sandbox: { cell: "lstm", input_size: 2, hidden_size: 8, num_layers: 2, bidirectional: true },
      features: [say("sandbox.wave"), say("sandbox.pulse")],
      values: Array.from({ length: STEPS }, (_, step) => [
        rounded(Math.sin(step / 2)),
        step % 8 === 4 ? 1 : 0,
      ]),
    },
    {
      id: "relu",
      title: say("sandbox.relu"),
      note: say("sandbox.relu.note"),
      sandbox: { cell: "rnn", input_size: 1, hidden_size: 12, nonlinearity: "relu", initial: "random" },
      features: [say("sandbox.pulse")],
      values: Array.from({ length: STEPS }, (_, step) => [step === 3 ? 1 : 0]),
    },
  ];
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 1000) / 1000;
}
