// @ts-check
/** The foot of the dialog: what is going on, how far it is, and what went wrong. */

import { find, setText } from "../page/dom.js";
import { say } from "../page/words.js";

/** @typedef {import("../page/problem-banner.js").ProblemBanner} ProblemBanner */
/** @typedef {import("../trace/contracts.js").Problem} Problem */

export class GiveFoot {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
  }

  /** @param {string} sentence */
  say(sentence) {
    setText(find(this.root, ".giving-state", HTMLElement), sentence);
  }

  /** @param {Problem} problem */
  complain(problem) {
    this.say("");
    this.#banner.show(problem);
  }

  /** Takes sentence and problem away. */
  clear() {
    this.say("");
    this.#banner.clear();
  }

  /**
   * Shows how much of a file has been sent.
   * @param {number} share from 0 to 1
   */
  progress(share) {
    const bar = this.#bar;
    if (bar.hidden) return;
    if (share < 1) bar.value = share;
    else bar.removeAttribute("value");
    this.say(say(share < 1 ? "give.uploading" : "give.reading"));
  }

  /**
   * Shows that the user has to wait for something, and whether they can cancel it.
   * @param {{ busy: boolean, cancel: boolean }} state
   */
  wait({ busy, cancel }) {
    this.#bar.hidden = !busy;
    this.#bar.removeAttribute("value");
    find(this.root, "button[data-give=cancel]", HTMLButtonElement).hidden = !cancel;
  }

  get #bar() {
    return find(this.root, "progress", HTMLProgressElement);
  }

  get #banner() {
    return /** @type {ProblemBanner} */ (find(this.root, "problem-banner", HTMLElement));
  }
}
