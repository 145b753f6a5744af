// @ts-check
/** Pauses playback while the pointer is on a number, if the user chose so. */

import { keep, setting } from "../page/settings.js";

/** @typedef {import("../page/scene.js").Scene} Scene */

const SETTING = "pause";
/** How long the pointer may be between two numbers (ms). */
const BETWEEN = 400;

/**
 * @param {Scene} scene
 * @param {HTMLInputElement} toggle
 * @param {AbortSignal} life removes the listeners when aborted
 */
export function pauseWhilePointing(scene, toggle, life) {
  const { clock } = scene;
  let held = false;
  let timer = 0;
  toggle.checked = setting(SETTING) === "on";
  toggle.addEventListener("change", () => keep(SETTING, toggle.checked ? "on" : "off"));

  const follow = () => {
    clearTimeout(timer);
    if (scene.pointed && toggle.checked && clock.state === "playing") {
      clock.pause();
      held = true;
    } else if (!scene.pointed && held) {
      timer = setTimeout(() => clock.play(), BETWEEN);
    }
  };
  scene.on("pointed", follow, life);
  // The user played, paused or sought in the meantime: leave it so.
  const decide = () => {
    held = false;
    clearTimeout(timer);
  };
  for (const name of /** @type {const} */ (["state", "seek"])) {
    clock.on(name, decide, life);
  }
}
