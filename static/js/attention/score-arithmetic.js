// @ts-check
/** The score of a pair of words: the attention's formula with live numbers, and the softmax that makes it a weight. */

import { problemOf } from "../trace/api.js";
import { find, setText, stamp } from "../page/dom.js";
import { fixed, float32Text, percent, withMinus } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { AttentionParameters } from "./attention-weights.js";
import { sourceLabels, targetLabels } from "./labels.js";
import { forcedSteps, SCORES, weightsAt } from "./look.js";
import { lookedAt } from "./rhythm.js";
import { queryAt, scoring, sourceState } from "./scoring.js";
import { DECODER } from "./translation-scene.js";

/** @typedef {import("./scoring.js").Scoring} Scoring */
/** @typedef {import("./translation-scene.js").MapCell} MapCell */
/** @typedef {import("./translation-scene.js").Shown} Shown */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** How many terms are listed; the others are one row. */
const MOST = 6;

/** @extends {Part<TranslationScene>} */
export class ScoreArithmetic extends Part {
  #drawn = "";
  /** @type {AttentionParameters | null} */
  #weights = null;

  /** @param {TranslationScene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    const renew = () => {
      this.#drawn = "";
      mark();
    };
    for (const change of /** @type {const} */ (["trace", "chunk"])) scene.on(change, renew, this.life);
    scene.on("cell", mark, this.life);
    this.#weights = new AttentionParameters({
      came: renew,
      failed: (error) => setText(find(this, ".score-problem", HTMLElement), problemOf(error).title),
    });
  }

  /** @param {TranslationScene} scene */
  #draw(scene) {
    const { shown, attention } = scene;
    this.toggleAttribute("data-none", attention === null);
    if (!shown || attention === null) return;
    const { target, writing, turned } = scene.moment;
    const compared = turned && scene.rhythm && lookedAt(scene.rhythm, "compare", writing) > 0;
    const cell = scene.cell ?? strongest(shown, Math.max(compared ? target : target - 1, 0));
    const there = cell.target < shown.trace.part(DECODER).received;
    // Numbers are shown while time rests, or for the cell that is looked at: nobody can read them at full speed.
    if (!there || (!scene.cell && scene.clock.state === "playing")) return;
    const known = cell.target < scene.moment.target || scene.moment.writing >= (scene.rhythm?.word ?? 1);
    const key = `${cell.target} ${cell.source} ${known}`;
    if (key === this.#drawn) return;
    const weights = this.#weights?.of(shown.model.id);
    if (!weights) return;
    this.#drawn = key;
    const made = scoring(
      attention,
      weights,
      queryAt(shown, cell.target, attention),
      sourceState(shown, cell.source),
    );
    const asking = known
      ? say("score.word", { word: targetLabels(shown)[cell.target]?.text ?? "" })
      : say("score.next");
    const source = say("score.word", { word: sourceLabels(shown)[cell.source]?.text ?? "" });
    this.#write(shown, cell, attention, made, { target: asking, source });
  }

  /**
   * @param {Shown} shown
   * @param {MapCell} cell
   * @param {string} kind
   * @param {Scoring} made
   * @param {{ target: string, source: string }} words
   */
  #write(shown, cell, kind, { terms, total }, words) {
    const decoder = shown.trace.part(DECODER);
    this.dataset.kind = kind;
    this.dataset.cell = `${cell.target} ${cell.source}`;
    setText(find(this, "[data-score=title]", HTMLElement), say("score.title", words));
    setText(find(this, "[data-score=formula]", HTMLElement), say(`score.formula.${kind}`));
    setText(find(this, "[data-score=meaning]", HTMLElement), say(`score.meaning.${kind}`, words));
    const order = terms.toSorted((one, other) => Math.abs(other.product) - Math.abs(one.product));
    const rest = order.slice(MOST).reduce((sum, term) => sum + term.product, 0);
    const rows = order.slice(0, MOST).map(({ index, factors, inner, product }) => {
      const second = inner
        ? say("score.tanh", { a: fixed(inner[0]), b: fixed(inner[1]) })
        : fixed(factors[1]);
      return this.#row(String(index), fixed(factors[0]), second, fixed(product));
    });
    if (order.length > MOST) {
      const others = say("score.others", { count: order.length - MOST });
      rows.push(this.#row(others, "", "", fixed(rest)));
    }
    find(this, "tbody", HTMLElement).replaceChildren(...rows);
    const score = decoder.value(SCORES, cell.target, cell.source);
    const sum = find(this, "[data-score=sum]", HTMLElement);
    setText(sum, fixed(total, 4));
    sum.dataset.value = String(total);
    sum.dataset.exact = float32Text(score);
    this.#softmax(shown, cell, words);
  }

  /**
   * @param {Shown} shown
   * @param {MapCell} cell
   * @param {{ target: string, source: string }} words
   */
  #softmax(shown, cell, words) {
    const decoder = shown.trace.part(DECODER);
    const sources = weightsAt(shown, cell.target).length;
    const scores = Array.from({ length: sources }, (_, source) => decoder.value(SCORES, cell.target, source));
    // As softmax is computed: relative to the greatest score, so that nothing overflows.
    const greatest = Math.max(...scores);
    const whole = scores.reduce((sum, score) => sum + Math.exp(score - greatest), 0);
    const part = Math.exp((scores[cell.source] ?? 0) - greatest);
    const numbers = {
      ...words,
      score: withMinus(fixed(scores[cell.source] ?? Number.NaN, 4)),
      greatest: fixed(greatest, 4),
      part: fixed(part, 4),
      whole: fixed(whole, 4),
      share: percent(part / whole),
    };
    const forced = forcedSteps(shown).has(cell.target);
    setText(
      find(this, "[data-score=softmax]", HTMLElement),
      say(forced ? "score.forced" : "score.softmax", numbers),
    );
  }

  /** @param {string[]} texts */
  #row(...texts) {
    const row = stamp(this, "template");
    [...row.children].forEach((cell, index) => setText(cell, texts[index] ?? ""));
    return row;
  }
}

/**
 * The cell of a row that is looked at most.
 * @param {Shown} shown
 * @param {number} target
 * @returns {MapCell}
 */
function strongest(shown, target) {
  const weights = weightsAt(shown, target);
  return { target, source: Math.max(weights.indexOf(Math.max(...weights)), 0) };
}
