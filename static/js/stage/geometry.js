// @ts-check
/** Boxes, points, and the elements of a diagram's layout. */

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/** @typedef {[number, number]} Point */
/** @typedef {{ width: number, height: number, features: number }} Size */
/**
 * A card shows one vector as a grid of cells, or a function's graph, or both. `part` names the vector.
 * @typedef {{ part: string, box: Box, grid: Box | null, curve: Box | null, role: "before" | "input" | "gate" | "term"
 *   | "state" | "function" }} Card
 *
 * A wire along `points`: it carries the values of `carries`, in the colour of `signal`, while `when` becomes known.
 * @typedef {{ points: Point[], carries: string, signal: string, when: string, kind: "pipe" | "control" | "lane" }} Wire
 *
 * A valve on a pipe that runs along `axis`.
 * @typedef {{ gate: string, complement: boolean, at: Point, axis: "x" | "y", when: string, radius: number }} Valve
 *
 * A vector moving to its place. After the line `at` across `axis` its values are those of `becomes`.
 * @typedef {{ axis: "x" | "y", at: number, becomes: string }} Cut
 * @typedef {{ from: Point, to: Point, cuts: Cut[] }} Leg positions of the grid's upper left corner
 * @typedef {{ part: string, carries: string, when: string, legs: Leg[] }} Travel
 *
 * The number that a sum takes from the input or from the hidden state.
 * @typedef {{ of: "input" | "hidden", at: Point, anchor: "start" | "end" }} Part
 *
 * @typedef {{ width: number, height: number, cards: Card[], wires: Wire[], valves: Valve[], travels: Travel[],
 *   sums: { gate: string, at: Point, number: Point, parts: Part[] }[], plus: Point | null, prediction: Box, lost: Leg | null }} Layout
 */

/** @param {Box} box */
export function centre({ x, y, width, height }) {
  return /** @type {Point} */ ([x + width / 2, y + height / 2]);
}

/** @param {Box} box */
export const right = ({ x, width }) => x + width;

/** @param {Box} box */
export const bottom = ({ y, height }) => y + height;
