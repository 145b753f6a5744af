// @ts-check
/** The diagram's layout: a pure function of cell and size. */

import { landscape } from "./landscape.js";
import { portrait } from "./portrait.js";

/** @typedef {import("./geometry.js").Layout} Layout */
/** @typedef {import("./geometry.js").Size} Size */
/** @typedef {import("./structure.js").Structure} Structure */

/** From this width (px), the diagram runs from left to right. */
export const LANDSCAPE = 720;

/**
 * @param {Structure} structure
 * @param {Size} size
 * @returns {Layout}
 */
export function layoutOf(structure, size) {
  return size.width >= LANDSCAPE ? landscape(structure, size) : portrait(structure, size);
}
