// @ts-check
/** A file as the server understood it, with everything that can be chosen from it. */

import { find, setText } from "../page/dom.js";
import { say } from "../page/words.js";
import { ColumnChoice } from "./column-choice.js";
import { ColumnList } from "./column-list.js";
import { counted, describe, fillRows } from "./file-preview.js";
import { ReaderList } from "./reader-list.js";
import { firstReader, readersOf } from "./readers.js";

/** @typedef {import("./file-preview.js").FilePreview} FilePreview */
/** @typedef {import("./readers.js").ModelFacts} ModelFacts */

export class FileView {
  /** @type {ColumnChoice | null} */
  #columns = null;
  /** @type {number | null} how many rows the whole file has, if it is known */
  #rows = null;
  /** @type {number[]} how many gaps each column has in the chosen rows */
  #missing = [];
  /** @type {number[]} the largest absolute number of each column in the chosen rows */
  #sizes = [];
  kind = /** @type {"text" | "numbers"} */ ("text");

  /**
   * @param {HTMLElement} root
   * @param {import("../page/scene.js").Scene} scene
   * @param {() => void} changed called when the user has changed a choice that the server has to check
   */
  constructor(root, scene, changed) {
    this.root = root;
    this.scene = scene;
    this.list = new ColumnList(root, () => {
      this.#react();
      changed();
    });
    this.readers = new ReaderList(root, () => {
      this.#offer();
      changed();
    });
    for (const field of [this.#first, this.#last]) field.addEventListener("input", changed);
    for (const field of [this.#labels, this.#gaps]) field.addEventListener("change", changed);
  }

  /**
   * Shows another file.
   * @param {string} name
   * @param {FilePreview} file
   * @param {ModelFacts[]} models
   * @param {{ partial: boolean }} how whether these are only its first rows
   */
  show(name, file, models, { partial }) {
    const { kind, preview, rows = 0, labels = null } = file;
    const { columns = [], rows: cells = [], text = "" } = preview;
    this.kind = kind;
    this.#rows = partial ? null : rows;
    for (const part of this.root.querySelectorAll("[data-kind]")) {
      part.toggleAttribute("hidden", part.getAttribute("data-kind") !== kind);
    }
    setText(find(this.root, "[data-give=name]", HTMLElement), name);
    setText(find(this.root, "[data-give=understood]", HTMLElement), describe(file));
    setText(find(this.root, "pre", HTMLElement), text.length < (file.steps ?? 0) ? `${text}…` : text);
    this.#columns = new ColumnChoice(columns, cells, rows);
    this.list.show(this.#columns);
    this.#first.value = "0";
    this.#last.value = String(rows - 1);
    setText(
      find(this.root, "[data-give=range]", HTMLElement),
      say(partial ? "give.range.unknown" : "give.range", { rows: counted(rows) }),
    );
    this.#gaps.value = "";
    this.#labels.replaceChildren(
      new Option(say("give.no-labels"), ""),
      ...columns.map((column, index) => new Option(column.name, String(index))),
    );
    this.#labels.value = String(columns.findIndex((column) => column.name === labels));
    if (this.#labels.selectedIndex < 0) this.#labels.value = "";
    const readers = readersOf(file, models);
    this.readers.show(readers, firstReader(readers, this.scene.shown?.model.id));
    const none = find(this.root, "[data-give=none]", HTMLElement);
    none.hidden = Boolean(this.readers.reader);
    setText(none, say(kind === "text" ? "give.none.text" : "give.none.numbers"));
    this.#offer();
    this.update(file);
  }

  /** Forgets the file. */
  clear() {
    this.#columns = null;
  }

  /** Whether there is a file. */
  get shown() {
    return this.#columns !== null;
  }

  /**
   * Shows the first of the chosen rows.
   * @param {FilePreview} file
   */
  update({ preview }) {
    const { columns = [], rows = [] } = preview;
    fillRows(
      find(this.root, ".giving-rows table", HTMLTableElement),
      columns,
      rows,
      this.#first.valueAsNumber,
    );
    this.#missing = columns.map(({ missing }) => missing);
    this.#sizes = columns.map(({ least = 0, greatest = 0 }) => Math.max(Math.abs(least), Math.abs(greatest)));
    this.#react();
  }

  /** Leads the user to the handling of gaps. */
  askForGaps() {
    this.#gaps.scrollIntoView({ block: "nearest" });
    this.#gaps.focus();
  }

  /** The choices as a query; undefined if they are not complete. */
  query() {
    const takes = this.readers.reader?.takes;
    if (!takes) return undefined;
    if (takes.kind === "text") return "";
    if (!this.#columns?.fits(takes) || !this.#ranged) return undefined;
    const parameters = new URLSearchParams();
    for (const column of this.#columns.query(takes) ?? []) parameters.append("columns", column);
    const [first, last] = [this.#first.valueAsNumber, this.#last.valueAsNumber];
    if (first > 0 || this.#rows === null || last !== this.#rows - 1)
      parameters.set("rows", `${first}:${last + 1}`);
    if (this.#gaps.value) parameters.set("gaps", this.#gaps.value);
    const labels = this.#labels.value;
    parameters.set("labels", labels && this.#columns.address(Number(labels)));
    return `?${parameters}`;
  }

  /** What is missing in the choices: a sentence. */
  missing() {
    const takes = this.readers.reader?.takes;
    if (!takes) return "";
    if (!this.#ranged) return say("give.missing.rows");
    return takes.kind === "exactly"
      ? say("give.missing.columns", { count: takes.names.length })
      : say("give.missing.column");
  }

  /** Names of the features in place of the file's: the model's own, if the columns were put in its order. */
  get names() {
    const takes = this.readers.reader?.takes;
    return takes?.kind === "exactly" ? takes.names : null;
  }

  /**
   * How much would be read.
   * @param {FilePreview} file
   */
  summary({ kind, steps, features, undecided }) {
    if (undecided) return this.#gapsFound();
    if (steps === undefined) return "";
    if (kind === "text") return say("give.characters", { count: counted(steps) });
    return say("give.summary", {
      steps: say(steps === 1 ? "give.steps.1" : "give.steps", { count: counted(steps) }),
      features: say(features === 1 ? "give.features.1" : "give.features", { count: features ?? 0 }),
    });
  }

  #offer() {
    const takes = this.readers.reader?.takes;
    if (takes) this.list.offer(takes);
    this.#react();
  }

  /** The handling of gaps is offered if a chosen column has some; large numbers are warned of. */
  #react() {
    find(this.root, "[data-give=gaps]", HTMLElement).hidden = this.#gapsChosen.length === 0;
    this.readers.warn(Math.max(0, ...this.#chosen.map((column) => this.#sizes[column] ?? 0)));
  }

  /** The chosen columns in their order. */
  get #chosen() {
    const takes = this.readers.reader?.takes;
    return (takes && this.#columns?.chosen(takes)) ?? [];
  }

  /** How many gaps each of the chosen columns has, without those that have none. */
  get #gapsChosen() {
    return this.#chosen.map((column) => this.#missing[column] ?? 0).filter((missing) => missing > 0);
  }

  #gapsFound() {
    const { length } = this.#gapsChosen;
    const count = this.#gapsChosen.reduce((sum, missing) => sum + missing, 0);
    return say("give.gaps", {
      gaps: say(count === 1 ? "give.gaps.1" : "give.gaps.count", { count: counted(count) }),
      columns: say(length === 1 ? "give.columns.1" : "give.columns.count", { count: counted(length) }),
    });
  }

  /** Whether the fields hold a range of rows. */
  get #ranged() {
    const valid = [this.#first, this.#last].every((field) => field.validity.valid);
    return valid && this.#first.valueAsNumber <= this.#last.valueAsNumber;
  }

  get #first() {
    return find(this.root, "input[name=first]", HTMLInputElement);
  }

  get #last() {
    return find(this.root, "input[name=last]", HTMLInputElement);
  }

  get #labels() {
    return find(this.root, "select[name=labels]", HTMLSelectElement);
  }

  get #gaps() {
    return find(this.root, "select[name=gaps]", HTMLSelectElement);
  }
}
