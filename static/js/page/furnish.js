// @ts-check
/** Markup, sentences and styles that the page asks for when they are first needed. */

import { find, stylesheet } from "./dom.js";
import { learn } from "./words.js";
import { ask, problemOf } from "../trace/api.js";

/**
 * A part that is loaded when it is first needed. If that fails, the page says so, and the next call tries again.
 * @template T
 */
export class LatePart {
  /** @type {Promise<T> | null} */
  #loading = null;

  /** @param {() => Promise<T>} load */
  constructor(load) {
    this.load = load;
  }

  /** @param {(part: T) => void} act */
  use(act) {
    this.#loading ??= this.load();
    this.#loading.then(act, (error) => {
      this.#loading = null;
      document.dispatchEvent(new CustomEvent("problem", { detail: problemOf(error) }));
    });
  }
}

/**
 * Fills an element whose `data-part` is the path of its markup and whose `data-sheets` are the addresses of its styles.
 * @param {HTMLElement} element
 */
export async function furnish(element) {
  const { part = "", sheets = "" } = element.dataset;
  const [answer] = await Promise.all([
    ask(part).then((response) => response.text()),
    ...sheets.split(" ").map(stylesheet),
  ]);
  const { body } = new DOMParser().parseFromString(answer, "text/html");
  element.append(...body.children);
  learn(JSON.parse(find(element, "script", HTMLScriptElement).text));
}
