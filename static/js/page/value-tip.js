// @ts-check
/** The small card beside the pointer with the exact value under it. */

import { find, setText } from "./dom.js";
import { float32Text, withMinus } from "./numbers.js";
import { Part } from "./part.js";
import { visible } from "../sequence/tokens.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").Tip} Tip */

/** Space between the pointer and the card, and between the card and the window's edge (px). */
const GAP = 14;

export class ValueTip extends Part {
  /** @param {Scene} scene */
  connect(scene) {
    scene.on("tip", () => this.#show(scene.tip), this.life);
  }

  /** @param {Tip | null} tip */
  #show(tip) {
    this.hidden = !tip || Number.isNaN(tip.value);
    if (!tip || this.hidden) return;
    const { x, y, step, unit, value, title, token } = tip;
    const parts = { value: withMinus(float32Text(value)), title, step: String(step), unit: String(unit) };
    for (const [name, text] of Object.entries({ ...parts, token: token ? visible(token.text) : "" })) {
      setText(find(this, `[data-tip=${name}]`, HTMLElement), text);
    }
    const { width, height } = this.getBoundingClientRect();
    const left = x + GAP + width > document.documentElement.clientWidth ? x - GAP - width : x + GAP;
    const top = y - GAP - height < 0 ? y + GAP : y - GAP - height;
    this.style.transform = `translate(${Math.max(left, 0)}px, ${top}px)`;
  }
}
