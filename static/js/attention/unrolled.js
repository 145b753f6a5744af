// @ts-check
/**
 * Encoder and decoder unrolled: one column per step, the states as tinted boxes, the links between them, and the arcs
 * from the target word to the source words, thicker for greater weights.
 */

import { find, rem, setAttribute, setText, stamp, watchSize } from "../page/dom.js";
import { clamp } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { tintOf } from "../sequence/sequence-strip.js";
import { setNumber, svg } from "../stage/svg.js";
import { arrayName } from "../trace/trace.js";
import { say } from "../page/words.js";
import { sourceLabels, targetLabels } from "./labels.js";
import { weightsAt } from "./look.js";
import { lookedAt } from "./rhythm.js";
import { DECODER, ENCODER } from "./translation-scene.js";
import { layoutOf, linksOf } from "./unrolled-layout.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("./translation-scene.js").Moment} Moment */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */
/** @typedef {import("./unrolled-layout.js").Layout} Layout */
/** @typedef {{ part: string, direction: string, step: number, element: HTMLButtonElement }} Box a state */

/** The thickest arc, in pixels. */
const THICK = 11;
/** Lighter arcs are not drawn. */
const LEAST = 0.01;
/** A state is there when this much of its step has passed. */
const THERE = 0.86;

/** @extends {Part<TranslationScene>} */
export class UnrolledRun extends Part {
  #stale = true;
  #tinted = false;
  /** @type {Box[]} */
  #boxes = [];
  /** @type {{ sources: HTMLElement[], targets: HTMLElement[], fed: HTMLElement[] }} */
  #words = { sources: [], targets: [], fed: [] };
  /** @type {Layout | null} */
  #layout = null;
  /** @type {SVGPathElement[]} one for each source step */
  #arcs = [];
  /** @type {{ path: SVGPathElement, part: string, direction: string, step: number }[]} */
  #links = [];

  /** @param {TranslationScene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    const renew = () => {
      this.#stale = true;
      mark();
    };
    const repaint = () => {
      this.#tinted = false;
      mark();
    };
    for (const change of /** @type {const} */ (["trace", "chunk"])) scene.on(change, renew, this.life);
    scene.on("cell", mark, this.life);
    for (const side of [scene.encoder, scene.decoder]) {
      for (const change of /** @type {const} */ (["selection", "pointed", "pinned", "theme"])) {
        side.on(change, repaint, this.life);
      }
    }
    find(this, ".unrolled-sheet", HTMLElement).addEventListener("click", ({ target }) => {
      const box = target instanceof Element ? target.closest("button[data-step]") : null;
      if (box instanceof HTMLElement) this.#open(scene, box.dataset);
    });
    watchSize(find(this, ".unrolled-view", HTMLElement), renew, this.life);
  }

  /**
   * Stops at the step that was clicked.
   * @param {TranslationScene} scene
   * @param {DOMStringMap} box
   */
  #open(scene, { part, direction = "forward", step }) {
    scene.clock.pause();
    const side = part === ENCODER ? scene.encoder : scene.decoder;
    side.select({ place: { direction } });
    side.clock.seek(Number(step));
    this.dispatchEvent(new CustomEvent("step", { detail: { part }, bubbles: true }));
  }

  /** @param {TranslationScene} scene */
  #draw(scene) {
    if (!scene.shown) return;
    if (this.#stale) this.#build(scene);
    if (!this.#layout) return;
    const { moment } = scene;
    this.#drawBoxes(scene, moment);
    this.#drawArcs(scene, moment);
    this.#drawWords(scene, moment);
    this.#follow(moment);
    this.dataset.source = String(moment.source);
    this.dataset.target = String(moment.turned ? moment.target : -1);
  }

  /** @param {TranslationScene} scene */
  #build(scene) {
    const { shown } = scene;
    const view = find(this, ".unrolled-view", HTMLElement);
    if (!shown || view.clientWidth === 0) return;
    this.#stale = false;
    const [encoder, decoder] = [shown.trace.part(ENCODER), shown.trace.part(DECODER)];
    const { directions } = encoder.header;
    const layout = layoutOf({
      width: view.clientWidth,
      type: rem(),
      sources: encoder.extent,
      targets: decoder.extent,
      directions: directions.length,
      looks: scene.attention !== null,
    });
    this.#layout = layout;
    const sheet = find(this, ".unrolled-sheet", HTMLElement);
    sheet.style.inlineSize = `${layout.width}px`;
    sheet.style.blockSize = `${layout.height}px`;
    sheet.style.setProperty("--column", `${layout.column}px`);
    this.toggleAttribute("data-backward", directions.length > 1);
    this.toggleAttribute("data-narrow", layout.narrow);
    this.toggleAttribute("data-wide", layout.width > layout.visible);
    this.#makeWords(scene, layout);
    this.#makeBoxes(scene, layout, directions);
    const wires = find(this, "svg", SVGSVGElement);
    setAttribute(wires, "viewBox", `0 0 ${layout.width} ${layout.height}`);
    wires.style.blockSize = `${layout.height}px`; // the sheet may be higher
    this.#links = linksOf(layout, directions).map(({ path: d, ...link }) => ({
      ...link,
      path: svg("path", { d, class: `link ${link.part}` }),
    }));
    this.#arcs = Array.from({ length: encoder.extent }, () => svg("path", { class: "arc", pathLength: 1 }));
    wires.replaceChildren(...this.#links.map(({ path }) => path), ...this.#arcs);
    this.#tinted = false;
  }

  /**
   * @param {TranslationScene} scene
   * @param {Layout} layout
   */
  #makeWords({ shown }, layout) {
    if (!shown) return;
    const place = (
      /** @type {string} */ kind,
      /** @type {import("./labels.js").Label} */ label,
      /** @type {number} */ x,
      /** @type {number} */ y,
    ) => {
      const element = stamp(this, "template.unrolled-word");
      element.classList.add(kind);
      setText(element, label.text);
      element.title = label.text;
      element.toggleAttribute("data-special", label.special);
      element.toggleAttribute("data-joined", label.joined);
      element.style.insetInlineStart = `${x}px`;
      element.style.insetBlockStart = `${y}px`;
      return element;
    };
    const written = targetLabels(shown);
    const fed = [{ text: say("unrolled.start"), special: true, joined: false }, ...written].slice(
      0,
      written.length,
    );
    const { sourceAt, targetAt, rows } = layout;
    this.#words = {
      sources: sourceLabels(shown).map((label, step) => place("source", label, sourceAt(step), rows.source)),
      targets: written.map((label, step) => place("target", label, targetAt(step), rows.target)),
      fed: fed.map((label, step) => place("fed", label, targetAt(step), rows.fed)),
    };
    const { sources, targets, fed: given } = this.#words;
    find(this, ".unrolled-words", HTMLElement).replaceChildren(...sources, ...targets, ...given);
  }

  /**
   * @param {TranslationScene} scene
   * @param {Layout} layout
   * @param {string[]} directions of the encoder
   */
  #makeBoxes({ shown }, layout, directions) {
    if (!shown) return;
    const box = (/** @type {string} */ part, /** @type {string} */ direction, /** @type {number} */ step) => {
      const element = /** @type {HTMLButtonElement} */ (stamp(this, "template.unrolled-box"));
      element.dataset.part = part;
      element.dataset.direction = direction;
      element.dataset.step = String(step);
      const { x, y } = layout.box(part, directions.indexOf(direction), step);
      element.style.insetInlineStart = `${x}px`;
      element.style.insetBlockStart = `${y}px`;
      element.setAttribute(
        "aria-label",
        say(`unrolled.${part}`, { step, direction: say(`stage.${direction}`) }),
      );
      return { part, direction, step, element };
    };
    const [encoder, decoder] = [shown.trace.part(ENCODER), shown.trace.part(DECODER)];
    this.#boxes = [
      ...directions.flatMap((direction) =>
        Array.from({ length: encoder.extent }, (_, step) => box(ENCODER, direction, step)),
      ),
      ...Array.from({ length: decoder.received }, (_, step) => box(DECODER, "forward", step)),
    ];
    find(this, ".unrolled-boxes", HTMLElement).replaceChildren(...this.#boxes.map(({ element }) => element));
  }

  /**
   * @param {TranslationScene} scene
   * @param {Moment} moment
   */
  #drawBoxes(scene, moment) {
    if (!this.#tinted) this.#tint(scene);
    const steps = scene.shown?.trace.part(ENCODER).extent ?? 0;
    const progress = (/** @type {{ part: string, direction: string, step: number }} */ box) =>
      progressOf(box, moment, steps, scene.rhythm?.inner(moment.writing) ?? 0);
    const decoding = moment.turned;
    for (const box of this.#boxes) {
      const share = clamp(progress(box) / THERE, 0, 1);
      box.element.toggleAttribute("data-there", share >= 1);
      box.element.style.setProperty("--share", String(Math.round(share * 50) / 50));
      const now = decoding === (box.part === DECODER) && share > 0 && progress(box) < 1;
      const chosen = box.part === DECODER || box.direction === scene.encoder.selection.place.direction;
      box.element.toggleAttribute("data-now", now);
      const step = box.part === DECODER ? scene.decoder.step : scene.encoder.step;
      box.element.tabIndex = decoding === (box.part === DECODER) && chosen && step === box.step ? 0 : -1;
    }
    for (const { path, ...link } of this.#links) path.toggleAttribute("data-there", progress(link) > 0);
  }

  /** @param {TranslationScene} scene */
  #tint(scene) {
    this.#tinted = true;
    for (const { part, direction, step, element } of this.#boxes) {
      const side = part === ENCODER ? scene.encoder : scene.decoder;
      const { place, signal: name, unit } = side.focus;
      const signal = side.signal(name);
      const trace = side.shown?.trace;
      if (!signal || !trace) continue;
      const value = trace.value(arrayName({ ...place, direction }, name), step, unit);
      element.style.setProperty("--tint", tintOf(side.scale(signal), value, false)?.ground ?? "");
      element.dataset.value = String(value);
    }
  }

  /**
   * The arcs of the current row, or of the row that is looked at in the map.
   * @param {TranslationScene} scene
   * @param {Moment} moment
   */
  #drawArcs(scene, moment) {
    const { shown, cell, rhythm } = scene;
    const layout = this.#layout;
    if (!shown || !layout || !rhythm) return;
    const row = cell?.target ?? moment.target;
    const grown = cell ? 1 : moment.turned ? lookedAt(rhythm, "weigh", moment.writing) : 0;
    const weights = grown > 0 ? weightsAt(shown, row) : [];
    this.#arcs.forEach((arc, source) => {
      const weight = weights[source] ?? 0;
      const drawn = weight >= LEAST && grown > 0;
      arc.toggleAttribute("hidden", !drawn);
      if (!drawn) return;
      setAttribute(arc, "d", layout.arc(row, source));
      setNumber(arc, "stroke-width", Math.max(weight * THICK, 0.75));
      setNumber(arc, "stroke-dashoffset", 1 - grown);
      arc.toggleAttribute("data-lit", cell?.source === source);
    });
    this.#words.sources.forEach((word, source) => {
      const weight = (weights[source] ?? 0) * grown;
      word.style.setProperty("--lit", String(Math.round(weight * 100) / 100));
    });
  }

  /**
   * @param {TranslationScene} scene
   * @param {Moment} moment
   */
  #drawWords({ rhythm, cell }, moment) {
    const known = moment.turned ? moment.target + (moment.writing >= (rhythm?.word ?? 1) ? 1 : 0) : 0;
    this.#words.targets.forEach((word, step) => {
      word.toggleAttribute("data-there", step < known);
      word.toggleAttribute("data-now", moment.turned && step === (cell?.target ?? moment.target));
    });
    this.#words.fed.forEach((word, step) =>
      word.toggleAttribute("data-there", moment.turned && step <= moment.target),
    );
    this.#words.sources.forEach((word, step) => {
      word.toggleAttribute("data-there", moment.turned || step <= moment.source);
      word.toggleAttribute("data-now", !moment.turned && step === moment.source);
    });
  }

  /**
   * Keeps the current column in sight when there are more than fit.
   * @param {Moment} moment
   */
  #follow(moment) {
    const layout = this.#layout;
    const view = find(this, ".unrolled-view", HTMLElement);
    if (!layout || layout.width <= layout.visible) return;
    const x = moment.turned ? layout.targetAt(moment.target) : layout.sourceAt(moment.source);
    const key = String(Math.round(x));
    if (this.dataset.at === key) return;
    this.dataset.at = key;
    view.scrollLeft = x - layout.visible / 2;
  }
}

/**
 * How far a state has come, from 0 to 1. The encoder's backward direction reads from the end.
 * @param {{ part: string, direction: string, step: number }} box
 * @param {Moment} moment
 * @param {number} steps of the encoder
 * @param {number} inner how far the decoder's cell has come in its step
 */
function progressOf({ part, direction, step }, moment, steps, inner) {
  if (part === DECODER) {
    if (!moment.turned || step > moment.target) return 0;
    return step < moment.target ? 1 : inner;
  }
  if (moment.turned) return 1;
  const order = direction === "backward" ? steps - 1 - step : step;
  return clamp(moment.source + moment.reading - order, 0, 1);
}
