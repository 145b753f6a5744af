// @ts-check
/** Light or dark: the system's theme until the user chooses. The choice is stored; early-theme.js applies it early. */

import { setAttribute } from "./dom.js";
import { keep } from "./settings.js";

/** @typedef {import("./palette.js").Theme} Theme */

const SETTING = "theme";
const DARK = matchMedia("(prefers-color-scheme: dark)");

/** @returns {Theme} */
function inForce() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return DARK.matches ? "dark" : "light";
}

/**
 * @param {HTMLButtonElement} toggle
 * @param {(theme: Theme) => void} paint called immediately and whenever the theme changes
 */
export function followTheme(toggle, paint) {
  const apply = () => {
    setAttribute(toggle, "aria-pressed", String(inForce() === "dark"));
    paint(inForce());
  };
  toggle.addEventListener("click", () => {
    const theme = inForce() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    keep(SETTING, theme);
    apply();
  });
  DARK.addEventListener("change", apply);
  apply();
}
