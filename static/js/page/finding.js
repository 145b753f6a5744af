// @ts-check
/**
 * The ways to the list of units for marked steps: a button, and marking. The list is loaded when it is first needed.
 */

import { find } from "./dom.js";
import { furnish, LatePart } from "./furnish.js";
import { mount } from "./part.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("../units/unit-finder.js").UnitFinder} UnitFinder */

const NAME = "unit-finder";

export class Finding {
  /** @type {LatePart<UnitFinder>} */
  #part = new LatePart(() => this.#connected());

  /**
   * @param {Scene} scene
   * @param {AbortSignal} life removes the listeners when aborted
   */
  constructor(scene, life) {
    this.scene = scene;
    this.button = find(document, "button[data-action=find]", HTMLButtonElement);
    const options = { signal: life };
    this.button.addEventListener("click", () => this.#part.use((finder) => finder.toggle()), options);
    scene.marks.addEventListener(
      "marks",
      () => {
        if (scene.marks.count > 0) this.#part.use((finder) => finder.open());
      },
      options,
    );
    // The list would cover what the tour speaks of.
    document.addEventListener(
      "touring",
      () => {
        if (this.button.ariaExpanded === "true") this.#part.use((finder) => finder.close());
      },
      options,
    );
    document.addEventListener(
      "keydown",
      (event) => {
        const { target, key, defaultPrevented } = event;
        if (key !== "Escape" || defaultPrevented || scene.marks.count === 0) return;
        if (target instanceof Element && target.closest("input, textarea, dialog")) return;
        this.#part.use((finder) => finder.close());
        event.preventDefault();
      },
      options,
    );
  }

  async #connected() {
    const element = find(document, NAME, HTMLElement);
    const [{ UnitFinder }, { MarkBands }] = await Promise.all([
      import("../units/unit-finder.js"),
      import("../units/mark-bands.js"),
      furnish(element),
    ]);
    mount(document, { [NAME]: UnitFinder, "mark-bands": MarkBands }, this.scene);
    element.addEventListener("finding", (event) => {
      const { open, held } = /** @type {CustomEvent<{ open: boolean, held: boolean }>} */ (event).detail;
      this.button.setAttribute("aria-expanded", String(open));
      if (held) this.button.focus();
    });
    return /** @type {UnitFinder} */ (element);
  }
}
