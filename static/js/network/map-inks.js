// @ts-check
/** The map's colours and typeface, read from the current stylesheet. */

import { colourOf, customProperty } from "../page/dom.js";

/** @typedef {import("../trace/contracts.js").Signal} Signal */
/** @typedef {import("./map-picture.js").Inks} Inks */

/**
 * @param {Signal[]} states
 * @returns {Inks}
 */
export function readInks(states) {
  return {
    line: colourOf("--line-strong"),
    surface: colourOf("--surface"),
    ink: colourOf("--ink"),
    soft: colourOf("--ink-soft"),
    states: states.map(({ css }) => colourOf(css)),
    font: customProperty("--numbers"),
  };
}
