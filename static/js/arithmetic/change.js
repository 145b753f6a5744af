// @ts-check
/** What a step keeps of a unit's last value, and what it adds, in words. */

import { percent } from "../page/numbers.js";
import { say } from "../page/words.js";
import { forPeople } from "./digits.js";
import { evaluate, keyOf } from "./expression.js";

/** @typedef {import("./expression.js").Expression} Expression */

/**
 * A sentence about a gated sum, such as f ⊙ c + i ⊙ g; empty for any other expression.
 * @param {Expression} expression
 * @param {import("./expression.js").Values} values
 * @param {Record<string, string>} digits of the operands, as the formula shows them
 * @param {(signal: string) => string} titleOf
 */
export function changeInWords(expression, values, digits, titleOf) {
  const parts = expression.op === "sum" ? expression.terms.map(gated) : [];
  const kept = parts.find((part) => part && part.value.back > 0);
  const added = parts.find((part) => part && part.value.back === 0);
  if (!kept || !added) return "";
  return say("arithmetic.change", {
    kept: percent(evaluate(kept.gate, values)),
    before: forPeople(digits[keyOf(kept.value)] ?? ""),
    added: percent(evaluate(added.gate, values)),
    title: titleOf(added.value.signal).toLowerCase(),
    candidate: forPeople(digits[keyOf(added.value)] ?? ""),
  });
}

/**
 * A gate and the value that it scales; null if the term is no such product.
 * @param {Expression} term
 */
function gated(term) {
  if (term.op !== "product" || term.factors.length !== 2) return null;
  const [gate, value] = term.factors;
  return gate && value?.op === "signal" ? { gate, value } : null;
}
