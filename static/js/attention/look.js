// @ts-check
/** What the attention did at a decoder step, read from the trace, and its colours. */

import { cssColour, levelOf, scaleOf } from "../page/palette.js";
import { lookedAt } from "./rhythm.js";
import { DECODER, ENCODER } from "./translation-scene.js";

/** @typedef {import("../page/palette.js").Scale} Scale */
/** @typedef {import("../page/palette.js").Theme} Theme */
/** @typedef {import("./translation-scene.js").Shown} Shown */

export const WEIGHTS = "attention";
export const SCORES = "attention.scores";

/** A smaller weight is a slight look. */
const SLIGHT = 0.1;
/** The colour of attention, as in unrolled.css; no signal has it. */
const COLOUR = { light: "#467500", dark: "#a6dd3c" };

/**
 * The weights of a decoder step, one for each encoder step; NaN where nothing has arrived.
 * @param {Shown} shown
 * @param {number} target
 * @returns {number[]}
 */
export function weightsAt({ trace }, target) {
  const decoder = trace.part(DECODER);
  const sources = trace.part(ENCODER).extent;
  return Array.from({ length: sources }, (_, source) => decoder.value(WEIGHTS, target, source));
}

/**
 * How many rows of the map are there at the moment shown: a row comes with the weights of its step.
 * @param {Pick<import("./translation-scene.js").TranslationScene, "shown" | "moment" | "rhythm">} scene
 */
export function rowsWritten({ shown, moment, rhythm }) {
  if (!shown || !moment.turned) return 0;
  const now = rhythm && lookedAt(rhythm, "weigh", moment.writing) > 0 ? 1 : 0;
  return Math.min(moment.target + now, shown.trace.part(DECODER).received);
}

/**
 * The scale of the weights, from 0 to 1.
 * @param {Theme} theme
 * @returns {Scale}
 */
export function weightScale(theme) {
  /** @type {import("../trace/contracts.js").Signal} */
  const signal = {
    name: WEIGHTS,
    symbol: "α",
    title: "",
    role: "gate",
    low: 0,
    high: 1,
    meaning: "",
    formula: "",
    ...COLOUR,
    scale: "sequential",
    css: "--attention",
  };
  return scaleOf(signal, theme, 1);
}

/**
 * @param {Scale} scale
 * @param {number} weight
 */
export function weightColour(scale, weight) {
  return cssColour(scale, levelOf(scale, weight));
}

/**
 * The steps whose attention was given, not the network's own.
 * @param {Shown} shown
 * @returns {Set<number>}
 */
export function forcedSteps({ source }) {
  return new Set((source.options?.attention ?? []).map(({ step }) => step));
}

/**
 * Whether a source step is looked at more than all others near it, and not just slightly.
 * @param {number[]} weights
 * @param {number} source
 * @param {number} reach how many steps on each side are near
 */
export function standsOut(weights, source, reach) {
  const weight = weights[source] ?? 0;
  const before = weights.slice(Math.max(source - reach, 0), source);
  const after = weights.slice(source + 1, source + 1 + reach);
  const most = before.every((other) => other < weight) && after.every((other) => other <= weight);
  return most && weight >= SLIGHT;
}
