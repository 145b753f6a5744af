// @ts-check
/** Interaction with a signal's name: pointing outlines its number, a click chooses and pins it, a second click releases it. */

/** @typedef {import("./scene.js").Scene} Scene */

/**
 * @param {HTMLElement} area to point at
 * @param {HTMLButtonElement} button to focus and click
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
