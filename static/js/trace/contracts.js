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
 * @typedef {{ text: string, start: number | null, end: number | null, special?: boolean }} Token
 *
 * @typedef {object} Header
 * @property {string} model
 * @property {string} cell
 * @property {number[]} layers
 * @property {string[]} directions
 * @property {number} units
 * @property {string[]} signals
 * @property {number | null} steps null if the end is not known yet
 * @property {Token[]} tokens
 *
 * @typedef {{ id: string, title: string, text: string, note?: string }} Example
 * @typedef {{ id: number, text: string, special?: boolean }} Entry
 *
 * @typedef {object} ModelSummary
 * @property {string} id
 * @property {string} title
 * @property {string} task
 * @property {string} cell
 *
 * @typedef {ModelSummary & { examples: Example[], vocabulary: Entry[] }} Model
 *
 * @typedef {{ type?: string, title: string, status?: number, detail?: string, where?: string | null,
 *   expected?: string | null }} Problem
 *
 * @typedef {{ steps: number, temperature: number, seed: number }} Generate
 */

export {};
