// @ts-check
/** Running text with each character on the colour of its token: the picture behind a text that is being edited. */

import { setText } from "../page/dom.js";
import { tintOf } from "./sequence-strip.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../trace/trace.js").Trace} Trace */

/**
 * Fills an element with a text, tinted as far as the trace has read the same beginning.
 * @param {HTMLElement} element
 * @param {string} text
 * @param {Scene} scene
 * @param {Trace | null} trace
 */
export function tintText(element, text, scene, trace) {
  const characters = [...text];
  const colours = coloursOf(characters, scene, trace);
  const marks = /** @type {HTMLCollectionOf<HTMLElement>} */ (element.children);
  while (marks.length > characters.length) element.lastElementChild?.remove();
  while (marks.length < characters.length) element.append(document.createElement("span"));
  for (const [index, mark] of [...marks].entries()) {
    setText(mark, characters[index] ?? "");
    mark.style.backgroundColor = colours[index] ?? "";
  }
}

/**
 * The colour of each character, undefined where it has not been read.
 * @param {string[]} characters
 * @param {Scene} scene
 * @param {Trace | null} trace
 * @returns {(string | undefined)[]}
 */
function coloursOf(characters, scene, trace) {
  /** @type {(string | undefined)[]} */
  const colours = Array.from(characters, () => undefined);
  const { selection } = scene;
  const signal = scene.signal(selection.signal);
  if (!signal || !trace) return colours;
  const scale = scene.unitScale(signal, selection, trace);
  const array = scene.arrayOf(signal.name);
  for (let step = 0; step < trace.received; step += 1) {
    const { start, end, text, special } = trace.tokens[step] ?? {};
    if (special || start == null || end == null) continue;
    if (characters.slice(start, end).join("") !== text) return colours;
    colours.fill(tintOf(scale, trace.value(array, step, selection.unit), false)?.ground, start, end);
  }
  return colours;
}
