// @ts-check
/** The columns of a table, each with its type, its range and a small picture: to choose from, and to put in order. */

import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { say } from "../page/words.js";
import { bandPath } from "./column-plot.js";
import { counted, figuresOf, isNumeric } from "./file-preview.js";

/** @typedef {import("./column-choice.js").ColumnChoice} ColumnChoice */
/** @typedef {import("./readers.js").Takes} Takes */

const WIDTH = 120;
const HEIGHT = 28;

export class ColumnList {
  /** @type {HTMLElement[]} the rows of the list, by column */
  #items = [];
  /** @type {ColumnChoice | null} */
  #choice = null;
  /** @type {Takes} */
  #takes = { kind: "any" };

  /**
   * @param {HTMLElement} root
   * @param {() => void} changed called when the user has chosen or moved a column
   */
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    const fields = find(root, ".giving-columns", HTMLElement);
    fields.addEventListener("change", ({ target }) => {
      if (!(target instanceof HTMLInputElement)) return;
      this.#choice?.choose(this.#takes, Number(target.value), target.checked);
      this.#draw();
      changed();
    });
    fields.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button) this.#move(button);
    });
  }

  /** @param {ColumnChoice} choice */
  show(choice) {
    this.#choice = choice;
    this.#items = choice.columns.map((column, index) => {
      const item = stamp(this.root, "template.giving-column");
      const input = find(item, "input", HTMLInputElement);
      const name = find(item, ".giving-name", HTMLElement);
      input.value = String(index);
      setText(name, column.name);
      setAttribute(name, "title", column.name);
      setText(find(item, ".giving-figures", HTMLElement), figuresOf(column));
      setAttribute(
        find(item, "path", SVGPathElement),
        "d",
        column.plot ? bandPath(column.plot, WIDTH, HEIGHT) : "",
      );
      for (const button of item.querySelectorAll("button")) {
        const word = button.dataset.by === "1" ? "give.column.later" : "give.column.earlier";
        setAttribute(button, "aria-label", say(word, { name: column.name }));
      }
      return item;
    });
    this.#place();
  }

  /**
   * Offers the columns as a model takes them.
   * @param {Takes} takes
   */
  offer(takes) {
    this.#takes = takes;
    this.#draw();
  }

  #place() {
    const order = this.#choice?.order ?? [];
    find(this.root, ".giving-columns ol", HTMLElement).replaceChildren(
      ...order.map((index) => /** @type {HTMLElement} */ (this.#items[index])),
    );
  }

  /** @param {HTMLButtonElement} button */
  #move(button) {
    const column = this.#items.findIndex((item) => item.contains(button));
    this.#choice?.move(column, Number(button.dataset.by));
    this.#place();
    this.#draw();
    const other = find(
      /** @type {HTMLElement} */ (this.#items[column]),
      "button:not(:disabled)",
      HTMLElement,
    );
    (button.disabled ? other : button).focus();
    this.changed();
  }

  #draw() {
    const choice = this.#choice;
    if (!choice) return;
    const takes = this.#takes;
    const chosen = choice.chosen(takes);
    const ordered = takes.kind === "any" || takes.kind === "exactly";
    this.#items.forEach((item, index) => {
      const column = choice.columns[index];
      const input = find(item, "input", HTMLInputElement);
      input.type = takes.kind === "one" ? "radio" : "checkbox";
      input.checked = chosen.includes(index);
      input.disabled = !column || !isNumeric(column) || takes.kind === "named";
      for (const button of item.querySelectorAll("button")) {
        button.hidden = !ordered || choice.numeric.length < 2;
        button.disabled = choice.neighbour(index, Number(button.dataset.by)) === undefined;
      }
    });
    setText(find(this.root, "[data-give=columns]", HTMLElement), sentence(takes, chosen.length, choice));
  }
}

/**
 * @param {Takes} takes
 * @param {number} chosen
 * @param {ColumnChoice} choice
 */
function sentence(takes, chosen, { numeric }) {
  if (numeric.length === 0) return say("give.columns.none");
  if (takes.kind === "exactly") {
    return say("give.columns.exactly", { count: takes.names.length, names: takes.names.join(", ") });
  }
  if (takes.kind === "named") return say("give.columns.named", { names: takes.names.join(", ") });
  if (takes.kind === "one") return say("give.columns.one");
  return say("give.columns.any", { chosen: counted(chosen), all: counted(numeric.length) });
}
