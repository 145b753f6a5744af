// @ts-check
/**
 * A translation on the page: a scene for its encoder and one for its decoder, on one clock, and what is looked at in
 * its attention map. Events: `trace` (another translation), `chunk` (more of it), `cell` (another cell of the map is
 * pointed at or chosen), `theme`.
 */

import { Scene } from "../page/scene.js";
import { REST, stepAt } from "../time/clock.js";
import { momentOf } from "../time/moment.js";
import { headless } from "../trace/headless.js";
import { rhythmOf } from "./rhythm.js";

/** @typedef {import("../page/palette.js").Theme} Theme */
/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {import("../trace/contracts.js").End} End */
/** @typedef {import("../trace/contracts.js").Model} Model */
/** @typedef {import("../trace/parted-trace.js").PartedTrace} PartedTrace */
/** @typedef {import("../trace/contracts.js").TranslationOptions} TranslationOptions */
/**
 * @typedef {{ model: string, sequence: { text: string }, example?: string, given?: boolean,
 *   options?: TranslationOptions }} Source as of a reading
 */
/** @typedef {import("./rhythm.js").Rhythm} Rhythm */
/** @typedef {import("./timeline.js").Timeline} Timeline */
/** @typedef {{ trace: PartedTrace, model: Model, cell: Cell, source: Source, end: () => End | null }} Shown */
/** @typedef {{ target: number, source: number }} MapCell a decoder step and an encoder step */
/**
 * A moment in both parts: the step of each, how far it has come, and whether the decoder has begun.
 * @typedef {{ source: number, reading: number, target: number, writing: number, turned: boolean }} Moment
 */

export const ENCODER = "encoder";
export const DECODER = "decoder";
/** The kind of attention that gives the decoder's cell its input; the others come after the cell. */
const BEFORE = "additive";

export class TranslationScene extends EventTarget {
  /** @type {Shown | null} */
  #shown = null;
  /** @type {Rhythm | null} */
  #rhythm = null;
  /** @type {MapCell | null} */
  #pointed = null;
  /** @type {MapCell | null} */
  #chosen = null;
  #lane;

  /** @param {Timeline} timeline */
  constructor(timeline) {
    super();
    this.timeline = timeline;
    this.clock = timeline.clock;
    this.#lane = timeline.add({
      rhythm: () => this.#rhythm,
      complete: () => this.#shown?.trace.complete ?? false,
      flipped: () => this.encoder.selection.place.direction === "backward",
    });
    this.encoder = new Scene(this.#lane.encoder);
    this.decoder = new Scene(this.#lane.decoder);
  }

  get shown() {
    return this.#shown;
  }

  get rhythm() {
    return this.#rhythm;
  }

  /** The kind of attention, null for none. */
  get attention() {
    return this.#shown?.model.sizes?.attention ?? null;
  }

  get theme() {
    return this.encoder.theme;
  }

  /** The current step on the shared clock. */
  get step() {
    return stepAt(this.clock.shown, this.clock.extent);
  }

  get screenful() {
    return 1;
  }

  /** @returns {Moment} */
  get moment() {
    const t = this.clock.shown;
    const { turn } = this.timeline;
    const turned = t >= turn - 1e-6;
    const source = stepAt(Math.min(t, this.#lane.encoder.extent), this.#lane.encoder.extent);
    const at = Math.max(t - turn, 0);
    const target = stepAt(at, this.#lane.decoder.extent);
    const { whole } = momentOf(this.clock);
    const reading = whole && !turned ? REST : Math.min(t - source, 1);
    const writing = whole && turned ? REST : Math.min(at - target, 1);
    return { source, reading, target, writing, turned };
  }

  /** The cell of the map that is looked at: pointed at, or chosen. */
  get cell() {
    return this.#pointed ?? this.#chosen;
  }

  get chosen() {
    return this.#chosen;
  }

  /**
   * @param {"trace" | "chunk" | "cell" | "theme"} change
   * @param {() => void} listener
   * @param {AbortSignal} life removes the listeners when aborted
   */
  on(change, listener, life) {
    this.addEventListener(change, listener, { signal: life });
  }

  /** @param {Shown} shown with at least its first steps */
  show(shown) {
    this.#shown = shown;
    this.#pointed = null;
    this.#chosen = null;
    const { attention } = shown.model.sizes ?? {};
    this.#rhythm = rhythmOf(
      attention ? (attention === BEFORE ? "before" : "after") : "never",
      shown.cell.phases,
    );
    if (this.timeline.leads(this.#lane)) this.clock.phases = headless(shown.cell).phases;
    const { decoder } = this.#lane;
    decoder.reach({ extent: shown.trace.part(DECODER).extent, available: 0 });
    this.#place(this.encoder, ENCODER);
    if (shown.trace.part(DECODER).received > 0) this.#place(this.decoder, DECODER);
    this.#tell("trace");
  }

  /** Tells that the translation has grown or is complete. */
  grown() {
    const shown = this.#shown;
    if (!shown) return;
    this.encoder.grown();
    const writing = shown.trace.part(DECODER);
    if (this.decoder.shown?.trace === writing) this.decoder.grown();
    else if (writing.received > 0) this.#place(this.decoder, DECODER);
    this.timeline.settle();
    this.#tell("chunk");
  }

  /** @param {MapCell | null} cell */
  point(cell) {
    if (cell?.target === this.#pointed?.target && cell?.source === this.#pointed?.source) return;
    this.#pointed = cell;
    this.#tell("cell");
  }

  /** @param {MapCell | null} cell */
  choose(cell) {
    this.#chosen = cell;
    this.#tell("cell");
  }

  /**
   * Stops at a decoder step, with its whole row.
   * @param {number} target
   */
  goTo(target) {
    this.clock.pause();
    this.clock.seek(this.timeline.turn + target);
  }

  /** @param {Theme} theme */
  paint(theme) {
    this.encoder.paint(theme);
    this.decoder.paint(theme);
    this.#tell("theme");
  }

  /** Takes the translation off the shared clock. */
  leave() {
    this.timeline.remove(this.#lane);
  }

  /**
   * @param {Scene} scene
   * @param {string} part
   */
  #place(scene, part) {
    const { trace, model, cell, source } = /** @type {Shown} */ (this.#shown);
    const own = part === ENCODER ? headless(cell) : cell;
    scene.show({ trace: trace.part(part), model, cell: own, source }, {});
  }

  /** @param {string} name */
  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
