// @ts-check
/**
 * The attention map: source words across, target words down. The cells are painted once per translation; as time moves,
 * only the cover over later rows and the markers move.
 */

import { ChartMenu } from "../charts/chart-menu.js";
import { ChartQueue } from "../charts/chart-queue.js";
import { PlotlyChart } from "../charts/plotly.js";
import { find, pageStyle, setAttribute, setText, stamp, watchSize } from "../page/dom.js";
import { clamp, float32Text, percent, withMinus } from "../page/numbers.js";
import { levelOf } from "../page/palette.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { sourceLabels, targetLabels } from "./labels.js";
import { forcedSteps, rowsWritten, SCORES, standsOut, weightsAt, weightScale, WEIGHTS } from "./look.js";
import { mapFigure, mapPicture } from "./map-figure.js";
import { lookedAt } from "./rhythm.js";
import { DECODER } from "./translation-scene.js";

/** @typedef {import("../charts/plotly.js").Plotly} Plotly */
/** @typedef {import("./labels.js").Label} Label */
/** @typedef {import("./translation-scene.js").MapCell} MapCell */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** The width of a character of a source word (em); words that do not fit are turned upright. */
const CHARACTER = 0.56;
/** The width of an upright word (em); in narrower columns only the words that are looked at are written. */
const UPRIGHT = 0.9;

/** @extends {Part<TranslationScene>} */
export class AttentionMap extends Part {
  /** @type {TranslationScene | null} */
  #scene = null;
  /** @type {PlotlyChart | null} */
  #chart = null;
  /** @type {ChartMenu | null} */
  #menu = null;
  #stale = true;
  /** How many columns on each side of a word its letters would cover. */
  #crowd = 0;
  #sources = /** @type {Label[]} */ ([]);
  #targets = /** @type {Label[]} */ ([]);
  #mark = () => {};

  /** @param {TranslationScene} scene */
  connect(scene) {
    this.#scene = scene;
    this.#mark = scene.clock.add(() => this.#draw(scene), this.life);
    const renew = () => {
      this.#stale = true;
      this.#mark();
    };
    for (const change of /** @type {const} */ (["trace", "chunk", "theme"]))
      scene.on(change, renew, this.life);
    scene.on("cell", this.#mark, this.life);
    const queue = new ChartQueue();
    this.#chart = new PlotlyChart(
      find(this, ".chart", HTMLElement),
      queue,
      () => this.#figure(),
      () => {},
    );
    this.#menu = new ChartMenu(find(this, ".chart-menu", HTMLDetailsElement), {
      title: () => say("map.title"),
      file: () => `${scene.shown?.model.id}-attention`,
      figure: () => this.#picture(),
      values: () => this.#values(),
      signal: null,
    });
    this.#menu.name();
    this.#listen(scene);
    watchSize(this.#plot, renew, this.life);
  }

  /** @param {Plotly} plotly */
  use(plotly) {
    this.#chart?.use(plotly);
    this.#menu?.use(plotly);
  }

  get #plot() {
    return find(this, ".map-plot", HTMLElement);
  }

  /** @param {TranslationScene} scene */
  #listen(scene) {
    const plot = this.#plot;
    plot.addEventListener("pointermove", (event) => {
      const box = plot.getBoundingClientRect();
      scene.point(
        this.#cellAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height),
      );
    });
    plot.addEventListener("pointerleave", () => scene.point(null));
    plot.addEventListener("click", (event) => {
      const box = plot.getBoundingClientRect();
      this.#choose(
        this.#cellAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height),
      );
    });
    plot.addEventListener("keydown", (event) => this.#key(event));
    find(this, ".map-targets", HTMLElement).addEventListener("click", ({ target }) => {
      const label = target instanceof Element ? target.closest("button") : null;
      if (label) scene.goTo(Number(label.dataset.target));
    });
  }

  /**
   * The cell at a place of the plot, if its row has been written.
   * @param {number} across from 0 to 1
   * @param {number} down
   * @returns {MapCell | null}
   */
  #cellAt(across, down) {
    const rows = this.#rows;
    const source = clamp(Math.floor(across * this.#sources.length), 0, this.#sources.length - 1);
    const target = Math.floor(down * rows);
    return this.#isShown(target) ? { target, source } : null;
  }

  /** How many rows the plot has: as many as there will be decoder steps. */
  get #rows() {
    return this.#scene?.shown?.trace.part(DECODER).extent ?? 1;
  }

  /** @param {number} target */
  #isShown(target) {
    return this.#scene !== null && target >= 0 && target < rowsWritten(this.#scene);
  }

  /** @param {{ writing: number }} moment */
  #grown({ writing }) {
    const rhythm = this.#scene?.rhythm;
    return rhythm ? lookedAt(rhythm, "weigh", writing) : 0;
  }

  /** @param {MapCell | null} cell */
  #choose(cell) {
    const scene = this.#scene;
    if (!scene || !cell) return;
    const same = scene.chosen?.target === cell.target && scene.chosen.source === cell.source;
    scene.choose(same ? null : cell);
    if (!same) scene.goTo(cell.target);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const scene = this.#scene;
    if (!scene?.shown || event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, [number, number]>} */
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const move = moves[event.key];
    if (move) {
      const from = scene.chosen ?? { target: scene.moment.target, source: 0 };
      const [down, across] = scene.chosen ? move : [0, 0];
      const received = scene.shown.trace.part(DECODER).received;
      const target = clamp(from.target + down, 0, received - 1);
      scene.choose({ target, source: clamp(from.source + across, 0, this.#sources.length - 1) });
      scene.goTo(target);
    } else if (event.key === "Escape" && scene.chosen) scene.choose(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {TranslationScene} scene */
  #draw(scene) {
    if (!scene.shown) return;
    const hidden = scene.attention === null;
    this.toggleAttribute("data-none", hidden);
    if (hidden) return;
    if (this.#stale) this.#build(scene);
    const { moment } = scene;
    const rows = this.#rows;
    const grown = moment.turned ? this.#grown(moment) : 0;
    const done = moment.turned ? moment.target : 0;
    const cover = find(this, ".map-cover", HTMLElement);
    cover.style.insetBlockStart = `${((done + 1) / rows) * 100}%`;
    const row = find(this, ".map-row", HTMLElement);
    row.style.insetBlockStart = `${(done / rows) * 100}%`;
    row.style.blockSize = `${100 / rows}%`;
    row.toggleAttribute("data-now", moment.turned);
    row.style.setProperty("--hidden", String(1 - Math.round(grown * 100) / 100));
    this.#lightLabels(scene, done, grown);
    this.#showCell(scene);
    this.dataset.row = String(moment.turned ? moment.target : -1);
  }

  /** @param {TranslationScene} scene */
  #build(scene) {
    const { shown } = scene;
    if (!shown) return;
    this.#stale = false;
    this.#sources = sourceLabels(shown);
    this.#targets = targetLabels(shown);
    const plot = this.#plot;
    this.style.setProperty("--rows", String(this.#rows));
    this.style.setProperty("--columns", String(this.#sources.length));
    const type = Number.parseFloat(pageStyle().fontSize);
    const longest = Math.max(...this.#sources.map(({ text }) => text.length));
    const room = plot.clientWidth / this.#sources.length;
    this.toggleAttribute("data-upright", longest * CHARACTER * type <= room);
    this.#crowd = Math.ceil((UPRIGHT * type) / room) - 1;
    this.toggleAttribute("data-crowded", this.#crowd > 0);
    const forced = forcedSteps(shown);
    find(this, ".map-sources", HTMLElement).replaceChildren(
      ...this.#sources.map((label) => this.#label("source", label)),
    );
    find(this, ".map-targets", HTMLElement).replaceChildren(
      ...this.#targets.map((label, target) => {
        const element = this.#label("target", label);
        element.dataset.target = String(target);
        element.toggleAttribute("data-forced", forced.has(target));
        return element;
      }),
    );
    this.#paint(scene);
    const words = { sources: this.#sources.length, targets: this.#targets.length };
    setAttribute(plot, "aria-label", say("map.label", words));
    this.#chart?.refresh({ hide: true });
  }

  /**
   * @param {"source" | "target"} side
   * @param {Label} label
   */
  #label(side, { text, special, joined }) {
    const element = stamp(this, `template.map-${side}`);
    setText(find(element, "span", HTMLElement), text);
    element.toggleAttribute("data-special", special);
    element.toggleAttribute("data-joined", joined);
    return element;
  }

  /** @param {TranslationScene} scene */
  #paint(scene) {
    const { shown } = scene;
    const canvas = find(this, "canvas", HTMLCanvasElement);
    const [columns, rows] = [this.#sources.length, this.#rows];
    [canvas.width, canvas.height] = [columns, rows];
    const context = canvas.getContext("2d");
    if (!context || !shown) return;
    const scale = weightScale(scene.theme);
    const image = context.createImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    for (let target = 0; target < this.#targets.length; target += 1) {
      weightsAt(shown, target).forEach((weight, source) => {
        pixels[target * columns + source] = scale.pixels[levelOf(scale, weight)] ?? 0;
      });
    }
    context.putImageData(image, 0, 0);
  }

  /**
   * Lights the words of the current row, as strongly as they are looked at.
   * @param {TranslationScene} scene
   * @param {number} target
   * @param {number} grown
   */
  #lightLabels({ shown, moment, cell }, target, grown) {
    if (!shown) return;
    const row = cell?.target ?? target;
    const weights = weightsAt(shown, row);
    const share = cell ? 1 : grown;
    [...find(this, ".map-sources", HTMLElement).children].forEach((label, source) => {
      const weight = (weights[source] ?? 0) * share;
      /** @type {HTMLElement} */ (label).style.setProperty(
        "--lit",
        String(Math.round(weight * 100) / 100 || 0),
      );
      label.toggleAttribute("data-lit", share > 0 && standsOut(weights, source, this.#crowd));
    });
    const rhythm = this.#scene?.rhythm;
    const written = moment.writing >= (rhythm?.word ?? 1);
    [...find(this, ".map-targets", HTMLElement).children].forEach((label, step) => {
      const there = moment.turned && (step < target || (step === target && written));
      label.toggleAttribute("data-there", there);
      label.toggleAttribute("data-now", moment.turned && step === row);
    });
  }

  /** @param {TranslationScene} scene */
  #showCell(scene) {
    const { shown, cell } = scene;
    const marker = find(this, ".map-cell", HTMLElement);
    const reading = find(this, ".map-reading", HTMLElement);
    const there = Boolean(shown && cell && this.#isShown(cell.target));
    marker.hidden = !there;
    if (!shown || !cell || !there) {
      setText(reading, say("map.hint"));
      delete reading.dataset.cell;
      return;
    }
    marker.style.insetInlineStart = `${(cell.source / this.#sources.length) * 100}%`;
    marker.style.insetBlockStart = `${(cell.target / this.#rows) * 100}%`;
    marker.style.inlineSize = `${100 / this.#sources.length}%`;
    marker.style.blockSize = `${100 / this.#rows}%`;
    const decoder = shown.trace.part(DECODER);
    const weight = decoder.value(WEIGHTS, cell.target, cell.source);
    const score = decoder.value(SCORES, cell.target, cell.source);
    const words = {
      target: this.#targets[cell.target]?.text ?? "",
      source: this.#sources[cell.source]?.text ?? "",
      share: percent(weight),
      weight: float32Text(weight),
      score: withMinus(float32Text(score)),
    };
    const forced = forcedSteps(shown).has(cell.target);
    setText(reading, say(forced ? "map.forced" : "map.cell", words));
    reading.dataset.cell = `${cell.target} ${cell.source}`;
    reading.dataset.weight = float32Text(weight);
    reading.dataset.score = float32Text(score);
  }

  get #content() {
    const { shown, theme } = /** @type {TranslationScene} */ (this.#scene);
    const weights = shown ? this.#targets.map((_, target) => weightsAt(shown, target)) : [];
    return { sources: this.#sources, targets: this.#targets, rows: this.#rows, weights, theme };
  }

  #figure() {
    const scene = this.#scene;
    if (!scene?.shown || scene.attention === null || !this.#targets.length) return null;
    const { clientWidth: width, clientHeight: height } = this.#plot;
    return mapFigure(this.#content, { width, height });
  }

  #picture() {
    const shown = this.#scene?.shown;
    return shown ? mapPicture(this.#content, say("map.picture", { model: shown.model.title })) : null;
  }

  /** All weights: one row per target word, one column per source word. */
  #values() {
    const shown = this.#scene?.shown;
    if (!shown) return [];
    const heading = ["step", "target", ...this.#sources.map(({ text }) => text)];
    const rows = this.#targets.map(({ text }, target) => [
      String(target),
      text,
      ...weightsAt(shown, target).map(float32Text),
    ]);
    return [heading, ...rows];
  }
}
