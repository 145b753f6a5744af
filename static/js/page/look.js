// @ts-check
/** The three distances: the network, the cell, the unit. */

/**
 * Scrolls to one of them.
 * @param {string} distance
 */
export function look(distance) {
  const target = document.querySelector(`[data-look="${distance}"]`);
  if (!(target instanceof HTMLElement)) return;
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  (target.closest("section") ?? target).scrollIntoView({ block: "start" });
}
