// @ts-check
/** The colours and the typeface of the map, as the stylesheet in force has them. */

import { customProperty } from "../dom.js";

/** @typedef {import("../contracts.js").Signal} Signal */
/** @typedef {import("./map-picture.js").Inks} Inks */

/**
 * @param {Signal[]} states
 * @returns {Inks}
 */
export function readInks(states) {
  return {
    line: ink("--line-strong"),
    surface: ink("--surface"),
    ink: ink("--ink"),
    soft: ink("--ink-soft"),
    states: states.map(({ css }) => ink(css)),
    font: customProperty("--numbers"),
  };
}

/** @param {string} name of a custom property with a colour, such as light-dark(…), that a canvas does not understand */
function ink(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  probe.style.forcedColorAdjust = "none";
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
