// @ts-check
/**
 * The ways to give a sequence from anywhere on the page: a button, a file that is dropped, a paste. The dialog that
 * they lead to is loaded when it is first needed.
 */

import { find } from "./dom.js";
import { takeDrops } from "./dropping.js";
import { furnish, LatePart } from "./furnish.js";
import { say } from "./words.js";

/** @typedef {import("../sequence/give-dialog.js").GiveDialog} GiveDialog */
/** @typedef {import("./scene.js").Scene} Scene */

const NAME = "give-dialog";

export class Giving {
  /** @type {LatePart<GiveDialog>} */
  #part = new LatePart(() => this.#connected());
  /** @type {GiveDialog | null} */
  #dialog = null;

  /**
   * @param {Scene} scene
   * @param {AbortSignal} life removes the listeners when aborted
   */
  constructor(scene, life) {
    this.scene = scene;
    const use = (/** @type {(dialog: GiveDialog) => void} */ act) => this.#part.use(act);
    takeDrops(
      {
        file: (file) => use((dialog) => void dialog.look({ content: file, name: file.name })),
        text: (text) =>
          use((dialog) => void dialog.look({ content: new Blob([text]), name: say("give.name.pasted") })),
        refuse: (problem) => use((dialog) => dialog.decline(problem)),
      },
      life,
    );
    find(document, "button[data-action=give]", HTMLButtonElement).addEventListener("click", () => {
      use((dialog) => dialog.reopen());
    });
  }

  /**
   * Shows a problem in the dialog if its sequence caused it. Returns whether it did.
   * @param {import("../trace/contracts.js").Problem} problem
   */
  refuse(problem) {
    return this.#dialog?.refuse(problem) ?? false;
  }

  async #connected() {
    const element = find(document, NAME, HTMLElement);
    const [{ GiveDialog }] = await Promise.all([import("../sequence/give-dialog.js"), furnish(element)]);
    if (!customElements.get(NAME)) customElements.define(NAME, GiveDialog);
    this.#dialog = /** @type {GiveDialog} */ (element);
    this.#dialog.connect(this.scene);
    return this.#dialog;
  }
}
