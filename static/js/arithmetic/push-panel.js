// @ts-check
/** What pushed a gate at this step: the terms of its pre-activation, and the input opened into its features. */

import { find, setAttribute, setText } from "../page/dom.js";
import { spoken } from "../sequence/tokens.js";
import { say } from "../page/words.js";
import { ContributionList } from "./contribution-list.js";
import { contributionsOf, featuresOf } from "./contributions.js";
import { decimals, forPeople, written } from "./digits.js";
import { featureName, isFirst, stepBefore } from "../trace/vectors.js";
import { pushing, scalesOf } from "./operands.js";

/** @typedef {import("../trace/contracts.js").Equation} Equation */
/** @typedef {import("../page/scene.js").Spot} Spot */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("./contributions.js").Contribution} Contribution */
/**
 * @typedef {import("../page/part.js").Answers<Spot, Spot | null> & { changed: () => void }} PushAnswers
 *
 * @typedef {object} Pushed
 * @property {Trace} trace
 * @property {import("../trace/contracts.js").Cell} cell
 * @property {Spot} spot
 * @property {number} step
 * @property {import("./parameters.js").Parameters | null} row
 * @property {Equation} equation
 * @property {import("./expression.js").Values} values
 * @property {import("./digits.js").Digits} numbers
 * @property {boolean} weighed whether the gate weighs anything
 */

/** How many hidden units, and how many features, get their own row. */
const MOST = 8;

export class PushPanel {
  /** @type {Pushed | null} */
  #shown = null;
  /** @type {boolean | null} whether the input is opened; null until the user decides: then named features are shown */
  #opened = null;

  /**
   * @param {HTMLDetailsElement} panel
   * @param {PushAnswers} answers
   */
  constructor(panel, answers) {
    this.panel = panel;
    this.answers = answers;
    const listen = {
      point: (/** @type {Contribution | null} */ contribution) => answers.point(this.#spotOf(contribution)),
      choose: (/** @type {Contribution} */ contribution) => {
        if (contribution.kind === "input") this.#toggle();
        else answers.choose(this.#spotOf(contribution));
      },
    };
    this.terms = new ContributionList(find(panel, ".push-rows", HTMLElement), {
      templates: panel,
      rows: MOST + 4,
      answers: listen,
    });
    this.features = new ContributionList(find(panel, ".push-features ol", HTMLElement), {
      templates: panel,
      rows: MOST + 1,
      answers: { point: () => {}, choose: () => {} },
    });
    panel.addEventListener("toggle", answers.changed);
  }

  /**
   * Opens the list, and the input if it was asked for.
   * @param {"input" | "hidden"} source
   */
  open(source) {
    this.panel.open = true;
    if (source === "input") this.#opened = true;
    this.answers.changed();
    find(this.panel, "summary", HTMLElement).focus();
  }

  /** @param {Pushed} shown */
  update(shown) {
    this.#shown = shown;
    const { equation, row, values, numbers } = shown;
    if (!shown.weighed || !this.panel.open || equation.expression.op !== "apply") return;
    const scales = scalesOf(equation.expression.of, values);
    const input = pushing("input", shown);
    const hidden = pushing("hidden", shown);
    const contributions = contributionsOf({ input, hidden, scales, most: MOST });
    const total = numbers.inner ?? "";
    const name = this.#inputName(shown);
    this.panel.toggleAttribute("data-waiting", row === null);
    const opened = this.#isOpen(shown);
    this.terms.update(contributions, { total, input: name, opened });
    const together = find(this.panel, ".push-total", HTMLElement);
    setText(together, forPeople(total));
    setAttribute(together, "data-value", String(contributions.total));
    this.panel.toggleAttribute("data-scaled", scales.hidden !== 1);
    const features = find(this.panel, ".push-features", HTMLElement);
    features.hidden = !opened;
    if (!opened) return;
    setText(find(features, "h3", HTMLElement), say("push.features", { input: name }));
    const pushes = featuresOf({ input, scale: scales.input, most: MOST });
    const share = written(pushes.total, Math.max(decimals(total), 3));
    const nameOf = (/** @type {number} */ feature) => featureName(shown.trace, shown.spot.place, feature);
    this.features.update(pushes, { total: share, input: name, opened: false, nameOf });
    setText(find(features, ".push-features-total", HTMLElement), forPeople(share));
  }

  #toggle() {
    const shown = this.#shown;
    this.#opened = !(shown && this.#isOpen(shown));
    this.answers.changed();
  }

  /** @param {Pushed} shown */
  #isOpen({ trace, spot }) {
    return this.#opened ?? (trace.numeric && spot.place.layer === 0);
  }

  /**
   * @param {Pushed} shown
   */
  #inputName({ trace, spot, step }) {
    if (spot.place.layer > 0) return say("push.below");
    const token = trace.tokens[step];
    return token ? spoken(token) : say("push.numbers");
  }

  /**
   * The hidden unit that a term comes from, at the step it comes from.
   * @param {Contribution | null} contribution
   * @returns {Spot | null}
   */
  #spotOf(contribution) {
    const shown = this.#shown;
    if (!shown || contribution?.kind !== "unit") return null;
    const { trace, cell, spot, step } = shown;
    const unit = { ...spot, unit: contribution.index, signal: cell.output };
    return isFirst(trace, spot.place, step) ? unit : { ...unit, step: stepBefore(spot.place, step) };
  }
}
