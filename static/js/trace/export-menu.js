// @ts-check
/** Downloads of the whole trace. */

import { askTrace, problemOf } from "./api.js";
import { find, setText } from "../page/dom.js";
import { save } from "../page/download.js";
import { say } from "../page/words.js";
import { Part } from "../page/part.js";

/**
 * @typedef {{ shown: { source: import("./reading.js").Source, trace: { extent: number }, model: { id: string } } | null
 *   }} Scene a scene of any page
 */

/** @extends {Part<Scene>} */
export class ExportMenu extends Part {
  /** @param {Scene} scene */
  connect(scene) {
    for (const button of this.querySelectorAll("button[data-format]")) {
      button.addEventListener(
        "click",
        () => void this.#download(scene, button.getAttribute("data-format") ?? ""),
      );
    }
  }

  /**
   * @param {Scene} scene
   * @param {string} format
   */
  async #download({ shown }, format) {
    if (!shown) return;
    const status = find(this, "[role=status]", HTMLElement);
    setText(status, say("export.running"));
    try {
      const { source, trace, model } = shown;
      const file = (source.name ?? "").replace(/\.[^.]*$/, "");
      save(await askTrace(source, trace.extent, format), `${file && `${file}.`}${model.id}.${format}`);
      find(this, "details", HTMLDetailsElement).open = false;
    } catch (error) {
      this.dispatchEvent(new CustomEvent("problem", { detail: problemOf(error), bubbles: true }));
    } finally {
      setText(status, "");
    }
  }
}
