// @ts-check
/** Editing the sequence in its own place. The picture stays until the new trace has begun. */

import { find, setText } from "../page/dom.js";
import { LONGEST_TEXT } from "../page/address.js";
import { say } from "../page/words.js";

export class SequenceEditor extends HTMLElement {
  /** @type {(text: string) => void} */
  #apply = () => {};
  /** @type {HTMLElement | null} */
  #back = null;

  /**
   * @param {{ opener: HTMLButtonElement, text: () => string, apply: (text: string) => void }} place `text` is the
   *   sequence as it is now
   */
  connect({ opener, text, apply }) {
    this.#apply = apply;
    const area = this.#area;
    opener.addEventListener("click", () => {
      if (!this.hidden) {
        this.close();
        return;
      }
      this.#back = opener;
      area.value = text();
      this.#open(true);
      this.#count();
      area.focus();
    });
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

  /** Shows the sequence again in place of the editor. */
  close() {
    if (this.hidden) return;
    const within = this.contains(document.activeElement);
    this.#open(false);
    if (within) this.#back?.focus();
  }

  get #area() {
    return find(this, "textarea", HTMLTextAreaElement);
  }

  /** @param {boolean} open */
  #open(open) {
    this.hidden = !open;
    this.#back?.setAttribute("aria-expanded", String(open));
    this.parentElement?.toggleAttribute("data-editing", open);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    this.#apply(this.#area.value);
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
