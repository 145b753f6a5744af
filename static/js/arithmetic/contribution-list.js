// @ts-check
/** The terms of a sum as bars from zero, the largest first. The rows are reused; only their content changes. */

import { setAttribute, setText, stamp, find } from "../page/dom.js";
import { say } from "../page/words.js";
import { decimals, forPeople, operandsGiving, written } from "./digits.js";

/** @typedef {import("./contributions.js").Contribution} Contribution */
/** @typedef {import("./contributions.js").Contributions} Contributions */
/** @typedef {import("./expression.js").Expression} Expression */
/**
 * @typedef {object} Term
 * @property {HTMLElement} element
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} symbol
 * @property {HTMLElement} label
 * @property {HTMLElement} product
 * @property {HTMLElement} share
 * @property {HTMLElement} bar
 * @property {Contribution | null} contribution
 */
/** @typedef {import("../page/part.js").Answers<Contribution>} TermAnswers */

export class ContributionList {
  /** @type {Term[]} */
  #rows = [];

  /**
   * @param {HTMLElement} list
   * @param {{ templates: ParentNode, rows: number, answers: TermAnswers }} options
   */
  constructor(list, { templates, rows, answers }) {
    this.#rows = Array.from({ length: rows }, () => makeRow(templates, answers));
    list.replaceChildren(...this.#rows.map(({ element }) => element));
  }

  /**
   * @param {Contributions} contributions
   * @param {{ total: string, input: string, opened: boolean, nameOf?: (feature: number) => string }} wording the total as
   *   shown, the name of the input, and those of its features
   */
  update({ rows, total }, { total: text, input, opened, nameOf = String }) {
    const shares = sharesGiving(rows, total, text);
    const longest = Math.max(...rows.map(({ share }) => Math.abs(share)));
    this.#rows.forEach((row, index) => {
      const contribution = rows[index] ?? null;
      row.contribution = contribution;
      row.element.hidden = contribution === null;
      if (contribution)
        fill(row, contribution, { share: shares[index] ?? "", longest, input, opened, nameOf });
    });
  }
}

/**
 * @param {ParentNode} templates
 * @param {TermAnswers} answers
 * @returns {Term}
 */
function makeRow(templates, answers) {
  const element = stamp(templates, "template.push-template");
  const part = (/** @type {string} */ name) => find(element, `.push-${name}`, HTMLElement);
  /** @type {Term} */
  const row = {
    element,
    button: find(element, "button", HTMLButtonElement),
    symbol: part("symbol"),
    label: part("label"),
    product: part("product"),
    share: part("share"),
    bar: part("bar"),
    contribution: null,
  };
  const point = () => answers.point(row.contribution);
  const leave = () => answers.point(null);
  for (const name of ["pointerenter", "focus"]) row.button.addEventListener(name, point);
  for (const name of ["pointerleave", "blur"]) row.button.addEventListener(name, leave);
  row.button.addEventListener("click", () => {
    if (row.contribution) answers.choose(row.contribution);
  });
  return row;
}

/**
 * @param {Term} row
 * @param {Contribution} contribution
 * @param {{ share: string, longest: number, input: string, opened: boolean, nameOf: (feature: number) => string }} wording
 */
function fill(row, { kind, index, factors, share, count }, { share: text, longest, input, opened, nameOf }) {
  setAttribute(row.element, "data-kind", kind);
  setAttribute(row.element, "data-sign", share < 0 ? "minus" : "plus");
  setAttribute(
    row.button,
    "aria-disabled",
    String(kind === "bias" || kind === "others" || kind === "feature"),
  );
  if (kind === "input") setAttribute(row.button, "aria-expanded", String(opened));
  else row.button.removeAttribute("aria-expanded");
  setText(row.symbol, say(`push.symbol.${kind}`));
  setText(row.label, say(`push.${kind}`, { index, count, input, name: nameOf(index) }));
  setText(row.product, factors.length ? `${productGiving(factors, text)} =` : "");
  setText(row.share, forPeople(text));
  row.bar.style.transform = `scaleX(${longest > 0 && Number.isFinite(share) ? share / longest : 0})`;
}

/**
 * The shares with enough digits to sum to the total as shown.
 * @param {Contribution[]} rows
 * @param {number} total
 * @param {string} text
 */
function sharesGiving(rows, total, text) {
  const values = Object.fromEntries(rows.map(({ share }, index) => [String(index), share]));
  const terms = rows.map((_, index) => leaf(index));
  const found =
    terms.length && Number.isFinite(total) // the features have no terms before their weights have come
      ? operandsGiving({ op: "sum", terms }, values, { text, digits: decimals(text) })
      : null;
  return rows.map(({ share }, index) => found?.[String(index)] ?? written(share, 3));
}

/**
 * The factors with enough digits for their product to be the share as shown.
 * @param {number[]} factors
 * @param {string} text
 */
function productGiving(factors, text) {
  const values = Object.fromEntries(factors.map((factor, index) => [String(index), factor]));
  /** @type {Expression} */
  const product = { op: "product", factors: factors.map((_, index) => leaf(index)) };
  const found = factors.every(Number.isFinite)
    ? operandsGiving(product, values, { text, digits: decimals(text) })
    : null;
  return factors.map((factor, index) => forPeople(found?.[String(index)] ?? written(factor, 3))).join(" × ");
}

/**
 * @param {number} index
 * @returns {Expression}
 */
function leaf(index) {
  return { op: "signal", signal: String(index), back: 0 };
}
