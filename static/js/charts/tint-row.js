// @ts-check
/** One unit's values over time as a row of colours. */

import { cssColour, levelOf } from "../page/palette.js";
import { columnsOf } from "../time/time-range.js";

/**
 * Paints the visible steps; what has not arrived stays empty. A step of a long trace that is not held has the mean of its bin.
 * @param {HTMLCanvasElement} canvas
 * @param {import("../trace/trace.js").Trace} trace
 * @param {{ array: string, unit: number, scale: import("../page/palette.js").Scale }} series
 * @param {{ range: import("../time/time-range.js").Range, width: number }} frame width in pixels
 */
export function paintTint(canvas, trace, { array, unit, scale }, { range, width }) {
  const { first, size, count } = columnsOf(range, width, trace.extent);
  const bins = trace.bins(array);
  canvas.width = width;
  const context = canvas.getContext("2d");
  const wide = width / (range.stop - range.start);
  for (let column = 0; context && column < count; column += 1) {
    const step = first + column * size;
    const exact = trace.holds(step) || !bins;
    const value = exact ? trace.value(array, step, unit) : bins.over(unit, step, step + size).mean;
    if (Number.isNaN(value)) continue;
    context.fillStyle = cssColour(scale, levelOf(scale, value));
    const left = Math.floor((step - range.start) * wide);
    context.fillRect(left, 0, Math.ceil((step + size - range.start) * wide) - left, canvas.height);
  }
}
