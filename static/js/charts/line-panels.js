// @ts-check
/** How lines share a plot: signals with the same range share a panel, and panels are stacked. */

/** @typedef {import("../trace/contracts.js").Signal} Signal */
/**
 * A panel from `top` to `bottom` (0 is the plot's top, 1 its bottom) for values from `low` to `high`.
 * @typedef {{ signals: Signal[], low: number, high: number, top: number, bottom: number }} Panel
 */

/** Room above, below and between panels, as a share of one panel's height. */
const GAP = 0.16;

/**
 * @param {Signal[]} signals
 * @param {(signal: Signal) => [number, number]} rangeOf
 * @returns {Panel[]}
 */
export function panelsOf(signals, rangeOf) {
  /** @type {Map<string, Pick<Panel, "signals" | "low" | "high">>} */
  const groups = new Map();
  for (const signal of signals) {
    const [low, high] = rangeOf(signal);
    const bounded = signal.low !== null && signal.high !== null;
    const name = bounded ? `${low} ${high}` : signal.name;
    const group = groups.get(name) ?? { signals: [], low, high };
    group.signals.push(signal);
    groups.set(name, group);
  }
  const height = 1 / (groups.size * (1 + GAP) + GAP);
  return [...groups.values()].map((group, index) => {
    const top = height * (GAP + index * (1 + GAP));
    return { ...group, top, bottom: top + height };
  });
}

/**
 * A value's position in the plot, 0 at the top and 1 at the bottom.
 * @param {Panel} panel
 * @param {number} value
 */
export function heightIn({ low, high, top, bottom }, value) {
  return bottom + ((value - low) / (high - low)) * (top - bottom);
}

/**
 * The labelled values of a panel's grid: its ends, and zero if it lies between them.
 * @param {Panel} panel
 */
export function gridOf({ low, high }) {
  return low < 0 ? [high, 0, low] : [high, low];
}
