// @ts-check
/** The small card beside the pointer with the exact value under it. */

import { find, setText } from "./dom.js";
import { float32Text, withMinus } from "./numbers.js";
import { visible } from "../sequence/tokens.js";

/** @typedef {import("../trace/contracts.js").Token} Token */

/** Pixels between the pointer and the card, and between the card and the window's edge. */
const GAP = 14;

/**
 * @param {{ x: number, y: number }} pointer in the window
 * @param {{ step: number, unit: number, value: number, title: string, token?: Token }} content
 */
export function showTip({ x, y }, { step, unit, value, title, token }) {
  const tip = find(document, "#value-tip", HTMLElement);
  if (Number.isNaN(value)) {
    hideTip();
    return;
  }
  setText(find(tip, "[data-tip=value]", HTMLElement), withMinus(float32Text(value)));
  setText(find(tip, "[data-tip=title]", HTMLElement), title);
  setText(find(tip, "[data-tip=step]", HTMLElement), String(step));
  setText(find(tip, "[data-tip=token]", HTMLElement), token ? visible(token.text) : "");
  setText(find(tip, "[data-tip=unit]", HTMLElement), String(unit));
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = x + GAP + width > document.documentElement.clientWidth ? x - GAP - width : x + GAP;
  const top = y - GAP - height < 0 ? y + GAP : y - GAP - height;
  tip.style.transform = `translate(${Math.max(left, 0)}px, ${top}px)`;
}

export function hideTip() {
  find(document, "#value-tip", HTMLElement).hidden = true;
}
