// @ts-check
/** What is asked of a translation, changed step by step: pure functions of the source that is shown. */

/** @typedef {import("../trace/contracts.js").ForcedRow} ForcedRow */
/** @typedef {import("../trace/contracts.js").TranslationOptions} TranslationOptions */
/** @typedef {import("./translation-scene.js").Shown} Shown */
/** @typedef {import("./translation-scene.js").Source} Source */
/** @typedef {import("./translator.js").Wanted} Wanted */

/**
 * The same sentence by the same model, with other options; undefined removes an option.
 * @param {Source} source
 * @param {TranslationOptions} change
 * @returns {Wanted}
 */
export function changed({ model, example, given, sequence, options }, change) {
  const merged = Object.entries({ ...options, ...change }).filter(([, value]) => value !== undefined);
  const what = example ? { example } : { text: sequence.text, ...(given && { given }) };
  return { model, ...what, options: Object.fromEntries(merged) };
}

/**
 * Another sentence, or another model: how words are chosen is kept, what was asked of single steps is not.
 * @param {Source | undefined} source
 * @param {Wanted} wanted
 * @returns {Wanted}
 */
export function renewed(source, wanted) {
  const { decoding, most_steps } = source?.options ?? {};
  const options = { ...(decoding && { decoding }), ...(most_steps && { most_steps }) };
  return { ...wanted, ...(Object.keys(options).length && { options }) };
}

/**
 * The rows with one of them replaced; null removes it.
 * @param {ForcedRow[] | undefined} rows
 * @param {number} step
 * @param {ForcedRow["weights"] | null} weights
 * @returns {ForcedRow[] | undefined}
 */
export function forcedRows(rows = [], step, weights) {
  const others = rows.filter((row) => row.step !== step);
  const all = weights === null ? others : [...others, { step, weights }];
  return all.length ? all.sort((one, other) => one.step - other.step) : undefined;
}

/**
 * The attention spread evenly over some source steps.
 * @param {Set<number>} chosen
 * @param {number} sources
 */
export function evenly(chosen, sources) {
  return Array.from({ length: sources }, (_, source) => (chosen.has(source) ? 1 / chosen.size : 0));
}
