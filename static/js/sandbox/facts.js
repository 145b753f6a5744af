// @ts-check
/** What the server says about a sandbox on a sequence: docs/api.md describes it. */

/** @typedef {import("./parameters.js").Weights} Weights */
/**
 * @typedef {object} Facts
 * @property {string} code
 * @property {{ input: number[], output: number[], h_n: number[], c_n: number[] | null }} shapes
 * @property {Weights[]} weights
 * @property {number} parameters
 * @property {{ direction: string, row: number, first: number, last: number }[]} ends
 * @property {{ steps: number, cells: number, module_seconds: number, loop_seconds: number, difference: number | null,
 *   agrees: boolean }} loop
 */

export {};
