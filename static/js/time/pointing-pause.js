// @ts-check
/** Playing stops while one points at a number and goes on afterwards, where one has asked for it. */

import { keep, setting } from "../page/settings.js";

/** @typedef {import("../page/scene.js").Scene} Scene */

const SETTING = "pause";
/** Milliseconds for which the pointer may be between two numbers. */
const BETWEEN = 400;

/**
 * @param {Scene} scene
 * @param {HTMLInputElement} toggle
 * @param {AbortSignal} life until when it listens
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
  // Whoever plays, pauses or goes elsewhere in the meantime has decided otherwise.
  const decide = () => {
    held = false;
    clearTimeout(timer);
  };
  for (const name of /** @type {const} */ (["state", "seek"])) {
    clock.on(name, decide, life);
  }
}
