// @ts-check
/**
 * The scrubber's rail under a pointer: a press seeks, a drag moves time, more finely the farther the pointer is from
 * the rail, and a drag with Shift chooses the loop.
 */

import { clamp } from "../page/numbers.js";
import { loopBetween } from "./loop.js";

/** @typedef {import("./clock.js").Timekeeper} Timekeeper */

/** Beyond each distance (px), dragging slows down to this share of its speed on the rail. */
const FINENESS = /** @type {const} */ ([
  [120, 1 / 16],
  [48, 1 / 4],
  [-Infinity, 1],
]);

/**
 * The share of its speed at which a pointer moves time.
 * @param {number} distance from the rail, in pixels
 */
export function fineness(distance) {
  return FINENESS.find(([from]) => distance >= from)?.[1] ?? 1;
}

/**
 * @param {HTMLElement} rail
 * @param {Timekeeper} clock
 * @param {(share: number) => void} changed called with the share during a drag, and with 1 when it ends
 */
export function listenToRail(rail, clock, changed) {
  /** @type {{ t: number, x: number, chosen: number | null } | null} */
  let drag = null;

  rail.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const { left, width } = rail.getBoundingClientRect();
    const t = clamp(((event.clientX - left) / width) * clock.extent, 0, clock.extent);
    rail.setPointerCapture(event.pointerId);
    drag = { t, x: event.clientX, chosen: event.shiftKey ? t : null };
    if (event.shiftKey) clock.loop = loopBetween(t, t);
    else clock.seek(t);
    event.preventDefault();
    rail.querySelector("input")?.focus({ preventScroll: true });
  });
  rail.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const { width, top, bottom } = rail.getBoundingClientRect();
    const away = Math.max(top - event.clientY, event.clientY - bottom, 0);
    const share = drag.chosen === null ? fineness(away) : 1;
    drag.t = clamp(drag.t + ((event.clientX - drag.x) / width) * clock.extent * share, 0, clock.extent);
    drag.x = event.clientX;
    if (drag.chosen === null) clock.seek(drag.t);
    else clock.loop = loopBetween(drag.chosen, drag.t);
    changed(share);
  });
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    rail.addEventListener(name, () => {
      drag = null;
      changed(1);
    });
  }
}
