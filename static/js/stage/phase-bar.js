// @ts-check
/** The phases of a step as a row of buttons that fill as time passes, and the current phase in words. */

import { clamp } from "../page/numbers.js";
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
    this.#buttons = phases.map((phase) => {
      const button = stamp(this.root, "template.phase-template");
      const title = find(button, "span", HTMLElement);
      setText(title, phase.title);
      title.dataset.title = phase.title;
      button.dataset.phase = phase.name;
      button.addEventListener("click", () => {
        clock.pause();
        clock.seek(this.scene.step + phase.start);
      });
      return button;
    });
    find(this.root, ".stage-phases", HTMLElement).replaceChildren(...this.#buttons);
  }

  /** @param {{ fraction: number }} moment */
  draw({ fraction }) {
    const phases = this.scene.shown?.cell.phases ?? [];
    const current = phases.findLast((phase) => phase.start <= fraction + 1e-6);
    phases.forEach((phase, index) => {
      const button = this.#buttons[index];
      if (!button) return;
      const share = clamp((fraction - phase.start) / (phase.stop - phase.start), 0, 1);
      button.style.setProperty("--share", String(Math.round(share * 200) / 200));
      setAttribute(button, "aria-current", String(phase === current));
    });
    setText(find(this.root, "[data-stage=meaning]", HTMLElement), current?.meaning ?? "");
  }
}
