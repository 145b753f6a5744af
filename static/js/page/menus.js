// @ts-check
/** Menus are <details class="menu">: they close on Escape, and when focus or a click goes elsewhere. */

export function closeMenus() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    if (!(open instanceof HTMLDetailsElement)) return;
    open.open = false;
    open.querySelector("summary")?.focus();
    event.preventDefault();
  });
  for (const name of ["pointerdown", "focusin"]) {
    document.addEventListener(name, ({ target }) => {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        if (menu instanceof HTMLDetailsElement && !menu.contains(/** @type {Node} */ (target)))
          menu.open = false;
      }
    });
  }
}
