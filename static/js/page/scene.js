// @ts-check
/**
 * What is on the page: the trace, the selection, the range of time, the theme. Components read it and learn of changes
 * by events: `trace` (a new trace), `chunk` (more of it), `filled` (values of a long trace), `selection`, `layers` (which
 * are shown), `pointed`, `pinned`, `tip`, `range`, `ordering` (how to order units), `order` (the order itself), `theme`,
 * and `leave` and `arrive` when a cause is followed.
 */

import { stepAt } from "../time/clock.js";
import { ownScale, scaleOf } from "./palette.js";
import { clamp, roundUp } from "./numbers.js";
import { changed, fitting, sameSpot } from "./selection.js";
import { fullRange } from "../time/time-range.js";
import { arrayName, SEQUENCE } from "../trace/trace.js";
import { Marks } from "../units/marks.js";
import { Tracks } from "../units/tracks.js";
import { BY_INDEX, indexOrder } from "../units/unit-order.js";

/** @typedef {import("../time/clock.js").Timekeeper} Timekeeper */
/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {import("../trace/contracts.js").Model} Model */
/** @typedef {import("../trace/contracts.js").Signal} Signal */
/** @typedef {import("../trace/contracts.js").Token} Token */
/** @typedef {import("./palette.js").Scale} Scale */
/** @typedef {import("./palette.js").Theme} Theme */
/** @typedef {import("../trace/reading.js").Source} Source */
/** @typedef {import("../time/time-range.js").Range} Range */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("../units/unit-order.js").Ordering} Ordering */
/** @typedef {import("../trace/contracts.js").Place} Place */
/** @typedef {{ place: Place, unit: number, signal: string }} Selection */
/** @typedef {{ trace: Trace, model: Model, cell: Cell, source: Source }} Shown */
/**
 * What is pointed at: a unit's signal, at a given step if it is that step's number, otherwise at the step shown.
 * @typedef {Selection & { step?: number }} Spot
 *
 * A partial selection.
 * @typedef {{ place?: Partial<Place>, unit?: number, signal?: string }} Wish
 */
/**
 * The exact number under the pointer, and the pointer's position in the window; `unit` is null for the user's own number.
 * @typedef {{ x: number, y: number, step: number, unit: number | null, value: number, title: string, token?: Token,
 *   coming?: boolean, over?: DOMRect }} Tip `coming` if the number is not computed yet; `over`: what it stands in, with
 *   others close beside it
 *
 * @typedef {"trace" | "chunk" | "filled" | "selection" | "layers" | "pointed" | "pinned" | "tip" | "range" | "ordering"
 *   | "order" | "theme" | "leave" | "arrive"} Change
 */

export class Scene extends EventTarget {
  /** @type {Shown | null} */
  #shown = null;
  /** @type {Selection} */
  #selection = { place: { part: SEQUENCE, layer: 0, direction: "forward" }, unit: 0, signal: "" };
  /** @type {Spot | null} */
  #pointed = null;
  /** @type {Selection | null} */
  #pinned = null;
  /** @type {Tip | null} */
  #tip = null;
  /** @type {Range | null} */
  #range = null;
  /** @type {Ordering} */
  #ordering = BY_INDEX;
  /** @type {number[]} */
  #rows = [];
  /** @type {Theme} */
  #theme = "light";
  /** @type {Map<string, Scale>} */
  #scales = new Map();
  #shared = false;
  /** Whether the chosen layer is shown alone. */
  #alone = false;

  /** @param {Timekeeper} clock */
  constructor(clock) {
    super();
    this.clock = clock;
    // Seeking clears the hovered step.
    clock.addEventListener("seek", () => {
      if (this.#pointed?.step !== undefined) this.point(null);
    });
  }

  /** What is shown; components draw only once there is something. */
  get shown() {
    return this.#shown;
  }

  get selection() {
    return this.#selection;
  }

  /** The spot under the pointer or with the keyboard's focus: it is outlined and shown in full, and changes nothing else. */
  get pointed() {
    return this.#pointed;
  }

  /** The chosen spot if its arithmetic is kept in sight. */
  get pinned() {
    return this.#pinned;
  }

  /** The one subject of panel, formula, diagram, lines and charts: what was chosen, whatever is pointed at. */
  get focus() {
    return this.#selection;
  }

  /** The spot whose colours the sequence shows: the one in focus, or one that is pointed at in a list of units. */
  get tinted() {
    return this.marks.tried ?? this.focus;
  }

  /** The exact number under the pointer. */
  get tip() {
    return this.#tip;
  }

  set tip(tip) {
    this.#tip = tip;
    this.#tell("tip");
  }

  get theme() {
    return this.#theme;
  }

  /** Whether the sequence is being typed: each change is a new run. */
  drafting = false;

  /** The marked steps. */
  marks = new Marks();
  /** The kept units. */
  tracks = new Tracks();

  /** How many steps are visible at once, set by the sequence strip. */
  screenfulOf = () => 1;

  get screenful() {
    return Math.max(this.screenfulOf(), 1);
  }

  /** The range of time in the charts. */
  get range() {
    return this.#range ?? fullRange(this.#shown?.trace.extent ?? 0);
  }

  get zoomed() {
    return this.#range !== null;
  }

  /** How units are ordered. */
  get ordering() {
    return this.#ordering;
  }

  /** The units in their order on the page, from the top. */
  get rows() {
    return this.#rows;
  }

  /** The step whose numbers are shown: the current step, or the last step that has arrived. */
  get step() {
    const received = this.#shown?.trace.received ?? 0;
    return Math.min(stepAt(this.clock.shown, this.clock.extent), Math.max(received - 1, 0));
  }

  /**
   * @param {Change} change
   * @param {() => void} listener
   * @param {AbortSignal} life removes the listeners when aborted
   */
  on(change, listener, life) {
    this.addEventListener(change, listener, { signal: life });
  }

  /**
   * Puts a new trace on the page.
   * @param {Shown} shown with at least its first steps
   * @param {Wish} wish the rest of the selection is kept if it fits
   */
  show(shown, wish) {
    const another = shown.cell.kind !== this.#shown?.cell.kind || shown.model.id !== this.#shown.model.id;
    this.#shown = shown;
    this.#range = null;
    this.#scales.clear();
    const { units } = shown.trace.header;
    if (another || this.#rows.length !== units) this.#rows = indexOrder(units);
    this.#selection = fitting(shown, another ? wish : changed(this.#selection, wish));
    this.#pointed = null;
    this.#pinned = null;
    this.marks.clear();
    if (another) this.tracks.set([]);
    else this.tracks.fit(shown);
    this.clock.phases = shown.cell.phases;
    this.#reach();
    this.#tell("trace");
    this.#tell("pinned");
  }

  /** Tells parts that were connected later what is shown. */
  retell() {
    if (this.#shown) this.#tell("trace");
  }

  /** Tells that the trace has grown or is complete. */
  grown() {
    this.#scales.clear();
    this.#reach();
    this.#tell("chunk");
  }

  /** Tells that a long trace holds the values of more steps; it has not grown. */
  filled() {
    this.#scales.clear();
    this.#reach();
    this.#tell("filled");
  }

  /** @param {Wish} change */
  select(change) {
    if (!this.#shown) return;
    this.#selection = fitting(this.#shown, changed(this.#selection, change));
    if (this.#pinned) this.#pinned = this.#selection;
    this.point(null);
    if (change.place) this.#scales.clear();
    this.#tell("selection");
  }

  /**
   * Sets what is pointed at; the selection fills in what is left out.
   * @param {(Wish & { step?: number }) | null} spot
   */
  point(spot) {
    if (!this.#shown) return;
    const pointed = spot && {
      ...fitting(this.#shown, changed(this.#selection, spot)),
      ...(spot.step !== undefined && { step: spot.step }),
    };
    if (sameSpot(pointed, this.#pointed)) return;
    this.#pointed = pointed;
    this.#tell("pointed");
  }

  /**
   * Selects a spot and keeps its arithmetic in sight; null releases it.
   * @param {Wish | null} spot
   */
  pin(spot) {
    if (!this.#shown) return;
    if (spot) this.select(spot);
    this.#pinned = spot && this.#selection;
    this.#tell("pinned");
  }

  /**
   * Goes from the chosen number to its cause: fires `leave` before and `arrive` after.
   * @param {Spot} spot
   */
  follow({ place, unit, signal, step }) {
    this.clock.pause();
    this.#tell("leave");
    this.select({ place, unit, signal });
    if (step !== undefined && step !== this.step) this.clock.seek(step);
    this.#tell("arrive");
  }

  /** @param {Range | null} range null for everything */
  zoom(range) {
    this.#range = range;
    this.#tell("range");
  }

  /**
   * Sets how units are ordered; the order itself follows.
   * @param {Ordering} ordering
   */
  orderBy(ordering) {
    const { by, signal, unit } = this.#ordering;
    if (ordering.by === by && ordering.signal === signal && ordering.unit === unit) return;
    this.#ordering = ordering;
    this.#tell("ordering");
  }

  /** @param {number[]} rows all units, from the top */
  arrange(rows) {
    this.#rows = rows;
    this.#tell("order");
  }

  /** The layers that pictures of the whole network show: all of them, or the chosen layer alone. */
  get layers() {
    return this.#alone ? [this.#selection.place.layer] : (this.#shown?.trace.header.layers ?? []);
  }

  /** @param {number | null} layer to show alone, and to choose; null shows all layers */
  showLayer(layer) {
    this.#alone = layer !== null;
    if (layer !== null) this.select({ place: { layer } });
    this.#tell("layers");
  }

  /** @param {number} unit */
  rowOf(unit) {
    return this.#rows.indexOf(unit);
  }

  /**
   * The unit `by` rows below the chosen unit (above if negative), up to the end of the list.
   * @param {number} by
   */
  unitBelow(by) {
    const row = clamp(this.rowOf(this.#selection.unit) + by, 0, this.#rows.length - 1);
    return this.#rows[row] ?? this.#selection.unit;
  }

  /** @param {Theme} theme */
  paint(theme) {
    this.#theme = theme;
    this.#scales.clear();
    this.#tell("theme");
  }

  /** @param {string} name */
  signal(name) {
    return this.#shown?.cell.signals.find((signal) => signal.name === name);
  }

  /**
   * The name of a signal's array in the chosen layer and direction.
   * @param {string} signal
   */
  arrayOf(signal) {
    return arrayName(this.#selection.place, signal);
  }

  /**
   * The colours of a signal's values in the chosen layer and direction.
   * @param {Signal} signal
   * @returns {Scale}
   */
  scale(signal) {
    const known = this.#scales.get(signal.name);
    if (known) return known;
    const largest = roundUp(this.#shown?.trace.largest(this.arrayOf(signal.name)) ?? 0);
    const scale = scaleOf(signal, this.#theme, largest);
    this.#scales.set(signal.name, scale);
    return scale;
  }

  /**
   * The colours of one unit's values: over its own range so far, or over the range that all units share.
   * @param {Signal} signal
   * @param {Selection} spot
   * @param {Trace} [trace] another trace than the one that is shown
   * @returns {Scale}
   */
  unitScale(signal, { place, unit }, trace = this.#shown?.trace) {
    if (!trace || this.#shared) return this.scale(signal);
    const array = arrayName(place, signal.name);
    if (trace !== this.#shown?.trace) return ownScale(signal, this.#theme, trace.range(array, unit));
    const key = `${array}.${unit}`;
    const known = this.#scales.get(key);
    if (known) return known;
    const scale = ownScale(signal, this.#theme, trace.range(array, unit));
    this.#scales.set(key, scale);
    return scale;
  }

  /** Whether the text is tinted on the scale that all units share. */
  get shared() {
    return this.#shared;
  }

  /** @param {boolean} shared */
  share(shared) {
    this.#shared = shared;
    this.#tell("theme");
  }

  #reach() {
    const trace = this.#shown?.trace;
    if (trace) this.clock.reach({ extent: trace.extent, available: trace.received });
  }

  /** @param {Change} change */
  #tell(change) {
    this.dispatchEvent(new Event(change));
  }
}
