// @ts-check
/**
 * A chart's values as table rows: every visible step, exactly, even where the picture gathers steps. For a range that
 * is too long to hold every value, every bin.
 */

import { float32Text } from "../page/numbers.js";

/** @typedef {import("../time/time-range.js").Range} Range */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {{ name: string, array: string, unit: number }} Series a unit's values in one array of the trace */

/**
 * The heading, and a row for each received step that is at least partly in the range.
 * @param {Trace} trace
 * @param {Range} range
 * @param {Series[]} series
 * @returns {Generator<string[]>}
 */
export function* valuesShown(trace, range, series) {
  if (range.stop - range.start > trace.most) return yield* binsShown(trace, range, series);
  yield ["step", "token", ...series.map(({ name }) => name)];
  const stop = Math.min(Math.ceil(range.stop), trace.received);
  for (let step = Math.max(Math.floor(range.start), 0); step < stop; step += 1) {
    const values = series.map(({ array, unit }) => float32Text(trace.value(array, step, unit)));
    yield [String(step), trace.nameOf(step)?.text ?? "", ...values];
  }
}

/**
 * The heading, and a row for each bin that is at least partly in the range.
 * @param {Trace} trace
 * @param {Range} range
 * @param {Series[]} series
 * @returns {Generator<string[]>}
 */
function* binsShown(trace, range, series) {
  const { resolution } = trace;
  const kinds = /** @type {const} */ (["least", "greatest", "mean"]);
  yield ["from", "to", ...series.flatMap(({ name }) => kinds.map((kind) => `${name}_${kind}`))];
  const stop = Math.min(range.stop, trace.received);
  for (let from = Math.floor(range.start / resolution) * resolution; from < stop; from += resolution) {
    const to = Math.min(from + resolution, trace.received);
    const values = series.flatMap(({ array, unit }) => {
      const over = trace.bins(array)?.over(unit, from, to);
      return kinds.map((kind) => float32Text(over?.[kind] ?? Number.NaN));
    });
    yield [String(from), String(to), ...values];
  }
}
