// @ts-check
/** The small card beside the pointer with the exact value under it. */

import { find, setText } from "./dom.js";
import { float32Text, withMinus } from "./numbers.js";
import { Part } from "./part.js";
import { say } from "./words.js";
import { named } from "../sequence/tokens.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").Tip} Tip */

/** Space between the pointer and the card, and between the card and the window's edge (px). */
const GAP = 14;
/** The least width of the card's text (px). */
const NARROW = 112;

export class ValueTip extends Part {
  /** @param {Scene} scene */
  connect(scene) {
    const holds = (/** @type {number} */ step) => scene.shown?.trace.holds(step) ?? false;
    scene.on("tip", () => this.#show(scene.tip, holds), this.life);
  }

  /**
   * @param {Tip | null} tip
   * @param {(step: number) => boolean} holds whether a step's values are there
   */
  #show(tip, holds) {
    this.hidden = !tip || (Number.isNaN(tip.value) && !holds(tip.step));
    if (!tip || this.hidden) return;
    const { x, y, step, unit, value, title, token, coming, over } = tip;
    const number = withMinus(unit === null ? String(value) : float32Text(value));
    const parts = {
      value: coming ? say("arithmetic.coming") : number,
      title,
      step: String(step),
      unit: String(unit),
    };
    find(this, ".tip-unit", HTMLElement).hidden = unit === null;
    for (const [name, text] of Object.entries({ ...parts, token: named(token) })) {
      setText(find(this, `[data-tip=${name}]`, HTMLElement), text);
    }
    // Above what the number stands in and about as wide, so that it covers nothing beside it.
    this.style.maxInlineSize = over ? `${Math.max(over.width + 2 * GAP, NARROW)}px` : "";
    const { width, height } = this.getBoundingClientRect();
    if (over && over.top >= height) {
      this.style.transform = `translate(${Math.max(over.left + (over.width - width) / 2, 0)}px, ${over.top - height}px)`;
      return;
    }
    const left = x + GAP + width > document.documentElement.clientWidth ? x - GAP - width : x + GAP;
    const top = y - GAP - height < 0 ? y + GAP : y - GAP - height;
    this.style.transform = `translate(${Math.max(left, 0)}px, ${top}px)`;
  }
}
