// @ts-check
/**
 * Edits the sequence in place. Fires `text` with a text to read, and `editing` on opening and closing. The picture
 * stays until the new trace has begun; then the editor closes.
 */

import { find, setText } from "../page/dom.js";
import { LONGEST_TEXT } from "../page/address.js";
import { say } from "../page/words.js";
import { Part } from "../page/part.js";

/** @typedef {import("../page/scene.js").Scene} Scene */

export class SequenceEditor extends Part {
  /** @type {Scene | null} */
  #scene = null;

  /** @param {Scene} scene */
  connect(scene) {
    this.#scene = scene;
    scene.on("trace", () => this.close(), this.life);
    const area = this.#area;
    area.addEventListener("input", () => this.#count());
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#submit(event);
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.close();
    });
    find(this, "form", HTMLFormElement).addEventListener("submit", (event) => this.#submit(event));
    find(this, "button[data-action=cancel]", HTMLButtonElement).addEventListener("click", () => this.close());
  }

  /** Opens with the current sequence. */
  open() {
    this.#area.value = this.#scene?.shown?.trace.text ?? "";
    this.#turn({ hidden: false, held: false });
    this.#count();
    this.#area.focus();
  }

  /** Shows the sequence again in place of the editor. */
  close() {
    if (!this.hidden) this.#turn({ hidden: true, held: this.matches(":focus-within") });
  }

  get #area() {
    return find(this, "textarea", HTMLTextAreaElement);
  }

  /** @param {{ hidden: boolean, held: boolean }} state `held` if the focus was inside */
  #turn({ hidden, held }) {
    this.hidden = hidden;
    this.dispatchEvent(new CustomEvent("editing", { detail: { open: !hidden, held } }));
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("text", { detail: this.#area.value, bubbles: true }));
  }

  #count() {
    const { length } = [...this.#area.value];
    const name = length > LONGEST_TEXT ? "editor.long" : "editor.count";
    setText(
      find(this, "[data-readout=count]", HTMLElement),
      say(name, { characters: length, most: LONGEST_TEXT }),
    );
  }
}
