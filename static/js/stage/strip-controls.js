// @ts-check
/** Each strip as one control: a slider over the units for the keyboard, and a target for the pointer. */

import { clamp } from "../page/numbers.js";
import { setAttribute } from "../page/dom.js";
import { listenToClicks } from "../page/press.js";
import { cellAt } from "./strip.js";

/** @typedef {import("./geometry.js").Card} Card */
/** @typedef {import("./strip.js").Fold} Fold */
/** @typedef {import("./strip.js").View} View */
/**
 * @typedef {object} StripAnswers
 * @property {(part: string, unit: number | null, event: Event) => void} point
 * @property {(part: string, unit: number) => void} choose
 * @property {(part: string) => number} unit the current unit of a strip
 */
/**
 * @typedef {{ part: string, label: string, fold: Fold, view: View, units: number, scale: number }} Strip `scale` is
 * pixels per layout unit
 */

/** Rows that Page Up and Page Down move by. */
const PAGE = 16;
/** How far the control extends beyond its strip. */
const RIM = 2;

/**
 * @param {Card} card with a grid
 * @param {Strip} strip
 * @param {StripAnswers} answers
 * @returns {HTMLElement}
 */
export function stripControl({ grid }, { part, label, fold, view, units, scale }, answers) {
  const element = document.createElement("div");
  element.className = "strip";
  element.tabIndex = 0;
  element.dataset.part = part;
  element.setAttribute("role", "slider");
  element.setAttribute("aria-label", label);
  element.setAttribute("aria-orientation", "horizontal");
  element.setAttribute("aria-valuemin", "0");
  element.setAttribute("aria-valuemax", String(units - 1));
  if (grid) {
    element.style.insetInlineStart = `${(grid.x - RIM) * scale}px`;
    element.style.insetBlockStart = `${(grid.y - RIM) * scale}px`;
    element.style.inlineSize = `${(fold.columns * fold.width + 2 * RIM) * scale}px`;
    element.style.blockSize = `${(fold.rows * fold.height + 2 * RIM) * scale}px`;
  }
  const limit = (/** @type {number} */ unit) => clamp(unit, 0, units - 1);
  const unitAt = (/** @type {PointerEvent | MouseEvent} */ event) => {
    // Not offsetX and offsetY: these are whole pixels.
    const { left, top } = element.getBoundingClientRect();
    const [x, y] = [(event.clientX - left) / scale - RIM, (event.clientY - top) / scale - RIM];
    const cell = cellAt(fold, view.count, x, y);
    return cell < 0 ? null : limit(view.first + cell * view.group);
  };
  element.addEventListener("pointermove", (event) => answers.point(part, unitAt(event), event));
  element.addEventListener("pointerdown", (event) => answers.point(part, unitAt(event), event));
  element.addEventListener("pointerleave", (event) => answers.point(part, null, event));
  element.addEventListener("focus", (event) => answers.point(part, answers.unit(part), event));
  element.addEventListener("blur", (event) => answers.point(part, null, event));
  listenToClicks(element, (event) => {
    const unit = unitAt(event);
    if (unit !== null) answers.choose(part, unit);
  });
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const unit = answers.unit(part);
    /** @type {Record<string, number>} */
    const steps = {
      ArrowRight: unit + view.group,
      ArrowLeft: unit - view.group,
      ArrowDown: unit + fold.columns * view.group,
      ArrowUp: unit - fold.columns * view.group,
      PageDown: unit + PAGE * view.group,
      PageUp: unit - PAGE * view.group,
      Home: 0,
      End: units - 1,
    };
    const next = steps[event.key];
    if (event.key === "Enter" || event.key === " ") answers.choose(part, unit);
    else if (next !== undefined && next === limit(next)) answers.point(part, next, event);
    else if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
  });
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {number} unit
 * @param {string} text
 */
export function stateValue(element, unit, text) {
  setAttribute(element, "aria-valuenow", String(unit));
  setAttribute(element, "aria-valuetext", text);
}
