// @ts-check
/** Clicks at the exact place of the pointer: browsers round a click's own coordinates to whole pixels. */

/**
 * @param {HTMLElement} element
 * @param {(event: MouseEvent) => void} answer called with where the pointer was lifted
 */
export function listenToClicks(element, answer) {
  /** @type {PointerEvent | null} */
  let lifted = null;
  element.addEventListener("pointerup", (event) => (lifted = event));
  element.addEventListener("click", (event) => {
    answer(event.detail > 0 && lifted ? lifted : event);
    lifted = null;
  });
}
