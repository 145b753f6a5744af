// @ts-check
/** What charts over time share: width in pixels, the cursor, pointing, and selecting by click. */

import { clamp } from "../page/numbers.js";
import { momentAt, share } from "../time/time-range.js";

/** @typedef {import("../time/time-range.js").Range} Range */
/**
 * A chart's callbacks; height is 0 at the top, 1 at the bottom.
 * @typedef {{ point: (moment: number, height: number, event: PointerEvent) => void, leave: () => void,
 *   click: (moment: number, height: number) => void }} Pointed
 */

/** A press that moved farther than this was a drag. */
const STILL = 4;

/**
 * Places the cursor and the band of the current step; nothing else moves with time.
 * @param {{ cursor: HTMLElement, band: HTMLElement }} elements
 * @param {{ range: Range, width: number, t: number, step: number }} place
 */
export function placeCursor({ cursor, band }, { range, width, t, step }) {
  const x = share(range, t) * width;
  const left = share(range, step) * width;
  const wide = width / (range.stop - range.start);
  cursor.style.transform = `translateX(${x}px)`;
  band.style.transform = `translateX(${left}px)`;
  if (band.style.inlineSize !== `${wide}px`) band.style.inlineSize = `${wide}px`;
  const out = x < -1 || x > width + 1;
  cursor.hidden = out;
  band.hidden = out;
}

/**
 * Reports pointing at a chart and clicks on it, with their moment and height.
 * @param {HTMLElement} element
 * @param {() => Range} range
 * @param {Pointed} answers
 * @param {AbortSignal} life removes the listeners when aborted
 */
export function listenToPointer(element, range, answers, life) {
  /** @type {{ x: number, y: number } | null} */
  let pressed = null;
  /** @param {PointerEvent} event @returns {[number, number]} */
  const meant = (event) => {
    const box = element.getBoundingClientRect();
    return [
      momentAt(range(), (event.clientX - box.left) / box.width),
      clamp((event.clientY - box.top) / box.height, 0, 1 - 1e-9),
    ];
  };
  element.addEventListener("pointermove", (event) => answers.point(...meant(event), event));
  element.addEventListener("pointerleave", () => answers.leave());
  element.addEventListener("pointerdown", ({ clientX, clientY, button }) => {
    pressed = button === 0 ? { x: clientX, y: clientY } : null;
  });
  /** @param {PointerEvent} event */
  const release = (event) => {
    if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < STILL) {
      answers.click(...meant(event));
    }
    pressed = null;
  };
  // Plotly covers the page while a button is down, so the end of a press is not heard on the element itself.
  addEventListener("pointerup", release, { signal: life });
}
