// @ts-check
/** The networks that can read a file, one of them chosen, with the shape of the sandbox; those that cannot say why. */

import { find, setText, stamp } from "../page/dom.js";
import { say } from "../page/words.js";
import { LARGE } from "../sandbox/scale.js";
import { counted } from "./file-preview.js";

/** @typedef {import("./readers.js").Reader} Reader */
/** @typedef {{ cell: string, hidden_size: number, num_layers: number, bidirectional: boolean }} SandboxShape */

export class ReaderList {
  /** @type {Reader[]} */
  #readers = [];
  /** The largest absolute value of what would be read. */
  #largest = 0;

  /**
   * @param {HTMLElement} root
   * @param {() => void} changed called when the user has chosen another reader
   */
  constructor(root, changed) {
    this.root = root;
    this.shape = stamp(root, "template.giving-sandbox");
    this.shape.addEventListener("change", () => this.#warn());
    find(root, ".giving-readers", HTMLElement).addEventListener("change", ({ target }) => {
      if (!(target instanceof HTMLInputElement && target.name === "reader")) return;
      this.#turn();
      changed();
    });
  }

  /**
   * @param {Reader[]} readers
   * @param {Reader | undefined} first the one that is chosen
   */
  show(readers, first) {
    this.#readers = readers;
    find(this.root, ".giving-readers ul", HTMLElement).replaceChildren(
      ...readers.map((reader, index) => {
        const item = stamp(this.root, "template.giving-reader");
        const input = find(item, "input", HTMLInputElement);
        input.value = String(index);
        input.disabled = !reader.takes;
        input.checked = reader === first;
        setText(find(item, ".giving-name", HTMLElement), reader.title);
        setText(find(item, ".note", HTMLElement), reader.note);
        if (reader.model === null) item.append(this.shape);
        return item;
      }),
    );
    this.#turn();
  }

  /** The chosen reader; undefined if none can read the file. */
  get reader() {
    const input = this.root.querySelector("input[name=reader]:checked");
    return input instanceof HTMLInputElement ? this.#readers[Number(input.value)] : undefined;
  }

  /**
   * The model of a run: its id, or a sandbox for that many features.
   * @param {number} features
   */
  model(features) {
    const model = this.reader?.model;
    return model ?? { sandbox: { input_size: features, ...this.#shape } };
  }

  /** Whether the chosen network is a sandbox that reads each column in standard deviations from its mean. */
  get standardises() {
    return (
      this.reader?.model === null && find(this.shape, "select[name=scale]", HTMLSelectElement).value !== ""
    );
  }

  /**
   * Warns of numbers that are too large for a sandbox as they are.
   * @param {number} largest absolute value
   */
  warn(largest) {
    this.#largest = largest;
    this.#warn();
  }

  #warn() {
    const note = find(this.shape, "[data-give=large]", HTMLElement);
    note.hidden = this.#largest <= LARGE || this.standardises;
    if (!note.hidden) setText(note, say("give.large.numbers", { largest: counted(this.#largest) }));
  }

  /** Whether the sandbox's fields hold what they may; if not, the browser says what is wrong. */
  get valid() {
    return Boolean(this.reader?.model) || this.#numbers.every((field) => field.reportValidity());
  }

  get #numbers() {
    return ["hidden_size", "num_layers"].map((name) =>
      find(this.shape, `input[name=${name}]`, HTMLInputElement),
    );
  }

  /** @returns {SandboxShape} */
  get #shape() {
    const [units, layers] = this.#numbers.map((field) => field.valueAsNumber);
    return {
      cell: find(this.shape, "select[name=cell]", HTMLSelectElement).value,
      hidden_size: units ?? 1,
      num_layers: layers ?? 1,
      bidirectional: find(this.shape, "input[name=bidirectional]", HTMLInputElement).checked,
    };
  }

  #turn() {
    this.shape.hidden = this.reader?.model !== null;
  }
}
