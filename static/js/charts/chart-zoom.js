// @ts-check
/**
 * Zooming in time on a chart itself: two fingers, or the wheel with Ctrl (a touchpad pinch is the same). Panning: one
 * finger, or the wheel sideways. All charts share the range, so they stay together.
 */

import { inside, momentAt, moved, zoomed } from "../time/time-range.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../time/time-range.js").Range} Range */

/** The share of the range that one wheel pixel removes or adds. */
const WHEEL = 0.002;
/** Pixels per wheel line. */
const LINE = 16;

/**
 * @param {HTMLElement} element
 * @param {Scene} scene
 * @param {AbortSignal} life removes the listeners when aborted
 */
export function listenToZoom(element, scene, life) {
  listenToWheel(element, scene);
  /** @type {Map<number, number>} each finger's position, as a share of the width */
  const fingers = new Map();
  const placeOf = (/** @type {PointerEvent} */ { clientX }) => {
    const { left, width } = element.getBoundingClientRect();
    return (clientX - left) / width;
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") fingers.set(event.pointerId, placeOf(event));
  });
  element.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = [...fingers.values()];
    fingers.set(event.pointerId, placeOf(event));
    const extent = scene.shown?.trace.extent ?? 0;
    const range = heldBy(scene.range, before, [...fingers.values()]);
    if (scene.zoomed || before.length > 1) scene.zoom(inside(range, extent));
  });
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    addEventListener(name, (event) => fingers.delete(event.pointerId), { signal: life });
  }
}

/**
 * Zooms and pans by the wheel alone, for charts on which a finger does something else.
 * @param {HTMLElement} element
 * @param {Scene} scene
 */
export function listenToWheel(element, scene) {
  element.addEventListener("wheel", (event) => turn(element, scene, event), { passive: false });
}

/**
 * @param {HTMLElement} element
 * @param {Scene} scene
 * @param {WheelEvent} event
 */
function turn(element, scene, event) {
  const { left, width } = element.getBoundingClientRect();
  const extent = scene.shown?.trace.extent ?? 0;
  const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
  const sideways = (event.shiftKey ? event.deltaX || event.deltaY : event.deltaX) * pixels;
  if (event.ctrlKey) {
    const centre = momentAt(scene.range, (event.clientX - left) / width);
    scene.zoom(zoomed(scene.range, Math.exp(event.deltaY * pixels * WHEEL), centre, extent));
  } else if (scene.zoomed && Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY * pixels)) {
    scene.zoom(inside(moved(scene.range, sideways / width), extent));
  } else {
    return;
  }
  event.preventDefault();
}

/**
 * The range that keeps the same moments under the fingers.
 * @param {Range} range
 * @param {number[]} before one or two fingers, as shares of the width
 * @param {number[]} after
 * @returns {Range}
 */
export function heldBy(range, [one = 0, other = one], [oneNow = 0, otherNow = oneNow]) {
  const [moment, otherMoment] = [momentAt(range, one), momentAt(range, other)];
  const spread = Math.abs(otherNow - oneNow) > 0.01 && Math.abs(other - one) > 0.01;
  const span = spread ? Math.abs((otherMoment - moment) / (otherNow - oneNow)) : range.stop - range.start;
  const start = moment - oneNow * span;
  return { start, stop: start + span };
}
