// @ts-check
/** Translators that learned from the same data, and what attention gains among them. */

/** @typedef {import("../trace/contracts.js").ModelSummary} ModelSummary */
/** @typedef {{ on: string, looking: number, blind: number }} Gain BLEU with attention and without, on the same held-out data */

const UNIT = "BLEU";

/**
 * Whether two models learned from the same data.
 * @param {ModelSummary} one
 * @param {ModelSummary | undefined} other
 */
export function sameData(one, other) {
  return one.data?.source !== undefined && one.data.source === other?.data?.source;
}

/**
 * What attention gains, from the least to the most: a model's figures beside those of another that learned from the same
 * data, but without attention, or with it. Empty if there is no such model.
 * @param {ModelSummary[]} models
 * @param {string} id
 * @returns {Gain[]}
 */
export function gainsOf(models, id) {
  const one = models.find((model) => model.id === id);
  const other = models.find((model) => one && sameData(model, one) && looks(model) !== looks(one));
  if (!one || !other) return [];
  const [looking, blind] = looks(one) ? [one, other] : [other, one];
  const figures = (looking.metrics ?? []).filter(
    // The first on some data is the headline: the most probable words.
    ({ unit, on }, index, all) => unit === UNIT && all.findIndex((metric) => metric.on === on) === index,
  );
  return figures
    .flatMap(({ name, on, value }) => {
      const without = blind.metrics?.find((metric) => metric.name === name && metric.on === on);
      return without ? [{ on, looking: value, blind: without.value }] : [];
    })
    .sort((first, second) => first.looking - first.blind - (second.looking - second.blind));
}

/** @param {ModelSummary} model */
function looks({ sizes }) {
  return (sizes?.attention ?? null) !== null;
}
