// @ts-check
/** The way to keep units as tracks: a button. Their rows are loaded with the first unit that is kept. */

import { find } from "./dom.js";
import { furnish, LatePart } from "./furnish.js";
import { mount } from "./part.js";

/** @typedef {import("../charts/plotly.js").Plotly} Plotly */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("../units/unit-tracks.js").UnitTracks} UnitTracks */

const NAME = "unit-tracks";

export class Keeping {
  /** @type {LatePart<UnitTracks>} */
  #part = new LatePart(() => this.#connected());
  /** @type {Plotly | null} */
  #plotly = null;

  /**
   * @param {Scene} scene
   * @param {AbortSignal} life removes the listeners when aborted
   */
  constructor(scene, life) {
    this.scene = scene;
    this.button = find(document, "button[data-action=keep]", HTMLButtonElement);
    this.button.addEventListener("click", () => scene.tracks.toggle(scene.selection), { signal: life });
    scene.tracks.addEventListener("tracks", () => this.#follow(), { signal: life });
    for (const change of /** @type {const} */ (["trace", "selection"]))
      scene.on(change, () => this.#name(), life);
  }

  /** @param {Plotly} plotly */
  use(plotly) {
    this.#plotly = plotly;
    if (this.scene.tracks.spots.length > 0) this.#part.use((tracks) => tracks.use(plotly));
  }

  #follow() {
    this.#name();
    this.#part.use((tracks) => this.#plotly && tracks.use(this.#plotly));
  }

  /** Says whether the chosen unit is kept, and whether there is room. */
  #name() {
    const { tracks, selection } = this.scene;
    const kept = tracks.has(selection);
    this.button.setAttribute("aria-pressed", String(kept));
    this.button.disabled = tracks.full && !kept;
  }

  async #connected() {
    const element = find(document, NAME, HTMLElement);
    const [{ UnitTracks }] = await Promise.all([import("../units/unit-tracks.js"), furnish(element)]);
    mount(document, { [NAME]: UnitTracks }, this.scene);
    // Marked steps are drawn here, too; before any are marked, their bands are not loaded.
    const Bands = /** @type {import("./part.js").Kind | undefined} */ (customElements.get("mark-bands"));
    if (Bands) mount(element, { "mark-bands": Bands }, this.scene);
    return /** @type {UnitTracks} */ (element);
  }
}
