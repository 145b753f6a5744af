// @ts-check
/** The user's choices in this browser. If its storage is blocked, a choice lasts as long as the page. */

const PREFIX = "gatescope.";
/** @type {Map<string, string>} */
const chosen = new Map();

/**
 * A stored choice; null if there is none.
 * @param {string} name
 */
export function setting(name) {
  try {
    return localStorage.getItem(PREFIX + name) ?? chosen.get(name) ?? null;
  } catch {
    return chosen.get(name) ?? null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function keep(name, value) {
  chosen.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Storage is blocked or full.
  }
}
