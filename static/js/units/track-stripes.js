// @ts-check
/** The kept units below a token: a stripe of colour for each. */

import { cssColour, levelOf } from "../page/palette.js";
import { arrayName } from "../trace/trace.js";

/** @typedef {import("../page/scene.js").Scene} Scene */

/**
 * The stripes of a step as a CSS image, in the order of the tracks; "" if there are none.
 * @param {Scene} scene
 * @param {number} step
 */
export function stripesAt(scene, step) {
  const { spots } = scene.tracks;
  const { shown } = scene;
  if (spots.length === 0 || !shown) return "";
  const parts = spots.flatMap((spot, index) => {
    const signal = scene.signal(spot.signal);
    const value = shown.trace.value(arrayName(spot.place, spot.signal), step, spot.unit);
    if (!signal || Number.isNaN(value)) return [];
    const scale = scene.unitScale(signal, spot);
    const [from, to] = [(100 * index) / spots.length, (100 * (index + 1)) / spots.length];
    return [`${cssColour(scale, levelOf(scale, value))} ${from}% ${to}%`];
  });
  return parts.length === spots.length ? `linear-gradient(to bottom, ${parts.join(", ")})` : "";
}
