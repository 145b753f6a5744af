// @ts-check
/** One unit of the list for the marked steps: its name, picture and score, and what it is known to track. */

import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { say } from "../page/words.js";
import { arrayName } from "../trace/trace.js";
import { knownOf, scoreOf } from "./tracked.js";
import { nameOf } from "./unit-name.js";
import { outlines, spreadOf } from "./value-spread.js";

/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../page/scene.js").Shown} Shown */
/** @typedef {import("./found-units.js").Found} Found */
/** @typedef {import("../trace/contracts.js").Concept} Concept */

/**
 * @param {ParentNode} templates
 * @param {Shown} shown
 * @param {Found} found
 * @param {readonly import("./marks.js").Stretch[]} stretches
 */
export function rowOf(templates, shown, { spot, auc, sign }, stretches) {
  const row = stamp(templates, "template");
  const signal = shown.cell.signals.find(({ name }) => name === spot.signal);
  row.style.setProperty("--signal", `var(${signal?.css})`);
  setText(find(row, ".symbol", HTMLElement), signal?.symbol ?? "");
  setText(find(row, ".finder-name b", HTMLElement), nameOf(shown, spot));
  setText(find(row, ".finder-score", HTMLElement), auc.toFixed(2));
  setText(find(row, ".finder-name small", HTMLElement), say(sign > 0 ? "find.high" : "find.low"));
  const button = find(row, ".finder-unit", HTMLButtonElement);
  button.dataset.unit = String(spot.unit);
  button.dataset.signal = spot.signal;
  button.dataset.auc = String(auc);
  find(row, ".finder-keep", HTMLElement).ariaLabel = say("find.keep", { name: nameOf(shown, spot) });
  const column = shown.trace.column(arrayName(spot.place, spot.signal));
  const picture = find(row, "svg", SVGElement);
  picture.toggleAttribute("data-empty", !column);
  if (!column) return row;
  const { marked, others } = outlines(spreadOf(column, spot.unit, shown.trace.received, stretches));
  setAttribute(find(picture, ".finder-marked", SVGPathElement), "d", marked);
  setAttribute(find(picture, ".finder-others", SVGPathElement), "d", others);
  return row;
}

/**
 * Says what the unit is known to track on held-out data, if anything.
 * @param {Element} row
 * @param {Concept[]} concepts
 * @param {Selection} spot
 */
export function addKnown(row, concepts, spot) {
  const words = knownOf(concepts, spot).map(({ concept: { title, chance }, unit }) => {
    const kind = unit.auc === undefined ? ["less", "more"] : ["low", "high"];
    return say(`find.known.${kind[unit.sign > 0 ? 1 : 0]}`, {
      title,
      score: scoreOf(unit).toFixed(2),
      chance: chance.toFixed(2),
    });
  });
  setText(find(row, ".finder-known", HTMLElement), words[0] ?? "");
}
