// @ts-check
/** The shapes of what the server sends, as the type checker sees them. */

/**
 * @typedef {object} Signal
 * @property {string} name
 * @property {string} symbol
 * @property {string} title
 * @property {"gate" | "candidate" | "state"} role
 * @property {number | null} low null: unbounded
 * @property {number | null} high null: unbounded
 * @property {string} meaning
 * @property {string} formula
 * @property {string} light colour on a light background
 * @property {string} dark colour on a dark background
 * @property {"sequential" | "diverging"} scale
 * @property {string} css the custom property that carries the colour
 *
 * @typedef {object} Equation
 * @property {string} signal
 * @property {string} text
 * @property {string} mathml
 * @property {import("../arithmetic/expression.js").Expression} expression
 *
 * @typedef {object} Cell
 * @property {string} kind
 * @property {string} title
 * @property {Signal[]} signals
 * @property {string[]} gates signals that have a pre-activation
 * @property {Equation[]} equations
 * @property {CellPhase[]} phases
 * @property {string[]} states the signals that are carried from step to step
 * @property {string} output the state that the next layer and the head receive
 *
 * A phase of the cell's work within a step; `settles` lists what is known at its end, in order.
 * @typedef {import("../time/clock.js").Phase & { meaning: string, settles: string[][] }} CellPhase
 *
 * A place: a recurrent module of the model, and one of its layers and directions.
 * @typedef {{ part: string, layer: number, direction: string }} Place
 *
 * A step's token, or its label.
 * @typedef {{ text: string, start: number | null, end: number | null, special?: boolean, label?: boolean }} Token
 *
 * One recurrent part of a run.
 * @typedef {object} Described
 * @property {string} cell
 * @property {number[]} layers
 * @property {string[]} directions
 * @property {number} units
 * @property {string[]} signals
 * @property {number | null} steps null if the end is not known yet
 * @property {Token[]} tokens empty for numbers
 * @property {string[]} [features] the names of the columns, only for numbers
 * @property {string[] | null} [labels] the names of the steps, only for numbers
 * @property {string[]} [inputs] the names of what the network receives, only from a forecaster
 * @property {string[]} [outputs] the names of what is forecast, only from a forecaster
 * @property {string[]} [classes] only from a classifier
 * @property {Record<string, unknown>} [parts] only from a model of several parts
 *
 * A concept, and the unit that tracks it best: by `auc` if it is true or false, by `rho` if it is an amount.
 * @typedef {{ layer: number, direction: string, signal: string, unit: number, auc?: number, rho?: number,
 *   sign: 1 | -1 }} TrackingUnit
 * @typedef {{ id: string, title: string, on: string, chance: number, units: TrackingUnit[] }} Concept
 *
 * A run; in a model of several parts, the fields above are those of its first part.
 * @typedef {Described & { model: string, parts?: Record<string, Described> }} Header
 *
 * How a run ended: `text`, `score` and `beam` are those of a translator.
 * @typedef {{ stopped: boolean, parity?: number | null, agrees?: boolean, text?: string, score?: number,
 *   beam?: Beam }} End
 *
 * @typedef {{ step: number, parent: number | null, id: number, token: string, text: string, score: number }} BeamNode
 * @typedef {{ nodes: BeamNode[], hypotheses: { node: number, text: string, score: number }[] }} Beam
 *
 * A text, or numbers; an example of the sandbox has its settings.
 * @typedef {{ id: string, title: string, note?: string, concept?: string, text?: string, values?: import("./sequence.js").Nested,
 *   features?: string[], labels?: string[], sandbox?: SandboxConfig }} Example
 * @typedef {{ id: number, text: string, special?: boolean }} Entry
 *
 * @typedef {object} ModelSummary
 * @property {string} id
 * @property {string} title
 * @property {string} task
 * @property {string} cell
 * @property {{ source?: string, years?: [number, number] }} [data] what it learned from; `years` are the first and the last
 * @property {{ attention?: string | null }} [sizes] those of a translator: `attention` is its kind, null for none
 * @property {Pick<Metric, "name" | "value" | "unit" | "on">[]} [metrics]
 *
 * A figure measured on held-out data, and what simpler methods reach on the same.
 * @typedef {{ name: string, value: number, unit: string, better?: "lower" | "higher", on: string, counted: string,
 *   baselines: { name: string, value: number }[] }} Metric
 *
 * How a model's input is made, as far as the page needs it: the symbols or the columns that it reads.
 * @typedef {{ unknown?: string, symbols?: string, columns?: number, features?: string[] | null }} Codec
 *
 * @typedef {ModelSummary & { examples: Example[], vocabulary: Entry[], concepts?: Concept[], codec?: Codec,
 *   metrics?: Metric[] }} Model
 *
 * A random module of PyTorch, as docs/stream.md describes it.
 * @typedef {{ cell: string, input_size: number, hidden_size: number, num_layers?: number, bidirectional?: boolean,
 *   bias?: boolean, nonlinearity?: string, seed?: number, initial?: string }} SandboxConfig
 *
 * @typedef {{ type?: string, title: string, status?: number, detail?: string, where?: string | null,
 *   expected?: string | null }} Problem
 *
 * @typedef {{ steps: number, temperature: number, seed: number, drawn?: number }} Generate
 *
 * @typedef {{ kind: "greedy" } | { kind: "beam", width: number }
 *   | { kind: "sample", temperature: number, seed: number }} DecodingKind
 * @typedef {{ step: number, weights: "uniform" | number[] }} ForcedRow
 *
 * How a translator writes.
 * @typedef {{ decoding?: DecodingKind, most_steps?: number, target?: string, prefix?: string,
 *   attention?: ForcedRow[] }} TranslationOptions
 */

export {};
