// @ts-check
/**
 * A second translation beside the first, on the same clock: by another model, of another sentence, or of the true
 * translation that the decoder is fed.
 */

import { find, setText, stampAll } from "../page/dom.js";
import { mount } from "../page/part.js";
import { say } from "../page/words.js";
import { AttentionMap } from "./attention-map.js";
import { AttentionTable } from "./attention-table.js";
import { ContextSum } from "./context-sum.js";
import { InsideStep } from "./inside-step.js";
import { TeacherRows } from "./teacher-rows.js";
import { TranslationScene } from "./translation-scene.js";
import { Translator } from "./translator.js";
import { UnrolledRun } from "./unrolled.js";
import { WrittenLine } from "./written-line.js";

/** @typedef {import("./translation-scene.js").Source} Source */
/** @typedef {import("./translator.js").Models} Models */
/** @typedef {import("./translator.js").Wanted} Wanted */
/** @typedef {{ model: string } | { text: string } | { target: string }} Rival what differs from the first */

/** @type {Record<string, import("../page/part.js").Kind<TranslationScene>>} */
const PARTS = {
  "unrolled-run": UnrolledRun,
  "attention-map": AttentionMap,
  "attention-table": AttentionTable,
  "written-line": WrittenLine,
  "context-sum": ContextSum,
};

export class SecondRun {
  #life = new AbortController();
  /** @type {Rival | null} */
  #rival = null;

  /**
   * @param {HTMLElement} place
   * @param {TranslationScene} first
   * @param {Models} models
   * @param {(problem: import("../trace/contracts.js").Problem) => void} complain
   */
  constructor(place, first, models, complain) {
    this.place = place;
    this.elements = stampAll(place, "template.second-run");
    const inside = this.elements.filter((element) => element.matches(".inside"));
    find(place, ".more", HTMLElement).before(...this.elements.filter((element) => !inside.includes(element)));
    place.after(...inside);
    place.toggleAttribute("data-two", true);
    this.scene = new TranslationScene(first.timeline);
    this.scene.paint(first.theme);
    this.translator = new Translator(this.scene, models, this.#life.signal);
    this.translator.addEventListener("problem", (event) =>
      complain(/** @type {CustomEvent} */ (event).detail),
    );
    for (const element of this.elements) mount(element, PARTS, this.scene);
    const pair = { first, second: this.scene };
    for (const element of this.elements) mount(element, { "teacher-rows": TeacherRows }, pair);
    for (const element of this.elements) element.addEventListener("step", (event) => this.#look(event));
    for (const scene of [first, this.scene]) scene.on("trace", () => this.#name(first), this.#life.signal);
  }

  /**
   * Heads both translations with what differs.
   * @param {TranslationScene} first
   */
  #name(first) {
    if (!this.#rival) return;
    const own = titleOf(this.#rival, first, say("second.own"));
    const other = titleOf(this.#rival, this.scene, say("second.target"));
    for (const heading of this.place.querySelectorAll("[data-readout=rival]")) {
      setText(heading, heading.closest(".second") ? other : own);
    }
  }

  /**
   * Shows the step that was clicked in its own living cell.
   * @param {Event} event
   */
  #look(event) {
    event.stopPropagation();
    const inside = this.elements.find((element) => element.matches(".inside"));
    if (!inside) return;
    if (inside.hidden) mount(inside, { "inside-step": InsideStep }, this.scene);
    inside.hidden = false;
    inside.scrollIntoView({ block: "start" });
  }

  /** Its attention map. */
  get map() {
    return /** @type {AttentionMap} */ (
      this.elements.map((element) => element.querySelector("attention-map")).find(Boolean)
    );
  }

  /**
   * @param {Rival} rival
   * @param {Source} source the first translation's
   * @param {import("./translator.js").View} [view] without it, it joins the clock where that is
   */
  follow(rival, source, view = null) {
    for (const element of this.elements) element.toggleAttribute("data-taught", "target" in rival);
    this.#rival = rival;
    void this.translator.translate(wantedOf(rival, source), view);
  }

  /** Takes it off the page. */
  end() {
    this.#life.abort();
    for (const element of this.elements) element.remove();
    this.place.toggleAttribute("data-two", false);
    this.scene.leave();
  }
}

/**
 * @param {Rival} rival
 * @param {Source} source
 * @returns {Wanted}
 */
function wantedOf(rival, { model, sequence, options }) {
  const { decoding, most_steps } = options ?? {};
  const kept = { ...(decoding && { decoding }), ...(most_steps && { most_steps }) };
  if ("target" in rival) return { model, text: sequence.text, options: { target: rival.target } };
  if ("model" in rival) return { model: rival.model, text: sequence.text, options: kept };
  return { model, text: rival.text, options: kept };
}

/**
 * What a translation has that the other has not.
 * @param {Rival} rival
 * @param {TranslationScene} scene
 * @param {string} fed what feeds its decoder
 */
function titleOf(rival, { shown }, fed) {
  if ("target" in rival) return fed;
  return ("model" in rival ? shown?.model.title : shown?.source.sequence.text) ?? "";
}
