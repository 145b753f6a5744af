// @ts-check
/** How the next word is chosen: greedily, with a beam, or by chance, and how long a translation may be. Fires `options`. */

import { find, setText } from "../page/dom.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";

/** @typedef {import("../trace/contracts.js").DecodingKind} DecodingKind */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** @extends {Part<TranslationScene>} */
export class DecodePanel extends Part {
  /** @param {TranslationScene} scene */
  connect(scene) {
    const form = find(this, "form", HTMLFormElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      find(this, "details", HTMLDetailsElement).open = false;
      this.#send();
    });
    for (const [name, kind] of [
      ["width", "beam"],
      ["temperature", "sample"],
      ["seed", "sample"],
    ]) {
      this.#field(name ?? "").addEventListener("input", () => this.#check(kind ?? ""));
    }
    scene.on("trace", () => this.#show(scene), this.life);
  }

  /** @param {string} name */
  #field(name) {
    return find(this, `input[name=${name}]`, HTMLInputElement);
  }

  /** @param {string} kind */
  #check(kind) {
    find(this, `input[name=kind][value=${kind}]`, HTMLInputElement).checked = true;
  }

  #send() {
    const kind = find(this, "input[name=kind]:checked", HTMLInputElement).value;
    /** @type {Record<string, DecodingKind | undefined>} */
    const kinds = {
      greedy: undefined,
      beam: { kind: "beam", width: this.#field("width").valueAsNumber },
      sample: {
        kind: "sample",
        temperature: this.#field("temperature").valueAsNumber,
        seed: this.#field("seed").valueAsNumber,
      },
    };
    const most = this.#field("most").valueAsNumber;
    // Where the translation was ended by hand, there would be no word to choose.
    const detail = {
      decoding: kinds[kind],
      most_steps: Number.isNaN(most) ? undefined : most,
      target: undefined,
    };
    this.dispatchEvent(new CustomEvent("options", { detail, bubbles: true }));
  }

  /** @param {TranslationScene} scene */
  #show({ shown }) {
    const { decoding = { kind: "greedy" }, most_steps: most } = shown?.source.options ?? {};
    this.#check(decoding.kind);
    if (decoding.kind === "beam") this.#field("width").value = String(decoding.width);
    if (decoding.kind === "sample") {
      this.#field("temperature").value = String(decoding.temperature);
      this.#field("seed").value = String(decoding.seed);
    }
    this.#field("most").value = most === undefined ? "" : String(most);
    setText(
      find(this, "[data-readout=decoding]", HTMLElement),
      say(`decoding.${decoding.kind}`, { ...decoding }),
    );
  }
}
