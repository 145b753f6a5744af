// @ts-check
/** An equation in MathML with a live number under each symbol; each operand links to its own arithmetic. */

import { setAttribute, setText } from "../page/dom.js";
import { say } from "../page/words.js";
import { forPeople } from "./digits.js";
import { keyOf } from "./expression.js";
import { element, moment, subscript, under } from "./mathml.js";
import { piecesOf } from "./pieces.js";

/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {import("../trace/contracts.js").Equation} Equation */
/** @typedef {import("../trace/contracts.js").Signal} Signal */
/** @typedef {import("./digits.js").Digits} Digits */
/** @typedef {import("./expression.js").Leaf} Leaf */
/** @typedef {import("./pieces.js").Token} Token */
/**
 * @typedef {{ cell: Cell, equation: Equation, direction: string }} Written the equation, and the direction of its steps
 */
/** @typedef {{ operands: Record<string, boolean>, inner: boolean, result: boolean }} There which numbers are computed by now */
/** @typedef {{ key: string, label: string, button: HTMLButtonElement, number: Element }} Operand */

export class Formula {
  /** @type {Operand[]} */
  #operands = [];
  /** @type {Element[]} */
  #inner = [];
  /** @type {Element[]} */
  #result = [];

  /**
   * @param {Written} written
   * @param {(leaf: Leaf, button: HTMLButtonElement) => void} made called with each operand's button
   */
  constructor({ cell, equation, direction }, made) {
    this.cell = cell;
    this.direction = direction;
    this.made = made;
    const left = this.#symbol(equation.signal, false);
    const [first = [], ...rest] = piecesOf(equation.expression);
    this.elements = [
      this.#piece([math(left), ...first.map((token) => this.#token(token))]),
      ...rest.map((piece) => this.#piece(piece.map((token) => this.#token(token)))),
    ];
  }

  /**
   * @param {Digits} digits
   * @param {There} there what is not computed yet leaves its place empty
   */
  update({ operands, inner, result }, there) {
    for (const { key, label, button, number } of this.#operands) {
      const text = forPeople(operands[key] ?? "");
      const known = there.operands[key] ?? true;
      setText(number, text);
      number.toggleAttribute("data-coming", !known);
      const value = known ? text : say("arithmetic.coming");
      setAttribute(button, "aria-label", say("arithmetic.operand", { title: label, value }));
    }
    for (const number of this.#inner) show(number, inner ?? "", there.inner);
    for (const number of this.#result) show(number, result, there.result);
  }

  /**
   * Disables links that lead nowhere, such as the state before the first step.
   * @param {(key: string) => boolean} leads
   */
  enable(leads) {
    for (const { key, button } of this.#operands) setAttribute(button, "aria-disabled", String(!leads(key)));
  }

  /** The numbers as a sentence: 0.992 × 1.990 + 1.000 × 1.000 = 2.974. */
  get spoken() {
    const said = "math > mo, math > mi, math > mn, .number";
    const parts = this.elements.flatMap((piece) => [...piece.querySelectorAll(said)]);
    return parts
      .map((part) =>
        part.matches("[data-coming]") ? say("arithmetic.coming") : part.textContent.replace("⊙", "×"),
      )
      .slice(1)
      .join(" ");
  }

  /** @param {Node[]} content */
  #piece(content) {
    const piece = document.createElement("span");
    piece.className = "piece";
    piece.append(...content);
    return piece;
  }

  /**
   * @param {Token} token
   * @returns {Node}
   */
  #token(token) {
    if (token.kind === "operand") return this.#operand(token.leaf);
    if (token.kind === "inner" || token.kind === "result") {
      const number = element("mn");
      number.classList.add(token.kind);
      (token.kind === "inner" ? this.#inner : this.#result).push(number);
      return math(number);
    }
    return math(element({ operator: "mo", function: "mi", constant: "mn" }[token.kind], token.text));
  }

  /** @param {Leaf} leaf */
  #operand(leaf) {
    const number = element("mn");
    number.classList.add("number");
    const base = leaf.op === "signal" ? this.#symbol(leaf.signal, leaf.back > 0) : this.#weighted(leaf);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "operand";
    button.dataset.operand = keyOf(leaf);
    button.append(math(under(base, number)));
    this.#operands.push({ key: keyOf(leaf), label: this.#label(leaf), button, number });
    this.made(leaf, button);
    return button;
  }

  /** @param {Leaf} leaf */
  #label(leaf) {
    if (leaf.op === "weighted") return say(`arithmetic.from.${leaf.source}`);
    const title = this.#signal(leaf.signal)?.title ?? leaf.signal;
    return leaf.back ? say("arithmetic.before", { title }) : title;
  }

  /**
   * @param {string} name
   * @param {boolean} before
   */
  #symbol(name, before) {
    const signal = this.#signal(name);
    const symbol = subscript(signal?.symbol ?? name, moment(before, this.direction));
    if (signal) symbol.style.setProperty("--signal", `var(${signal.css})`);
    symbol.classList.add("signal");
    return symbol;
  }

  /** @param {import("./expression.js").Weighted} leaf */
  #weighted({ gate, source }) {
    const place = { input: "i", hidden: "h" }[source] + (this.#signal(gate)?.symbol ?? "");
    const vector =
      source === "input"
        ? subscript("x", moment(false, this.direction))
        : this.#symbol(this.cell.output, true);
    const [weight, bias] = ["W", "b"].map((letter) => subscript(letter, element("mi", place)));
    return element("mrow", weight ?? "", vector, element("mo", "+"), bias ?? "");
  }

  /** @param {string} name */
  #signal(name) {
    return this.cell.signals.find((signal) => signal.name === name);
  }
}

/**
 * @param {Element} number
 * @param {string} text
 * @param {boolean} known
 */
function show(number, text, known) {
  setText(number, forPeople(text));
  number.toggleAttribute("data-coming", !known);
}

/** @param {Element} content */
function math(content) {
  return element("math", content);
}
