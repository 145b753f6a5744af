// @ts-check
/** How a signal's name answers: pointing at it lights the signal, a click pins it, a second one lets go. */

/** @typedef {import("./scene.js").Scene} Scene */

/**
 * @param {HTMLElement} area that one can point at
 * @param {HTMLButtonElement} button that has the keyboard's focus and is clicked
 * @param {string} signal
 * @param {Scene} scene
 */
export function listenToSignal(area, button, signal, scene) {
  const point = () => scene.point({ signal });
  const leave = () => scene.point(null);
  area.addEventListener("pointerenter", point);
  area.addEventListener("pointerleave", leave);
  button.addEventListener("focus", point);
  button.addEventListener("blur", leave);
  button.addEventListener("click", () => {
    scene.pin(scene.pinned?.signal === signal ? null : { signal });
  });
}
