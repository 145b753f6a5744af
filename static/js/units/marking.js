// @ts-check
/** Marking steps in a picture of the sequence: by dragging, by Shift and a press, and by Shift with the arrow keys. */

import { momentAt } from "../time/time-range.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("./marks.js").Marks} Marks */

/** A press without Shift that moved farther than this (px), or to another step, draws a stretch. */
const FAR = 14;

/**
 * Draws stretches while the pointer is dragged, and swallows the click at the end. With Shift, the press alone marks.
 * @param {HTMLElement} element
 * @param {Marks} marks
 * @param {(event: PointerEvent) => number | null} stepAt the step under the pointer; null where there is none
 * @param {AbortSignal} life removes the listeners when aborted
 * @param {{ plain?: boolean }} [how] `plain` if a drag without Shift marks, too
 */
export function markByPointer(element, marks, stepAt, life, { plain = false } = {}) {
  /** @type {{ id: number, x: number, y: number, step: number, drawing: boolean } | null} */
  let press = null;
  let swallow = false;
  const draw = (/** @type {PointerEvent} */ event) => {
    if (!press) return;
    press.drawing = true;
    element.setPointerCapture(event.pointerId);
    marks.begin(press.step);
  };
  element.addEventListener(
    "pointerdown",
    (event) => {
      swallow = false;
      press = null;
      const step = stepAt(event);
      if (event.button !== 0 || step === null || !(plain || event.shiftKey)) return;
      press = { id: event.pointerId, x: event.clientX, y: event.clientY, step, drawing: false };
      if (!event.shiftKey) return;
      // Neither the chart's own answer to a press, nor Plotly's to the mouse.
      event.stopPropagation();
      event.preventDefault();
      draw(event);
    },
    { capture: true },
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      if (press?.id !== event.pointerId) return;
      const step = stepAt(event);
      const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) > FAR;
      if (!press.drawing && (far || (step !== null && step !== press.step))) draw(event);
      if (press.drawing && step !== null) marks.reach(step);
    },
    { capture: true },
  );
  const end = (/** @type {PointerEvent} */ event) => {
    if (press?.id !== event.pointerId) return;
    swallow = press.drawing;
    if (press.drawing) marks.end();
    press = null;
  };
  addEventListener("pointerup", end, { signal: life });
  addEventListener("pointercancel", end, { signal: life });
  element.addEventListener(
    "click",
    (event) => {
      if (swallow) event.stopPropagation();
      swallow = false;
    },
    { capture: true },
  );
}

/**
 * Draws a stretch while the current step is moved by Shift with ← and →. Moving on without Shift ends it.
 * @param {HTMLElement} element that has the focus
 * @param {Scene} scene
 */
export function markByKeys(element, scene) {
  /** The step up to which a stretch has been drawn. */
  let reached = -1;
  element.addEventListener("keydown", (event) => {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (!by || !shiftKey || ctrlKey || metaKey || altKey) return;
    event.preventDefault();
    const { clock, marks, step } = scene;
    if (!marks.drawing || step !== reached) marks.begin(step);
    clock.step(by);
    reached = scene.step;
    marks.reach(reached);
  });
}

/**
 * The received step under the pointer in a chart over time; null outside the received steps.
 * @param {HTMLElement} element
 * @param {PointerEvent} event
 * @param {Scene} scene
 */
export function stepIn(element, { clientX }, { range, shown }) {
  const { left, width } = element.getBoundingClientRect();
  const step = Math.floor(momentAt(range, (clientX - left) / width));
  return shown && step >= 0 && step < shown.trace.received ? step : null;
}
