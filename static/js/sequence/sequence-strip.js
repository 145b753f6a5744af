// @ts-check
/** The sequence as tokens, tinted by the pointed or chosen signal and unit, with a ring around the current token. */

import { clamp } from "../page/numbers.js";
import { find, setAttribute, watchSize } from "../page/dom.js";
import { cssColour, inkOn, levelOf } from "../page/palette.js";
import { layOut, longestOf, rowsInView, tokenAt } from "./token-layout.js";
import { glyphOf, spoken } from "./tokens.js";
import { arrayName } from "../trace/trace.js";
import { say } from "../page/words.js";
import { markByKeys, markByPointer } from "../units/marking.js";
import { REST } from "../time/clock.js";
import { momentOf } from "../time/moment.js";
import { stripesAt } from "../units/track-stripes.js";
import { Part } from "../page/part.js";
import { classBar } from "./classes.js";

/** @typedef {import("../page/palette.js").Scale} Scale */
/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("./token-layout.js").Layout} Layout */
/** @typedef {import("./tokens.js").Glyph} Glyph */

/** The share of their tint that unread tokens have. */
const AHEAD = 0.5;
/** The ring moves to the next token in the last part of a step. */
const LEAVES = 0.82;
/** Sequences of up to this many columns are written large. */
const LARGE = 40;
/** More columns than a row has: the tokens have their usual size. */
const MANY = 1000;

export class SequenceStrip extends Part {
  /** @type {Scene | null} */
  #scene = null;
  #mark = () => {};
  /** @type {Glyph[]} */
  #glyphs = [];
  /** @type {Layout} */
  #layout = layOut([], 1);
  #size = { column: 1, row: 1 };
  /** The visible part of the sheet (px). */
  #window = { top: 0, height: 0 };
  /** @type {Map<number, HTMLElement>} rows in the document */
  #rows = new Map();
  #laidOut = false;
  #tinted = false;
  #step = -1;
  #lit = "";
  #unknown = -1;

  /** @param {Scene} scene */
  connect(scene) {
    this.#scene = scene;
    this.#mark = scene.clock.add((t) => this.#draw(t), this.life);
    scene.on("trace", () => this.#restart(), this.life);
    scene.on("chunk", () => this.#grow(), this.life);
    for (const change of /** @type {const} */ (["selection", "pinned", "pointed"])) {
      scene.on(change, () => this.#light(scene), this.life);
    }
    for (const change of /** @type {const} */ (["filled", "theme"]))
      scene.on(change, () => this.#repaint(), this.life);
    scene.tracks.addEventListener("tracks", () => this.#stripe(scene), { signal: this.life });
    for (const change of ["marks", "tried"]) {
      scene.marks.addEventListener(change, () => this.#repaint(), { signal: this.life });
    }
    scene.screenfulOf = () => this.#screenful;
    const view = this.#view;
    const look = () => (this.#window = { top: view.scrollTop, height: view.clientHeight });
    view.addEventListener(
      "scroll",
      () => {
        look();
        this.#mark();
      },
      { passive: true },
    );
    view.addEventListener("click", (event) => this.#jump(event));
    markByPointer(view, scene.marks, (event) => this.#stepUnder(event), this.life, { plain: true });
    markByKeys(view, scene);
    view.addEventListener("keydown", (event) => this.#key(event));
    view.addEventListener("pointermove", (event) => this.#point(event));
    view.addEventListener("pointerleave", () => {
      scene.tip = null;
      scene.point(null);
    });
    watchSize(
      view,
      () => {
        look();
        if (this.#window.height > 0) this.#arrange();
      },
      this.life,
    );
  }

  /** How many steps are visible at once. */
  get #screenful() {
    const { starts } = this.#layout;
    const count = Math.max(Math.floor(this.#window.height / this.#size.row), 1);
    const row = Math.min(
      this.#layout.rows[Math.max(this.#step, 0)] ?? 0,
      Math.max(starts.length - 1 - count, 0),
    );
    return (starts[row + count] ?? starts.at(-1) ?? 0) - (starts[row] ?? 0);
  }

  get #view() {
    return find(this, ".strip-view", HTMLElement);
  }

  get #sheet() {
    return find(this, ".strip-sheet", HTMLElement);
  }

  #restart() {
    this.#glyphs = [];
    this.#step = -1;
    this.#view.scrollTop = 0;
    this.#window.top = 0;
    const vocabulary = this.#scene?.shown?.model.vocabulary ?? [];
    this.#unknown = vocabulary.findIndex((entry) => entry.special && entry.text === "<unknown>");
    this.#grow();
  }

  #grow() {
    const trace = this.#scene?.shown?.trace;
    if (!trace) return;
    this.hidden = trace.numeric;
    if (trace.tokens.length !== this.#glyphs.length) {
      this.#glyphs = trace.tokens.map(glyphOf);
      this.#arrange();
    }
    this.toggleAttribute(
      "data-writing",
      trace.tokens.length > trace.given || trace.extent > trace.tokens.length,
    );
    this.#repaint();
  }

  #arrange() {
    this.#laidOut = false;
    this.#mark();
  }

  /**
   * Makes room for the kept units below the tokens.
   * @param {Scene} scene
   */
  #stripe({ tracks: { spots } }) {
    this.style.setProperty("--stripes", String(spots.length));
    this.toggleAttribute("data-tracks", spots.length > 0);
    this.#arrange();
    this.#repaint();
  }

  #repaint() {
    this.#tinted = false;
    this.#mark();
  }

  /**
   * Repaints if the signal or unit in focus changed; a new step alone leaves the colours as they are.
   * @param {Scene} scene
   */
  #light({ focus: { place, signal, unit } }) {
    const lit = arrayName(place, `${signal}.${unit}`);
    if (lit !== this.#lit) this.#repaint();
    this.#lit = lit;
  }

  /** @param {number} t */
  #draw(t) {
    if (!this.#scene?.shown) return;
    if (!this.#laidOut) this.#layTokens();
    const step = this.#scene.step;
    if (step !== this.#step) this.#moveTo(step);
    this.#showRows();
    if (!this.#tinted) this.#tintRows();
    this.#placeRing(t, step);
  }

  #layTokens() {
    this.#laidOut = true;
    const writing = this.hasAttribute("data-writing");
    const columns = this.#glyphs.reduce((sum, glyph) => sum + glyph.width, 0);
    const large = columns <= LARGE && !writing;
    this.toggleAttribute("data-large", large);
    this.style.setProperty("--columns", String(writing ? MANY : large ? columns : longestOf(this.#glyphs)));
    const { width, height } = find(this, ".strip-probe", HTMLElement).getBoundingClientRect();
    this.#size = { column: width, row: height };
    this.#layout = layOut(this.#glyphs, Math.max(Math.floor(this.#view.clientWidth / width), 1));
    this.#sheet.style.blockSize = `${(this.#layout.starts.length - 1) * height}px`;
    for (const row of this.#rows.values()) row.remove();
    this.#rows.clear();
    this.#step = -1;
  }

  /** @param {number} step */
  #moveTo(step) {
    const scene = /** @type {Scene} */ (this.#scene);
    const view = this.#view;
    const row = this.#layout.rows[step] ?? 0;
    if (row !== this.#layout.rows[this.#step]) this.#follow(view, row * this.#size.row);
    if (this.#tinted) this.#tintBetween(Math.min(this.#step, step), Math.max(this.#step, step));
    this.#step = step;
    const { trace } = /** @type {import("../page/scene.js").Shown} */ (scene.shown);
    setAttribute(view, "aria-valuemax", String(Math.max(trace.extent - 1, 0)));
    setAttribute(view, "aria-valuenow", String(step));
    const token = trace.tokens[step];
    if (token && scene.clock.state === "paused") {
      setAttribute(view, "aria-valuetext", say("step.token", { step, token: spoken(token) }));
    }
  }

  /**
   * Scrolls so that the row at that height is visible.
   * @param {HTMLElement} view
   * @param {number} at
   */
  #follow(view, at) {
    const { top, height } = this.#window;
    if (at >= top && at + this.#size.row <= top + height) return;
    const { row } = this.#size;
    // By whole rows, so that none is cut.
    view.scrollTop = at - row * Math.max(Math.floor((height - row) / row / 2), 0);
    this.#window.top = view.scrollTop;
  }

  #showRows() {
    const count = this.#layout.starts.length - 1;
    const { from, to } = rowsInView(this.#window, this.#size.row, count);
    const { starts } = this.#layout;
    this.#scene?.shown?.trace.want("strip", starts[from] ?? 0, starts[to] ?? 0);
    for (const [row, element] of this.#rows) {
      if (row >= from && row < to) continue;
      element.remove();
      this.#rows.delete(row);
    }
    for (let row = from; row < to; row += 1) {
      if (this.#rows.has(row)) continue;
      const element = this.#makeRow(row);
      this.#rows.set(row, element);
      this.#sheet.append(element);
      this.#tint(element.children);
    }
  }

  /** @param {number} row */
  #makeRow(row) {
    const trace = this.#scene?.shown?.trace;
    const element = document.createElement("div");
    element.className = "strip-row";
    element.style.transform = `translateY(${row * this.#size.row}px)`;
    for (let step = this.#layout.starts[row] ?? 0; step < (this.#layout.starts[row + 1] ?? 0); step += 1) {
      const glyph = /** @type {Glyph} */ (this.#glyphs[step]);
      const token = document.createElement("span");
      token.className = "token";
      token.dataset.step = String(step);
      token.dataset.kind = glyph.kind;
      if (step >= (trace?.given ?? 0)) token.dataset.written = "";
      token.textContent = glyph.text;
      token.style.inlineSize = `${glyph.width * this.#size.column}px`;
      element.append(token);
    }
    return element;
  }

  #tintRows() {
    this.#tinted = true;
    for (const row of this.#rows.values()) this.#tint(row.children);
  }

  /**
   * The tokens that change between read and unread when time moves from one step to another.
   * @param {number} first
   * @param {number} last
   */
  #tintBetween(first, last) {
    for (const [row, element] of this.#rows) {
      const start = this.#layout.starts[row] ?? 0;
      this.#tint([...element.children].slice(Math.max(first + 1 - start, 0), Math.max(last + 1 - start, 0)));
    }
  }

  /** @param {Iterable<Element>} tokens */
  #tint(tokens) {
    const scene = /** @type {Scene} */ (this.#scene);
    const { place, signal: name, unit } = scene.tinted;
    const signal = scene.signal(name);
    if (!signal || !scene.shown) return;
    const { trace } = scene.shown;
    const scale = scene.unitScale(signal, scene.tinted);
    const array = arrayName(place, name);
    for (const token of /** @type {Iterable<HTMLElement>} */ (tokens)) {
      const step = Number(token.dataset.step);
      const ahead = step > scene.step && !scene.marks.tried;
      const tint = tintOf(scale, trace.value(array, step, unit), ahead);
      const arrived = trace.holds(step) && trace.has(array);
      token.toggleAttribute("data-pending", !tint && !arrived);
      token.toggleAttribute("data-nan", !tint && arrived);
      const classes = classBar(trace, step);
      token.toggleAttribute("data-classes", classes !== "");
      token.toggleAttribute("data-ahead", step > scene.step);
      token.toggleAttribute("data-marked", scene.marks.has(step));
      const stripes = stripesAt(scene, step);
      if (stripes || token.style.length > 0) token.style.setProperty("--tracks", stripes);
      if (classes) token.style.setProperty("--classes", classes);
      token.toggleAttribute("data-unknown", trace.value("token_ids", step) === this.#unknown);
      if (token.style.backgroundColor !== tint?.ground) token.style.backgroundColor = tint?.ground ?? "";
      if (token.style.color !== tint?.ink) token.style.color = tint?.ink ?? "";
    }
  }

  /**
   * @param {number} t
   * @param {number} step
   */
  #placeRing(t, step) {
    const ring = find(this, ".strip-ring", HTMLElement);
    const { rows, columns } = this.#layout;
    const glyph = this.#glyphs[step];
    if (!glyph) return;
    const next = rows[step + 1] === rows[step] ? (columns[step + 1] ?? 0) : (columns[step] ?? 0);
    // Where a phase rests, the ring rests, too.
    const leaves = this.#scene && momentOf(this.#scene.clock).phased ? REST : LEAVES;
    const leaving = clamp((t - step - leaves) / (1 - leaves), 0, 1);
    const eased = leaving * leaving * (3 - 2 * leaving);
    const column = (columns[step] ?? 0) + (next - (columns[step] ?? 0)) * eased;
    const x = column * this.#size.column;
    ring.style.transform = `translate(${x}px, ${(rows[step] ?? 0) * this.#size.row}px)`;
    ring.style.inlineSize = `${glyph.width * this.#size.column}px`;
    ring.dataset.step = String(step);
  }

  /** @param {MouseEvent} event */
  #jump(event) {
    const step = this.#stepUnder(event);
    if (step !== null) this.#scene?.clock.seek(step);
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const scene = this.#scene;
    if (!scene) return;
    const step = this.#stepUnder(event);
    const signal = scene.signal(scene.selection.signal);
    scene.point(step === null ? null : { step });
    scene.tip = null;
    if (step === null || !scene.shown || !signal) return;
    const { trace } = scene.shown;
    const { unit } = scene.selection;
    const value = trace.value(scene.arrayOf(signal.name), step, unit);
    const { clientX: x, clientY: y } = event;
    scene.tip = { x, y, step, unit, value, title: signal.title, token: trace.tokens[step] };
  }

  /** @param {MouseEvent} event */
  #stepUnder(event) {
    const box = this.#sheet.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top) / this.#size.row);
    const column = Math.floor((event.clientX - box.left) / this.#size.column);
    return tokenAt(this.#layout, row, column);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const clock = this.#scene?.clock;
    if (!clock || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowLeft") clock.step(-1);
    else if (event.key === "ArrowRight") clock.step(1);
    else return;
    event.preventDefault();
  }
}

/**
 * The colours of a token; null if its value has not arrived, or is NaN.
 * @param {Scale} scale
 * @param {number} value
 * @param {boolean} ahead whether its step is still to come
 */
export function tintOf(scale, value, ahead) {
  if (Number.isNaN(value)) return null;
  const full = levelOf(scale, value);
  const quiet = levelOf(scale, 0);
  const level = ahead ? Math.round(quiet + (full - quiet) * AHEAD) : full;
  return { ground: cssColour(scale, level), ink: inkOn(scale, level) };
}
