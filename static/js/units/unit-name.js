// @ts-check
/** A unit and one of its signals in words. */

import { say } from "../page/words.js";

/**
 * Such as "cell state of unit 12", with the place where there are several.
 * @param {import("../page/scene.js").Shown} shown
 * @param {import("../page/scene.js").Selection} spot
 */
export function nameOf({ cell, trace: { header } }, { place, signal, unit }) {
  const title = cell.signals.find(({ name }) => name === signal)?.title.toLowerCase() ?? signal;
  const several = header.layers.length * header.directions.length > 1;
  return say(several ? "unit.name.place" : "unit.name", { signal: title, unit, ...place });
}
