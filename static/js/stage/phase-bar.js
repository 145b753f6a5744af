// @ts-check
/** The phases of a step as a row of buttons that fill as time passes, and the current phase in words. */

import { clamp } from "../page/numbers.js";
import { entriesIn, say } from "../page/words.js";
import { restOf } from "../time/clock.js";
import { find, setAttribute, setText, stamp } from "../page/dom.js";

/** @typedef {import("../page/scene.js").Scene} Scene */

export class PhaseBar {
  /** @type {HTMLElement[]} */
  #buttons = [];

  /**
   * @param {HTMLElement} root
   * @param {Scene} scene
   */
  constructor(root, scene) {
    this.root = root;
    this.scene = scene;
  }

  rebuild() {
    const phases = this.scene.shown?.cell.phases ?? [];
    const { clock } = this.scene;
    this.#buttons = phases.map((phase, index) => {
      const button = stamp(this.root, "template.phase-template");
      const title = find(button, "span", HTMLElement);
      setText(title, phase.title);
      title.dataset.title = phase.title;
      button.dataset.phase = phase.name;
      button.addEventListener("click", () => {
        const { step } = this.scene;
        clock.playTo(step + phase.start, step + restOf(phases, index));
      });
      return button;
    });
    find(this.root, ".stage-phases", HTMLElement).replaceChildren(...this.#buttons);
  }

  /** @param {import("../time/moment.js").Moment} moment */
  draw({ fraction, phased, whole, phase }) {
    const phases = this.scene.shown?.cell.phases ?? [];
    const current = phases.find(({ name }) => name === phase?.name);
    phases.forEach((each, index) => {
      const button = this.#buttons[index];
      if (!button) return;
      const share = clamp((fraction - each.start) / (restOf(phases, index) - each.start), 0, 1);
      button.style.setProperty("--share", String(phased && !whole ? Math.round(share * 200) / 200 : 1));
      setAttribute(button, "aria-current", String(each === current));
    });
    const pace = whole ? "whole" : phased ? "waits" : "pulse";
    this.#explain(current?.meaning ?? say(`stage.${pace}`));
  }

  /**
   * Writes the caption, and beside it the meanings of its words.
   * @param {string} caption
   */
  #explain(caption) {
    const line = find(this.root, "[data-stage=meaning]", HTMLElement);
    if (line.textContent === caption) return;
    setText(line, caption);
    const known = entriesIn(find(this.root, ".words", HTMLElement), caption);
    const words = find(this.root, "[data-stage=words]", HTMLElement);
    words.hidden = known.length === 0;
    find(words, "dl", HTMLElement).replaceChildren(...known.map((entry) => entry.cloneNode(true)));
  }
}
