// @ts-check
/** The network and its rows in words. */

import { say } from "../page/words.js";

/** @typedef {import("../trace/contracts.js").Place} Place */

/**
 * The numbers of layers and directions of a network, in words.
 * @param {Pick<import("../trace/contracts.js").Header, "layers" | "directions">} header
 */
export function sizeOf({ layers, directions }) {
  const count = layers.length;
  const high = count === 1 ? say("network.layers.1") : say("network.layers", { count });
  return directions.length === 1
    ? high
    : `${high} × ${say("network.directions", { count: directions.length })}`;
}

/** @param {Place} row */
export function spokenRow({ layer, direction }) {
  return say("network.row", { layer, direction: say(`stage.${direction}`) });
}

/**
 * A label such as a date, or its end from a space, dash, slash or dot on, so that it fits: the end is what changes from
 * step to step. Empty if nothing fits.
 * @param {string} label
 * @param {(text: string) => boolean} fits
 */
export function endOf(label, fits) {
  const parts = label.split(/(?<=[\s/.T-])/);
  return parts.map((_, from) => parts.slice(from).join("")).find(fits) ?? "";
}
