// @ts-check
/** Says what went wrong, where, and what would be right; the current picture stays. */

import { find, setText } from "./dom.js";
import { say } from "./words.js";

/** @typedef {import("../trace/contracts.js").Problem} Problem */

export class ProblemBanner extends HTMLElement {
  connectedCallback() {
    find(this, "button", HTMLButtonElement).addEventListener("click", () => this.clear());
  }

  /** @param {Problem} problem */
  show({ title, detail, where, expected }) {
    setText(find(this, "[data-problem=title]", HTMLElement), ended(title, detail ? ":" : "."));
    setText(
      find(this, "[data-problem=detail]", HTMLElement),
      detail ? ended(fromOne(detail, where), ".") : "",
    );
    setText(
      find(this, "[data-problem=expected]", HTMLElement),
      expected ? say("problem.expected", { expected }) : "",
    );
    this.hidden = false;
  }

  clear() {
    this.hidden = true;
  }
}

/**
 * The API counts characters from 0; for people, character 9 is the ninth.
 * @param {string} detail
 * @param {string | null | undefined} where
 */
function fromOne(detail, where) {
  const index = /^character (\d+)$/.exec(where ?? "")?.[1];
  return index === undefined
    ? detail
    : detail.replace(`character ${index}`, `character ${Number(index) + 1}`);
}

/**
 * Words with a mark at their end, unless they have one.
 * @param {string} words
 * @param {string} mark
 */
function ended(words, mark) {
  return /[.:!?…]$/.test(words) ? words : words + mark;
}
