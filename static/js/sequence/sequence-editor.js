// @ts-check
/**
 * Edits the sequence in place. Every change is read at once and tints the text: fires `draft` with the text so far, and
 * gets its trace by `drafted`.
 * Fires `text` with the text to read from its beginning, and then closes with the new trace; and `editing` on opening
 * and closing. If it is closed without reading the text, it fires `restore` with the text from before.
 */

import { find, setText } from "../page/dom.js";
import { LONGEST_TEXT } from "../page/address.js";
import { say } from "../page/words.js";
import { Part } from "../page/part.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../trace/trace.js").Trace} Trace */

/** Texts of up to this many characters are read and tinted while they are typed. */
const LIVE = 500;

export class SequenceEditor extends Part {
  /** @type {Scene | null} */
  #scene = null;
  #before = "";
  /** @type {Trace | null} of the text so far */
  #trace = null;

  /** @param {Scene} scene */
  connect(scene) {
    this.#scene = scene;
    scene.on("trace", () => this.#follow(scene), this.life);
    for (const change of /** @type {const} */ (["chunk", "selection", "theme"])) {
      scene.on(change, () => this.#tint(), this.life);
    }
    const area = this.#area;
    area.addEventListener("input", () => this.#type());
    area.addEventListener("scroll", () => (this.#back.scrollTop = area.scrollTop), { passive: true });
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#submit(event);
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.#cancel();
    });
    find(this, "form", HTMLFormElement).addEventListener("submit", (event) => this.#submit(event));
    find(this, "button[data-action=cancel]", HTMLButtonElement).addEventListener("click", () =>
      this.#cancel(),
    );
  }

  /** Opens with the current sequence. */
  open() {
    this.#before = this.#area.value = this.#scene?.shown?.trace.text ?? "";
    this.#trace = this.#scene?.shown?.trace ?? null;
    this.#turn({ hidden: false, held: false });
    this.#count();
    this.#tint();
    this.#area.focus();
  }

  /** Shows the sequence again in place of the editor. */
  close() {
    if (!this.hidden) this.#turn({ hidden: true, held: this.matches(":focus-within") });
  }

  get #area() {
    return find(this, "textarea", HTMLTextAreaElement);
  }

  get #back() {
    return find(this, ".editor-back", HTMLElement);
  }

  #type() {
    this.#count();
    this.#tint();
    const text = this.#area.value;
    if (text && text.length <= LIVE) this.#fire("draft", text);
  }

  /**
   * Stays open while the text is being typed; closes when another sequence is shown, or this one from its beginning.
   * @param {Scene} scene
   */
  #follow(scene) {
    if (!scene.drafting || scene.shown?.trace.text !== this.#area.value) this.close();
  }

  #tint() {
    const scene = this.#scene;
    if (!scene || this.hidden) return;
    void import("./tinted-text.js").then(({ tintText }) => {
      const text = this.#area.value.length <= LIVE ? this.#area.value : "";
      const shown = scene.shown?.trace;
      const trace = text && shown?.text === text ? shown : this.#trace;
      tintText(this.#back, text, scene, trace);
    });
  }

  /**
   * Tints the text by a trace of it.
   * @param {Trace} trace
   */
  drafted(trace) {
    this.#trace = trace;
    this.#tint();
  }

  #cancel() {
    const changed = this.#scene?.shown?.trace.text !== this.#before;
    this.close();
    if (changed) this.#fire("restore", this.#before);
  }

  /** @param {{ hidden: boolean, held: boolean }} state `held` if the focus was inside */
  #turn({ hidden, held }) {
    this.hidden = hidden;
    if (this.#scene) this.#scene.drafting = !hidden;
    this.dispatchEvent(new CustomEvent("editing", { detail: { open: !hidden, held } }));
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (this.#scene) this.#scene.drafting = false;
    this.#fire("text", this.#area.value);
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #fire(name, text) {
    this.dispatchEvent(new CustomEvent(name, { detail: text, bubbles: true }));
  }

  #count() {
    const { length } = [...this.#area.value];
    const name = length > LONGEST_TEXT ? "editor.long" : "editor.count";
    setText(
      find(this, "[data-readout=count]", HTMLElement),
      say(name, { characters: length, most: LONGEST_TEXT }),
    );
  }
}
