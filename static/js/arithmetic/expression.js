// @ts-check
/** Equations as the cell's description gives them: trees of signals, weights and functions. */

/**
 * A signal's value at this step, or `back` steps before it in the order of reading.
 * @typedef {{ op: "signal", signal: string, back: number }} Value
 *
 * A gate's weights and bias applied to the input or to the previous hidden state.
 * @typedef {{ op: "weighted", gate: string, source: "input" | "hidden" }} Weighted
 *
 * @typedef {Value | Weighted} Leaf
 * @typedef {{ op: "number", value: number }} Constant
 * @typedef {{ op: "sum", terms: Expression[] }} Sum
 * @typedef {{ op: "difference", left: Expression, right: Expression }} Difference
 * @typedef {{ op: "product", factors: Expression[] }} Product
 * @typedef {{ op: "apply", function: string, of: Expression }} Apply
 * @typedef {Leaf | Constant | Sum | Difference | Product | Apply} Expression
 *
 * @typedef {Record<string, number>} Values a number for each leaf, by its key
 * @typedef {(x: number) => number} Squash the network's φ
 */

/** @type {Record<string, (x: number) => number>} */
const FUNCTIONS = { σ: (x) => 1 / (1 + Math.exp(-x)), tanh: Math.tanh };

/** @type {Record<string, Squash>} */
export const NONLINEARITIES = { tanh: Math.tanh, relu: (x) => Math.max(x, 0) };

/**
 * The key of a leaf's value and digits.
 * @param {Leaf} leaf
 */
export function keyOf(leaf) {
  if (leaf.op === "weighted") return `${leaf.gate}.${leaf.source}`;
  return leaf.back ? `${leaf.signal}.before` : leaf.signal;
}

/**
 * The direct operands of an expression, from the left.
 * @param {Expression} expression
 * @returns {Expression[]}
 */
export function partsOf(expression) {
  switch (expression.op) {
    case "sum":
      return expression.terms;
    case "product":
      return expression.factors;
    case "difference":
      return [expression.left, expression.right];
    case "apply":
      return [expression.of];
    default:
      return [];
  }
}

/**
 * The signals and weighted sums in an expression, from the left.
 * @param {Expression} expression
 * @returns {Leaf[]}
 */
export function leavesOf(expression) {
  if (expression.op === "signal" || expression.op === "weighted") return [expression];
  return partsOf(expression).flatMap(leavesOf);
}

/**
 * @param {Expression} expression
 * @param {Values} values
 * @param {Squash} [phi]
 * @returns {number}
 */
export function evaluate(expression, values, phi = Math.tanh) {
  if (expression.op === "number") return expression.value;
  if (expression.op === "signal" || expression.op === "weighted") {
    return values[keyOf(expression)] ?? Number.NaN;
  }
  const parts = partsOf(expression).map((part) => evaluate(part, values, phi));
  switch (expression.op) {
    case "sum":
      return parts.reduce((sum, part) => sum + part, 0);
    case "product":
      return parts.reduce((product, part) => product * part, 1);
    case "difference":
      return (parts[0] ?? Number.NaN) - (parts[1] ?? Number.NaN);
    case "apply":
      return apply(expression.function, parts[0] ?? Number.NaN, phi);
  }
}

/**
 * @param {string} name
 * @param {number} x
 * @param {Squash} [phi]
 */
export function apply(name, x, phi = Math.tanh) {
  return (FUNCTIONS[name] ?? phi)(x);
}

/**
 * How much an expression grows when one of its weighted sums grows by 1 and everything else is fixed: 1, or the gate
 * that the sum is multiplied by. Weighted sums are never multiplied by each other.
 * @param {Expression} expression
 * @param {Weighted} leaf
 * @param {Values} values
 */
export function coefficientOf(expression, leaf, values) {
  const alone = { ...values };
  for (const other of leavesOf(expression)) if (other.op === "weighted") alone[keyOf(other)] = 0;
  return evaluate(expression, { ...alone, [keyOf(leaf)]: 1 }) - evaluate(expression, alone);
}
