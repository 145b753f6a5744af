// @ts-check
/** A classifier's probabilities at a step, as shares of a bar. */

/** @typedef {import("../trace/trace.js").Trace} Trace */

/** The array of a classifier's probabilities, one for each class. */
export const PROBABILITIES = "prediction.probabilities";

/**
 * A bar that is divided among the classes, as a CSS image; "" if the trace has none or the step has not arrived.
 * @param {Trace} trace
 * @param {number} step
 */
export function classBar(trace, step) {
  const { classes = [] } = trace.header;
  if (!classes.length || step >= trace.received) return "";
  let from = 0;
  const parts = classes.map((_, index) => {
    const to = from + trace.value(PROBABILITIES, step, index);
    const part = `var(--class-${index % 4}) ${from * 100}% ${to * 100}%`;
    from = to;
    return part;
  });
  return `linear-gradient(to right, ${parts.join(", ")})`;
}
