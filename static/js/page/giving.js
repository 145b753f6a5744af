// @ts-check
/**
 * The ways to give a sequence from anywhere on the page: a button, a file that is dropped, a paste. The dialog that
 * they lead to is loaded when it is first needed.
 */

import { find } from "./dom.js";
import { furnish, LatePart } from "./furnish.js";
import { say } from "./words.js";

/** @typedef {import("../sequence/give-dialog.js").GiveDialog} GiveDialog */
/** @typedef {import("./scene.js").Scene} Scene */

const NAME = "give-dialog";
const FIELDS = "input, textarea, select, [contenteditable]";

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
    const target = find(document, ".drop-target", HTMLElement);
    const show = (/** @type {boolean} */ there) => {
      target.hidden = !there;
      document.documentElement.toggleAttribute("data-dropping", there);
    };
    const options = { signal: life, capture: true };
    for (const name of /** @type {const} */ (["dragenter", "dragover"])) {
      addEventListener(
        name,
        (event) => {
          if (!holdsFiles(event)) return;
          event.preventDefault();
          if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
          show(true);
        },
        options,
      );
    }
    addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || show(false), options);
    addEventListener(
      "drop",
      (event) => {
        show(false);
        if (!holdsFiles(event)) return;
        event.preventDefault();
        this.#drop(/** @type {DataTransfer} */ (event.dataTransfer));
      },
      options,
    );
    addEventListener("paste", (event) => this.#paste(event), { signal: life });
    find(document, "button[data-action=give]", HTMLButtonElement).addEventListener("click", () => {
      this.#part.use((dialog) => dialog.reopen());
    });
  }

  /**
   * Shows a problem in the dialog if its sequence caused it. Returns whether it did.
   * @param {import("../trace/contracts.js").Problem} problem
   */
  refuse(problem) {
    return this.#dialog?.refuse(problem) ?? false;
  }

  /** @param {DataTransfer} transfer empty once its event is over */
  #drop({ items, files }) {
    const folder = [...items].map((item) => item.webkitGetAsEntry()).find((entry) => entry?.isDirectory);
    const given = [...files];
    this.#part.use((dialog) => (folder ? dialog.takeFolder(folder.name) : dialog.take(given)));
  }

  /** @param {ClipboardEvent} event */
  #paste({ target, clipboardData }) {
    if (!clipboardData || (target instanceof Element && target.closest(FIELDS))) return;
    const files = [...clipboardData.files];
    const text = clipboardData.getData("text/plain");
    if (!files.length && !text.trim()) return;
    this.#part.use((dialog) => {
      if (files.length) dialog.take(files);
      else void dialog.look({ content: new Blob([text]), name: say("give.name.pasted") });
    });
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

/** @param {DragEvent} event */
function holdsFiles({ dataTransfer }) {
  return dataTransfer?.types.includes("Files") ?? false;
}
