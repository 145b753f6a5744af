// @ts-check
/** The colours and the typeface of the map, as the stylesheet in force has them. */

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
