// @ts-check
/** The labels of the shared time axis: the tokens if there is room, otherwise step numbers, or the steps' own labels. */

import { share, ticks } from "../time/time-range.js";
import { glyphOf } from "../sequence/tokens.js";

/** @typedef {import("../time/time-range.js").Range} Range */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/**
 * @typedef {{ at: number, text: string, kind: string, ends?: boolean }} Label at: the moment of its position, where the
 *   text begins, or ends if there is no room behind it
 */

/** Space for a token, for a number, and for a character of a label (px). */
const TOKEN_ROOM = 8;
const NUMBER_ROOM = 72;
const LETTER_ROOM = 9;
/** The width of a letter of a label (px), rounded up. */
const LETTER = 7.5;

/**
 * @param {{ range: Range, width: number, trace: Pick<Trace, "tokens" | "extent" | "header"> }} axis
 * @returns {Label[]}
 */
export function axisLabels({ range, width, trace }) {
  const column = width / (range.stop - range.start);
  const { labels } = trace.header;
  const room = Math.max(NUMBER_ROOM, (labels?.at(-1)?.length ?? 0) * LETTER_ROOM);
  /** Where the text before ends (px). */
  let taken = 0;
  const numbers = ticks(range, Math.floor(width / room)).map((at) => {
    const text = labels?.[at] ?? String(at);
    const [place, wide] = [share(range, at) * width, text.length * LETTER];
    const ends = place + wide > width;
    const cut = ends && place - wide < taken;
    taken = place + wide;
    return { at, text: cut ? "" : text, kind: "step", ends };
  });
  if (column < TOKEN_ROOM) return numbers;
  /** @type {Label[]} */
  const tokens = [];
  for (let step = Math.floor(range.start); step < Math.min(range.stop, trace.tokens.length); step += 1) {
    const token = trace.tokens[step];
    if (!token) continue;
    const glyph = glyphOf(token);
    const room = glyph.kind === "special" ? column : column + TOKEN_ROOM;
    const text = glyph.text.length * TOKEN_ROOM > room ? "" : glyph.text;
    tokens.push({ at: step + 0.5, text, kind: glyph.kind });
  }
  return [...numbers, ...tokens];
}

/**
 * @param {HTMLElement} element
 * @param {{ range: Range, width: number, trace: Trace }} axis
 */
export function drawAxis(element, axis) {
  const labels = axisLabels(axis).map(({ at, text, kind, ends = false }) => {
    const label = document.createElement("span");
    label.dataset.kind = kind;
    label.toggleAttribute("data-ends", ends);
    label.textContent = text;
    label.style.insetInlineStart = `${share(axis.range, at) * 100}%`;
    return label;
  });
  element.toggleAttribute(
    "data-tokens",
    labels.some((label) => label.dataset.kind !== "step"),
  );
  element.replaceChildren(...labels);
}
