// @ts-check
/** The attention map as a table: a row for each word that has been written, a column for each source word. */

import { find, setText } from "../page/dom.js";
import { float32Text, percent } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { sourceLabels, targetLabels } from "./labels.js";
import { rowsWritten, weightsAt } from "./look.js";

/** @typedef {import("./labels.js").Label} Label */
/** @typedef {import("./translation-scene.js").Shown} Shown */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** @extends {Part<TranslationScene>} */
export class AttentionTable extends Part {
  /** Whether rows that are there already may be out of date. */
  #stale = true;

  /** @param {TranslationScene} scene */
  connect(scene) {
    const details = find(this, "details", HTMLDetailsElement);
    const mark = scene.clock.add(() => {
      this.hidden = scene.attention === null;
      if (details.open && scene.shown && !this.hidden) this.#draw(scene, scene.shown);
    }, this.life);
    const renew = () => {
      this.#stale = true;
      mark();
    };
    for (const change of /** @type {const} */ (["trace", "chunk"])) scene.on(change, renew, this.life);
    details.addEventListener("toggle", renew);
  }

  /**
   * @param {TranslationScene} scene
   * @param {Shown} shown
   */
  #draw(scene, shown) {
    const rows = find(this, "tbody", HTMLElement);
    if (this.#stale) {
      rows.replaceChildren();
      const words = sourceLabels(shown).map((label) => heading(label, "col"));
      find(this, "thead tr", HTMLElement).replaceChildren(document.createElement("td"), ...words);
      setText(find(this, "caption", HTMLElement), say("map.table"));
    }
    this.#stale = false;
    const written = rowsWritten(scene);
    while (rows.children.length > written) rows.lastElementChild?.remove();
    const targets = targetLabels(shown);
    for (let target = rows.children.length; target < written; target += 1) {
      const row = document.createElement("tr");
      row.append(heading(targets[target], "row"), ...weightsAt(shown, target).map(cellOf));
      rows.append(row);
    }
  }
}

/**
 * @param {Label | undefined} label
 * @param {"col" | "row"} scope
 */
function heading(label, scope) {
  const cell = document.createElement("th");
  cell.scope = scope;
  cell.textContent = label?.text ?? "";
  return cell;
}

/** @param {number} weight */
function cellOf(weight) {
  const cell = document.createElement("td");
  cell.dataset.value = float32Text(weight);
  cell.textContent = percent(weight);
  return cell;
}
