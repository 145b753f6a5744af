// @ts-check
/** An equation cut into pieces that do not wrap: its operators, and its operands, each with a number. */

import { goesThrough } from "./digits.js";

/** @typedef {import("./expression.js").Expression} Expression */
/** @typedef {import("./expression.js").Leaf} Leaf */
/**
 * @typedef {{ kind: "operator" | "function" | "constant", text: string }} Mark
 * @typedef {{ kind: "operand", leaf: Leaf }} Operand
 * @typedef {{ kind: "inner" } | { kind: "result" }} Figure a number without a symbol
 * @typedef {Mark | Operand | Figure} Token
 */

/**
 * The right side of an equation with its numbers: = f ⊙ c | + i ⊙ g | = 0.230, or = σ(… | + …) | = σ(−1.32) = 0.211.
 * @param {Expression} expression
 * @returns {Token[][]}
 */
export function piecesOf(expression) {
  const pieces = cut(expression);
  /** @type {Token[]} */
  const end = [mark("operator", "="), { kind: "result" }];
  if (goesThrough(expression)) {
    end.unshift(
      mark("operator", "="),
      ...opening(expression.function),
      { kind: "inner" },
      mark("operator", ")"),
    );
  }
  pieces[0]?.unshift(mark("operator", "="));
  pieces.push(end);
  return pieces;
}

/**
 * @param {Expression} expression
 * @returns {Token[][]}
 */
function cut(expression) {
  switch (expression.op) {
    case "signal":
    case "weighted":
      return [[{ kind: "operand", leaf: expression }]];
    case "number":
      return [[mark("constant", String(expression.value))]];
    case "sum":
      return joined(expression.terms, "+");
    case "difference":
      return joined([expression.left, expression.right], "−");
    case "product":
      return [
        expression.factors.flatMap((factor, index) => [
          ...(index ? [mark("operator", "⊙")] : []),
          ...factorOf(factor),
        ]),
      ];
    case "apply":
      return enclosed(cut(expression.of), opening(expression.function));
  }
}

/**
 * @param {Expression[]} parts
 * @param {string} sign between them, where a line may break
 */
function joined(parts, sign) {
  return parts.flatMap((part, index) => {
    const [first = [], ...rest] = cut(part);
    return [index ? [mark("operator", sign), ...first] : first, ...rest];
  });
}

/**
 * @param {Expression} factor
 * @returns {Token[]}
 */
function factorOf(factor) {
  const tokens = cut(factor);
  const isSum = factor.op === "sum" || factor.op === "difference" || factor.op === "weighted";
  return (isSum ? enclosed(tokens, [mark("operator", "(")]) : tokens).flat();
}

/**
 * @param {Token[][]} pieces
 * @param {Token[]} opening
 */
function enclosed(pieces, opening) {
  const closed = pieces.map((piece) => [...piece]);
  closed[0]?.unshift(...opening);
  closed.at(-1)?.push(mark("operator", ")"));
  return closed;
}

/**
 * @param {string} name of a function
 * @returns {Token[]}
 */
function opening(name) {
  return [mark("function", name), mark("operator", "(")];
}

/**
 * @param {Mark["kind"]} kind
 * @param {string} text
 * @returns {Mark}
 */
function mark(kind, text) {
  return { kind, text };
}
