// @ts-check
/** The keys of the whole page. They rest while one types, in dialogs, and where one has switched them off. */

import { find } from "./dom.js";

/** @typedef {import("./scene.js").Scene} Scene */

const SETTING = "gatescope.keys";
const TYPING = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const PRESSABLE = "button, summary, a, input, label";

/**
 * @param {Scene} scene
 * @param {HTMLDialogElement} sheet that lists the keys and holds their switch
 */
export function listenToKeys(scene, sheet) {
  const toggle = find(sheet, "input[type=checkbox]", HTMLInputElement);
  toggle.checked = localStorage.getItem(SETTING) !== "off";
  toggle.addEventListener("change", () => localStorage.setItem(SETTING, toggle.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || event.defaultPrevented || !meant(event)) return;
    if (press(scene, sheet, event)) event.preventDefault();
  });
}

/** @param {KeyboardEvent} event */
function meant(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(TYPING) || document.querySelector("dialog[open]")) return false;
  return event.key !== " " || !target.closest(PRESSABLE);
}

/**
 * @param {Scene} scene
 * @param {HTMLDialogElement} sheet
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key means something
 */
function press(scene, sheet, event) {
  const { clock, selection } = scene;
  const name = event.shiftKey && event.key.startsWith("Arrow") ? `Shift+${event.key}` : event.key;
  /** @type {Record<string, () => void>} */
  const actions = {
    " ": () => clock.toggle(),
    ArrowLeft: () => clock.step(-1),
    ArrowRight: () => clock.step(1),
    "Shift+ArrowLeft": () => clock.phase(-1),
    "Shift+ArrowRight": () => clock.phase(1),
    Home: () => clock.step(-Infinity),
    End: () => clock.step(Infinity),
    ArrowUp: () => scene.select({ unit: selection.unit - 1 }),
    ArrowDown: () => scene.select({ unit: selection.unit + 1 }),
    "?": () => sheet.showModal(),
  };
  const action = actions[name];
  action?.();
  return action !== undefined;
}
