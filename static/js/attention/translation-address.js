// @ts-check
/** Keeps the Translate page's address in step: model, sentence, how it is translated, and the moment. */

import { addressOf, isIncomplete } from "../page/address.js";

/** @typedef {import("../trace/contracts.js").TranslationOptions} TranslationOptions */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */
/** @typedef {import("./translator.js").Wanted} Wanted */
/** @typedef {import("./second-run.js").Rival} Rival */
/** @typedef {Wanted & { t?: number, rival?: Rival }} Said */

/** Pause before the address is replaced (ms); browsers refuse to replace it many times a second. */
const REST = 200;

/**
 * Reads a fragment and ignores what cannot be understood.
 * @param {string} fragment with or without its "#"
 * @returns {Said}
 */
export function parseTranslation(fragment) {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  /** @type {Said} */
  const said = {};
  for (const name of /** @type {const} */ (["model", "text", "example"])) {
    const value = parameters.get(name);
    if (value) said[name] = value;
  }
  const t = Number(parameters.get("t") ?? Number.NaN);
  if (t >= 0) said.t = t;
  const [model, text, target] = ["with", "beside", "target"].map((name) => parameters.get(name));
  if (model) said.rival = { model };
  else if (text) said.rival = { text };
  else if (target) said.rival = { target };
  const options = parseOptions(parameters);
  if (Object.keys(options).length) said.options = options;
  return said;
}

/** @param {URLSearchParams} parameters @returns {TranslationOptions} */
function parseOptions(parameters) {
  const count = (/** @type {string} */ name) => {
    const value = Number(parameters.get(name) || Number.NaN);
    return Number.isInteger(value) && value >= 0 ? value : undefined;
  };
  /** @type {TranslationOptions} */
  const options = {};
  const beam = count("beam");
  const temperature = Number(parameters.get("temperature") || Number.NaN);
  if (beam) options.decoding = { kind: "beam", width: beam };
  else if (temperature >= 0) options.decoding = { kind: "sample", temperature, seed: count("seed") ?? 0 };
  const most = count("most");
  if (most) options.most_steps = most;
  const prefix = parameters.get("prefix");
  const whole = parameters.get("whole");
  if (prefix) options.prefix = prefix;
  else if (whole) options.target = whole;
  const rows = (parameters.get("attention") ?? "").split(";").flatMap(parseRow);
  if (rows.length) options.attention = rows;
  return options;
}

/**
 * A forced row: "2:uniform", or "2:0,0.5,0.5".
 * @param {string} text
 * @returns {import("../trace/contracts.js").ForcedRow[]}
 */
function parseRow(text) {
  const [, step, weights = ""] = /^(\d+):(uniform|[\d.,e-]+)$/.exec(text) ?? [];
  if (step === undefined) return [];
  if (weights === "uniform") return [{ step: Number(step), weights }];
  const numbers = weights.split(",").map(Number);
  return numbers.every(Number.isFinite) ? [{ step: Number(step), weights: numbers }] : [];
}

/**
 * The fragment of a translation, with its "#".
 * @param {Said} said
 */
export function formatTranslation({ model, text, example, options = {}, rival, t }) {
  const parameters = new URLSearchParams();
  const { decoding, most_steps: most, prefix, target: whole, attention } = options;
  /** @type {Record<string, string | number | undefined>} */
  const values = { model, example, text, most, prefix, whole };
  if (rival && "model" in rival) values.with = rival.model;
  else if (rival && "text" in rival) values.beside = rival.text;
  else if (rival) values.target = rival.target;
  if (decoding?.kind === "beam") values.beam = decoding.width;
  if (decoding?.kind === "sample")
    Object.assign(values, { temperature: decoding.temperature, seed: decoding.seed });
  if (attention?.length)
    values.attention = attention.map(({ step, weights }) => `${step}:${weights}`).join(";");
  if (t !== undefined) values.t = Number(t.toFixed(3));
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  return `#${parameters}`;
}

export class TranslationAddress {
  #timer = 0;
  /** @type {Rival | null} what is compared with the translation */
  #rival = null;
  /** Whether the next translation was asked for on the page: it gets its own history entry. */
  #left = false;

  /**
   * @param {TranslationScene} scene
   * @param {(said: Said) => void} follow called on going back or forward
   * @param {AbortSignal} life removes the listeners when aborted
   */
  constructor(scene, follow, life) {
    this.scene = scene;
    addEventListener("popstate", () => follow(parseTranslation(location.hash)), { signal: life });
    for (const name of /** @type {const} */ (["state", "seek"]))
      scene.clock.on(name, () => this.#rest(), life);
    scene.on("trace", () => this.#turn(), life);
  }

  /** What is compared with the translation. */
  set rival(/** @type {Rival | null} */ rival) {
    this.#rival = rival;
    this.#rest();
  }

  /** The user asks for another comparison: the address has it at once, also while time moves. */
  compare() {
    if (this.scene.shown) history.replaceState(null, "", formatTranslation(this.#said));
    this.#rest();
  }

  /** The user asks for another translation. */
  leave() {
    this.#left = true;
  }

  #turn() {
    clearTimeout(this.#timer);
    if (this.#left) history.pushState(null, "", formatTranslation(this.#said));
    this.#left = false;
    this.#rest();
  }

  #rest() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.scene.shown || this.scene.clock.state !== "paused") return;
      history.replaceState(null, "", formatTranslation({ ...this.#said, t: this.scene.clock.t }));
    }, REST);
  }

  /** @returns {Said} */
  get #said() {
    const { source } = /** @type {import("./translation-scene.js").Shown} */ (this.scene.shown);
    const said = addressOf(source);
    if (isIncomplete(source)) return said;
    const { options } = source;
    return { ...said, ...(options && { options }), ...(this.#rival && { rival: this.#rival }) };
  }
}
