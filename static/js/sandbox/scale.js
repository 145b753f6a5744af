// @ts-check
/** How large the numbers are that a random network reads, and what that does to its gates. */

import { saturationOf } from "../units/saturation.js";
import { arrayName } from "../trace/trace.js";

/**
 * Larger numbers drive most gates of a random network to their ends: PyTorch draws its weights between ±1 / √units, so the
 * sum at a gate grows with the input.
 */
export const LARGE = 10;

/**
 * The largest absolute value.
 * @param {ArrayLike<number>} values
 */
export function largestOf(values) {
  let largest = 0;
  for (let at = 0; at < values.length; at += 1) largest = Math.max(largest, Math.abs(values[at] ?? 0));
  return largest;
}

/**
 * The share of the values of all gates, of all units of the first layer, that are near 0 or near 1; NaN without gates.
 * @param {Pick<import("../page/scene.js").Shown, "trace" | "cell">} shown
 */
export function saturatedShare({ trace, cell }) {
  let [sum, count] = [0, 0];
  const gates = cell.signals.filter(({ role }) => role === "gate");
  for (const gate of gates) {
    for (const direction of trace.header.directions) {
      const whole = trace.whole(arrayName({ part: trace.part, layer: 0, direction }, gate.name));
      if (!whole) continue;
      for (let unit = 0; unit < whole.column.width; unit += 1) {
        const { low, high } = saturationOf(whole.column, unit, whole.count, gate);
        sum += low + high;
        count += 1;
      }
    }
  }
  return sum / count;
}
