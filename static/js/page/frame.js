// @ts-check
/** What both pages have around their parts: menus, skip links, the sheet of keys, the height of the deck, and reduced motion. */

import { find, watchSize } from "./dom.js";

/** @typedef {import("../time/clock.js").Clock} Clock */

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
/** The speed at which a page begins to play. */
const SPEED = 1;

/** Whether the system asks for reduced motion. */
export function still() {
  return STILL.matches;
}

/**
 * Sets the clock to the usual speed, and to still pictures as long as the system asks for reduced motion.
 * @param {Clock} clock
 */
export function begin(clock) {
  clock.speed = SPEED;
  clock.still = still();
  STILL.addEventListener("change", () => (clock.still = still()));
}

/**
 * Answers the events by which parts talk to their page.
 * @param {Record<string, (detail: any) => void>} answers by the events' names
 */
export function answer(answers) {
  for (const [name, respond] of Object.entries(answers)) {
    document.addEventListener(name, (event) => respond(/** @type {CustomEvent} */ (event).detail));
  }
}

/**
 * Tells the stylesheet how high the deck is, which stays in sight.
 * @param {AbortSignal} life
 */
export function measureDeck(life) {
  const deck = find(document, ".deck", HTMLElement);
  const { style } = document.documentElement;
  watchSize(deck, () => style.setProperty("--deck-height", `${deck.offsetHeight}px`), life);
}

/** The sheet that lists the keys, and the box that switches them off. Its button opens it. */
export function keySheet() {
  const sheet = find(document, "dialog#keys", HTMLDialogElement);
  const open = () => sheet.showModal();
  find(document, "button[data-action=keys]", HTMLButtonElement).addEventListener("click", open);
  return { sheet, open, toggle: find(sheet, "input[name=keys]", HTMLInputElement) };
}

/** Links past what stands above a part of the page. They leave the address as it is: its fragment is the view. */
export function followSkipLinks() {
  for (const link of document.querySelectorAll("a.skip-link")) {
    link.addEventListener("click", (event) => {
      const target = find(document, /** @type {HTMLAnchorElement} */ (link).hash, HTMLElement);
      event.preventDefault();
      target.tabIndex = -1;
      target.focus();
    });
  }
}

/** Menus are <details class="menu">: they close on Escape before all else, and when focus or a click goes elsewhere. */
export function closeMenus() {
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    if (!(open instanceof HTMLDetailsElement)) return;
    open.open = false;
    open.querySelector("summary")?.focus();
    event.preventDefault();
  };
  document.addEventListener("keydown", escape, { capture: true });
  for (const name of ["pointerdown", "focusin"]) {
    document.addEventListener(name, ({ target }) => {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        if (menu instanceof HTMLDetailsElement && !menu.contains(/** @type {Node} */ (target)))
          menu.open = false;
      }
    });
  }
}
