// @ts-check
/** σ and tanh as small accurate graphs: input from left to right, output from bottom to top. */

import { clamp } from "../page/numbers.js";
import { apply, NONLINEARITIES } from "../arithmetic/expression.js";

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/** @typedef {{ low: number, high: number, from: number, to: number }} Frame the range of values in a graph */

/** Inputs from −REACH to REACH are shown; others are drawn at the edge. */
export const REACH = 6;
const SAMPLES = 48;

/**
 * The range of values in a function's graph.
 * @param {string} name
 * @returns {Frame}
 */
export function frameOf(name) {
  if (name === "relu") return { from: -REACH, to: REACH, low: 0, high: REACH };
  return { from: -REACH, to: REACH, low: name === "σ" ? 0 : -1, high: 1 };
}

/**
 * The position of a point of the graph.
 * @param {Box} box
 * @param {Frame} frame
 * @param {number} input
 * @param {number} output
 * @returns {[number, number]}
 */
export function pointOf(box, { from, to, low, high }, input, output) {
  const across = (clamp(input, from, to) - from) / (to - from);
  const up = (clamp(output, low, high) - low) / (high - low);
  return [box.x + across * box.width, box.y + (1 - up) * box.height];
}

/**
 * The graph as an SVG path.
 * @param {Box} box
 * @param {string} name
 */
export function curvePath(box, name) {
  const frame = frameOf(name);
  const points = Array.from({ length: SAMPLES + 1 }, (_, index) => {
    const input = frame.from + ((frame.to - frame.from) * index) / SAMPLES;
    return pointOf(box, frame, input, squashed(name, input)).map((part) => part.toFixed(1));
  });
  return `M${points.map((point) => point.join(" ")).join("L")}`;
}

/**
 * @param {string} name of a function, or what φ stands for
 * @param {number} input
 */
export function squashed(name, input) {
  return apply(name, input, NONLINEARITIES[name]);
}

/**
 * The input that gives this output, limited to the graph's range: for inputs that the trace does not hold.
 * @param {string} name
 * @param {number} output
 */
export function inverse(name, output) {
  if (name === "relu") return output;
  const input = name === "σ" ? Math.log(output / (1 - output)) : Math.atanh(output);
  return Number.isNaN(input) ? input : clamp(input, -REACH, REACH);
}
