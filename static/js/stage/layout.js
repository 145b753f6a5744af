// @ts-check
/** Where everything of the diagram stands: what the two layouts share. A layout is a pure function of cell and size. */

import { landscape } from "./landscape.js";
import { portrait } from "./portrait.js";

/** @typedef {import("./structure.js").Structure} Structure */
/** @typedef {import("./structure.js").Share} Share */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/** @typedef {[number, number]} Point */
/** @typedef {{ width: number, height: number, features: number }} Size */
/**
 * A card shows one vector as a grid of cells, or a function's graph, or both. `part` names the vector.
 * @typedef {{ part: string, box: Box, grid: Box | null, curve: Box | null, role: "before" | "input" | "gate" | "term"
 *   | "state" | "function" }} Card
 *
 * What runs along `points`: the values of `carries`, drawn in the colour of `signal`, while `when` becomes known.
 * @typedef {{ points: Point[], carries: string, signal: string, when: string, kind: "pipe" | "control" | "lane" }} Wire
 *
 * A valve on a pipe that runs along `axis`.
 * @typedef {{ gate: string, complement: boolean, at: Point, axis: "x" | "y", when: string, radius: number }} Valve
 *
 * A vector on its way to where it will stand. After the line `at` across `axis` its values are those of `becomes`.
 * @typedef {{ axis: "x" | "y", at: number, becomes: string }} Cut
 * @typedef {{ from: Point, to: Point, cuts: Cut[] }} Leg places of the grid's upper left corner
 * @typedef {{ part: string, carries: string, when: string, legs: Leg[] }} Travel
 *
 * @typedef {{ width: number, height: number, cards: Card[], wires: Wire[], valves: Valve[], travels: Travel[],
 *   sums: { gate: string, at: Point, number: Point }[], plus: Point | null, prediction: Box, lost: Leg | null }} Layout
 */

/** From this width on, in pixels, the diagram runs from left to right. */
export const LANDSCAPE = 720;

/** @param {string} signal */
export const before = (signal) => `${signal}.before`;

/**
 * What a share's value is after the function that it goes through first.
 * @param {Share} share
 */
export const inside = (share) => `${share.name}.inside`;

/**
 * The part whose vector a share takes its value from.
 * @param {Share} share
 */
export const source = (share) => (share.back ? before(share.of) : share.of);

/**
 * What the weighing of a gate settles first: its pre-activation, or the part of it that a gate scales afterwards.
 * @param {import("./structure.js").Gate} gate
 */
export const weighed = ({ signal, scaledBy }) => `${signal}.${scaledBy ? "recurrent" : "pre"}`;

/**
 * @param {Structure} structure
 * @param {Size} size
 * @returns {Layout}
 */
export function layoutOf(structure, size) {
  return size.width >= LANDSCAPE ? landscape(structure, size) : portrait(structure, size);
}

/** @param {Box} box */
export function centre({ x, y, width, height }) {
  return /** @type {Point} */ ([x + width / 2, y + height / 2]);
}

/** @param {Box} box */
export const right = ({ x, width }) => x + width;

/** @param {Box} box */
export const bottom = ({ y, height }) => y + height;

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
