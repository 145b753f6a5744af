// @ts-check
/** σ and tanh as small true graphs: what goes in from left to right, what comes out from below to above. */

import { clamp } from "../page/numbers.js";
import { apply, NONLINEARITIES } from "../arithmetic/expression.js";

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/** @typedef {{ low: number, high: number, from: number, to: number }} Frame the values that a graph shows */

/** What goes in is shown from −REACH to REACH; what lies outside stands at the edge. */
export const REACH = 6;
const SAMPLES = 48;

/**
 * The values that the graph of a function shows.
 * @param {string} name
 * @returns {Frame}
 */
export function frameOf(name) {
  if (name === "relu") return { from: -REACH, to: REACH, low: 0, high: REACH };
  return { from: -REACH, to: REACH, low: name === "σ" ? 0 : -1, high: 1 };
}

/**
 * Where a point of the graph lies.
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
 * The graph as the path of an SVG.
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
 * @param {string} name of a function, by itself or as what φ stands for
 * @param {number} input
 */
export function squashed(name, input) {
  return apply(name, input, NONLINEARITIES[name]);
}

/**
 * What must have gone in for that to come out, as far as the graph reaches: for what the trace does not hold.
 * @param {string} name
 * @param {number} output
 */
export function inverse(name, output) {
  if (name === "relu") return output;
  const input = name === "σ" ? Math.log(output / (1 - output)) : Math.atanh(output);
  return Number.isNaN(input) ? input : clamp(input, -REACH, REACH);
}
