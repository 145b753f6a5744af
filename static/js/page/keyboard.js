// @ts-check
/** The keys of the whole page. They are off while typing, in dialogs, and when the user has switched them off. */

import { keep, setting } from "./settings.js";

/** @typedef {import("../time/journey.js").Action} Action */
/** @typedef {import("../time/journey.js").Journey} Journey */
/** @typedef {import("./scene.js").Scene} Scene */
/**
 * @typedef {{ unit: (by: number) => void, place: (by: number) => void, look: (distance: string) => void,
 *   zoom: (how: string) => void }} Moves
 */

const SETTING = "keys";
const TYPING = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const PRESSABLE = "button, summary, a, input, label";

/** @type {Record<string, Action>} */
const ACTIONS = {
  " ": "toggle",
  ArrowLeft: "back",
  ArrowRight: "forward",
  "Shift+ArrowLeft": "phase-back",
  "Shift+ArrowRight": "phase-forward",
  Home: "first",
  End: "last",
  w: "word-forward",
  "Shift+w": "word-back",
  n: "line-forward",
  "Shift+n": "line-back",
  "Shift+PageDown": "screen-forward",
  "Shift+PageUp": "screen-back",
  "<": "slower",
  ">": "faster",
  l: "loop",
  i: "loop-start",
  o: "loop-stop",
};

/**
 * @param {{ journey: Journey, moves: Moves, sheet: HTMLDialogElement, toggle: HTMLInputElement }} parts the sheet
 *   lists the keys, the toggle switches them off
 */
export function listenToKeys({ journey, moves, sheet, toggle }) {
  const others = {
    ArrowUp: () => moves.unit(-1),
    ArrowDown: () => moves.unit(1),
    "+": () => moves.zoom("in"),
    "=": () => moves.zoom("in"),
    "-": () => moves.zoom("out"),
    0: () => moves.zoom("all"),
    "Shift+ArrowUp": () => moves.place(1),
    "Shift+ArrowDown": () => moves.place(-1),
    1: () => moves.look("network"),
    2: () => moves.look("cell"),
    3: () => moves.look("unit"),
    "?": () => sheet.showModal(),
  };
  listenToActions({ journey, others, toggle });
}

/**
 * The keys that move through time, and a page's other keys by name.
 * @param {{ journey: Journey, others: Record<string, () => void>, toggle: HTMLInputElement }} parts the toggle switches
 *   all keys off
 */
export function listenToActions({ journey, others, toggle }) {
  toggle.checked = setting(SETTING) !== "off";
  toggle.addEventListener("change", () => keep(SETTING, toggle.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || event.defaultPrevented || !meant(event)) return;
    const name = nameOf(event);
    const action = ACTIONS[name];
    if (action) journey.go(action);
    else others[name]?.();
    if (action || others[name]) event.preventDefault();
  });
}

/**
 * Escape closes the message and releases what is pinned.
 * @param {{ banner: { clear: () => void }, scene: Scene }} parts
 */
export function listenToEscape({ banner, scene }) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (!event.defaultPrevented) banner.clear();
    const typing = event.target instanceof Element && event.target.closest("input, textarea, dialog");
    if (!scene.pinned || typing) return;
    scene.pin(null);
    event.preventDefault();
  });
}

/**
 * A key by the character it types, with "Shift" before it if Shift does not change that character.
 * @param {KeyboardEvent} event
 */
function nameOf({ key, shiftKey }) {
  if (key.length > 1) return shiftKey ? `Shift+${key}` : key;
  return shiftKey && /\p{Letter}/u.test(key) ? `Shift+${key.toLowerCase()}` : key.toLowerCase();
}

/** @param {KeyboardEvent} event */
function meant(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(TYPING) || document.querySelector("dialog[open]")) return false;
  return event.key !== " " || !target.closest(PRESSABLE);
}
