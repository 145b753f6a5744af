// @ts-check
/** The diagram's subject in words: the cell, the layer and direction, the unit, the step and its token. */

import { find, setText } from "../page/dom.js";
import { say } from "../page/words.js";
import { named } from "../sequence/tokens.js";

/**
 * @param {HTMLElement} root
 * @param {import("../page/scene.js").Scene} scene
 * @param {number} step
 */
export function entitle(root, scene, step) {
  const { trace, cell } = /** @type {import("../page/scene.js").Shown} */ (scene.shown);
  const { layers, directions } = trace.header;
  const { place, unit } = scene.selection;
  const backward = place.direction === "backward";
  const where = [
    ...(layers.length > 1 ? [say("stage.layer", { layer: place.layer })] : []),
    ...(directions.length > 1 ? [say(backward ? "stage.backward" : "stage.forward")] : []),
  ].join(", ");
  const token = trace.nameOf(step);
  const texts = {
    cell: cell.title,
    place: where,
    step: String(step),
    unit: String(unit),
    token: named(token),
  };
  for (const [name, text] of Object.entries(texts))
    setText(find(root, `[data-stage=${name}]`, HTMLElement), text);
  root.style.setProperty("--digits", String(String(trace.extent).length));
  find(root, "[data-stage=reads]", HTMLElement).hidden = !token;
}
