// @ts-check
/** The stacked heatmaps of all signals, with one time axis and one cursor. */

import { placeCursor } from "./chart-frame.js";
import { ChartQueue } from "./chart-queue.js";
import { find, setText, stylesheet, watchSize } from "../page/dom.js";
import { HeatmapRow } from "./heatmap-row.js";
import { onValues, wantRange } from "./overview.js";
import { rowsAfter } from "./row-window.js";
import { drawAxis } from "./time-axis.js";
import { columnsOf, inside, moved, share, zoomed } from "../time/time-range.js";
import { samePlace } from "../trace/trace.js";
import { say } from "../page/words.js";
import { Part } from "../page/part.js";

/** @typedef {import("./plotly.js").Plotly} Plotly */
/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../trace/contracts.js").Place} Place */

/** After this much time (ms), painting continues in the next frame. */
const BUDGET = 4;
const ZOOMS = new Map([
  ["in", 0.5],
  ["out", 2],
]);

export class GateHeatmaps extends Part {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {HeatmapRow[]} */
  #rows = [];
  /** @type {Set<HeatmapRow>} rows whose cells are out of date */
  #stale = new Set();
  #framed = false;
  /** Whether nothing has been painted yet: then all rows are painted at once. */
  #fresh = false;
  #lit = false;
  /** @type {Place | null} shown by the cells */
  #place = null;
  #cell = "";
  /** @type {import("./heatmap-cells.js").Kind} */
  #kind = "mean";
  /** Whether each unit's colours cover its own range. */
  #own = false;
  /** @type {Promise<import("./heatmap-groups.js").HeatmapGroups> | null} loaded when it is first needed */
  #groups = null;
  /** @type {Promise<void> | null} */
  #dressed = null;
  #width = 0;
  /** @type {Parameters<typeof placeCursor>[0] | null} */
  #pointer = null;
  #queue = new ChartQueue();
  /** @type {Plotly | null} */
  #plotly = null;
  #mark = () => {};

  /** @param {Scene} scene */
  connect(scene) {
    this.#scene = scene;
    this.#mark = scene.clock.add((t) => this.#draw(t), this.life);
    scene.on("trace", () => this.#rebuild(), this.life);
    scene.on("selection", () => this.#select(), this.life);
    scene.on(
      "pointed",
      () => {
        this.#lit = false;
        this.#mark();
      },
      this.life,
    );
    for (const change of /** @type {const} */ (["chunk", "range", "order", "theme"]))
      scene.on(change, () => this.#refresh(), this.life);
    onValues(scene, () => this.#refresh(), this.life);
    for (const button of this.querySelectorAll("button[data-zoom]")) {
      button.addEventListener("click", () => this.zoom(button.getAttribute("data-zoom") ?? ""));
    }
    for (const button of this.querySelectorAll("button[data-move]")) {
      button.addEventListener("click", () => this.#move(Number(button.getAttribute("data-move"))));
    }
    for (const button of this.querySelectorAll("button[data-rows]")) {
      button.addEventListener("click", () => this.#zoomRows(button.getAttribute("data-rows") ?? ""));
    }
    const large = find(this, "select[name=large]", HTMLSelectElement);
    large.addEventListener("change", () => this.#enlarge(large.value));
    const kind = find(this, "select[name=kind]", HTMLSelectElement);
    kind.addEventListener("change", () => {
      this.#kind = /** @type {import("./heatmap-cells.js").Kind} */ (kind.value);
      this.#refresh();
    });
    const colours = find(this, "select[name=colours]", HTMLSelectElement);
    colours.addEventListener("change", () => {
      this.#own = colours.value === "own";
      this.#refresh();
    });
    const overlay = find(this, ".chart-overlay", HTMLElement);
    this.#pointer = {
      cursor: find(overlay, ".cursor", HTMLElement),
      band: find(overlay, ".band", HTMLElement),
    };
    watchSize(
      overlay,
      () => {
        this.#width = overlay.clientWidth;
        this.#fresh = true;
        this.#refresh();
      },
      this.life,
    );
  }

  /** The styles of a large heatmap: the first picture does without. */
  #dress() {
    this.#dressed ??= stylesheet(this.dataset.sheet ?? "");
  }

  /** @param {Plotly} plotly */
  use(plotly) {
    this.#dress();
    this.#plotly = plotly;
    for (const row of this.#rows) {
      row.chart.use(plotly);
      row.menu.use(plotly);
    }
  }

  #rebuild() {
    const shown = this.#scene?.shown;
    if (!this.#scene || !shown) return;
    if (shown.cell.kind !== this.#cell) this.#makeRows(this.#scene);
    this.#cell = shown.cell.kind;
    this.style.setProperty("--units", String(shown.trace.header.units));
    const large = find(this, "select[name=large]", HTMLSelectElement).value;
    if (large || this.hasAttribute("data-large")) this.#enlarge(large);
    this.#fresh = true;
    this.#refresh();
  }

  /** @param {Scene} scene */
  #makeRows(scene) {
    const answers = {
      point: this.#point.bind(this),
      choose: (/** @type {{ moment: number, unit: number, signal: { name: string } }} */ place) => {
        const step = Math.floor(place.moment);
        const { pinned } = scene;
        const again =
          pinned?.unit === place.unit && pinned.signal === place.signal.name && step === scene.step;
        scene.pin(again ? null : { unit: place.unit, signal: place.signal.name });
        scene.clock.seek(step);
      },
    };
    const signals = scene.shown?.cell.signals ?? [];
    this.#rows = signals.map(
      (signal) => new HeatmapRow(this, signal, scene, this.#queue, answers, this.life),
    );
    find(this, ".heatmap-rows", HTMLElement).replaceChildren(...this.#rows.map((row) => row.element));
    if (this.#plotly) this.use(this.#plotly);
    const large = find(this, "select[name=large]", HTMLSelectElement);
    const [all] = large.options;
    const names = signals.map(({ name, title }) => new Option(say("heatmap.large", { title }), name));
    large.replaceChildren(...(all ? [all] : []), ...names);
  }

  /**
   * Shows one signal alone, large, with rows that can be zoomed; all signals again if it has no name.
   * @param {string} signal
   */
  #enlarge(signal) {
    this.#dress();
    find(this, "select[name=large]", HTMLSelectElement).value = signal;
    this.toggleAttribute("data-large", signal !== "");
    find(this, "[data-rows-zoom]", HTMLElement).hidden = signal === "";
    for (const row of this.#rows) {
      const large = row.signal.name === signal;
      row.element.hidden = signal !== "" && !large;
      row.window = large ? { from: 0, count: this.#scene?.rows.length ?? 0 } : null;
    }
    this.#fresh = true;
    this.#tellRows();
    this.#refresh();
  }

  /** @param {string} how */
  #zoomRows(how) {
    const scene = this.#scene;
    const row = this.#rows.find(({ window }) => window !== null);
    if (!scene || !row?.window) return;
    const { length } = scene.rows;
    row.window = rowsAfter(row.window, how, scene.rowOf(scene.selection.unit), length);
    this.#tellRows();
    this.#refresh();
  }

  /** Marks the groups of similar units in the large heatmap, and says what they track. */
  async #group() {
    const scene = /** @type {Scene} */ (this.#scene);
    const large = this.#rows.find(({ window }) => window !== null);
    const wanted = scene.ordering.by === "groups" ? large : undefined;
    if (!wanted && !this.#groups) return;
    this.#groups ??= import("./heatmap-groups.js").then(
      ({ HeatmapGroups }) => new HeatmapGroups(this, scene, (group) => this.#open(group)),
    );
    (await this.#groups).show(wanted ?? null);
  }

  /**
   * Shows the rows of a group in the large heatmap, with some around them if they are few.
   * @param {import("./row-window.js").RowWindow} group
   */
  #open(group) {
    const row = this.#rows.find(({ window }) => window !== null);
    const units = this.#scene?.rows.length ?? 0;
    if (!row) return;
    const middle = group.from + group.count / 2;
    row.window = rowsAfter(group, "to", middle, units);
    this.#tellRows();
    this.#refresh();
  }

  /** Says how many units the large heatmap shows, and which ways of zooming are left. */
  #tellRows() {
    const window = this.#rows.find((row) => row.window !== null)?.window;
    const units = this.#scene?.rows.length ?? 0;
    if (!window) return;
    const words = say("heatmap.rows", { count: window.count, units });
    setText(find(this, "[data-readout=rows]", HTMLElement), words);
    for (const button of this.querySelectorAll("button[data-rows]")) {
      const after = rowsAfter(window, button.getAttribute("data-rows") ?? "", window.from, units);
      const moves = after.from !== window.from || after.count !== window.count;
      /** @type {HTMLButtonElement} */ (button).disabled = !moves;
    }
  }

  /** A new unit or signal only moves the markers; a new place has other cells. */
  #select() {
    const { place } = /** @type {Scene} */ (this.#scene).selection;
    if (!this.#place || !samePlace(this.#place, place)) return this.#refresh();
    this.#framed = false;
    this.#mark();
  }

  #refresh() {
    this.#place = /** @type {Scene} */ (this.#scene).selection.place;
    this.#stale = new Set(this.#rows.filter(({ element }) => !element.hidden));
    this.#framed = false;
    this.#mark();
    void this.#group();
  }

  /** @param {number} t */
  #draw(t) {
    const scene = this.#scene;
    if (!scene?.shown) return;
    if (!this.#framed) this.#frame(scene);
    if (!this.#lit) for (const row of this.#rows) row.light();
    this.#lit = true;
    const started = performance.now();
    for (const row of this.#stale) {
      this.#stale.delete(row);
      row.kind = this.#kind;
      row.own = this.#own;
      row.draw();
      if (!this.#fresh && performance.now() - started > BUDGET) break;
    }
    this.#fresh = false;
    if (this.#stale.size > 0) this.#mark();
    if (this.#pointer) {
      placeCursor(this.#pointer, { range: scene.range, width: this.#width, t, step: scene.step });
    }
  }

  /** @param {Scene} scene */
  #frame(scene) {
    this.#framed = true;
    for (const row of this.#rows) row.mark();
    const { trace } = /** @type {import("../page/scene.js").Shown} */ (scene.shown);
    const width = this.#width;
    drawAxis(find(this, ".time-axis", HTMLElement), { range: scene.range, width, trace });
    wantRange(trace, scene.range);
    this.#tellBinning(Math.max(columnsOf(scene.range, width, trace.extent).size, this.#coarse(scene)));
    for (const button of this.querySelectorAll("button:is([data-zoom=all], [data-move])")) {
      /** @type {HTMLButtonElement} */ (button).disabled = !scene.zoomed;
    }
  }

  /**
   * How many steps a column shows at least: those of a bin, in a range that is too long to hold every value.
   * @param {Scene} scene
   */
  #coarse({ shown, range }) {
    const trace = /** @type {import("../page/scene.js").Shown} */ (shown).trace;
    return range.stop - range.start > trace.most ? trace.resolution : 1;
  }

  /** @param {number} steps in a column */
  #tellBinning(steps) {
    const words = steps > 1 ? say(`heatmap.${this.#kind}`, { steps }) : "";
    setText(find(this, "[data-readout=binning]", HTMLElement), words);
    find(this, ".binning", HTMLElement).hidden = steps === 1;
  }

  /** @param {Parameters<import("./heatmap-row.js").HeatmapAnswers["point"]>[0]} place */
  #point(place) {
    const scene = this.#scene;
    if (!scene) return;
    scene.point(place && { unit: place.unit, signal: place.signal.name, step: place.step });
    scene.tip = null;
    if (!place || !scene.shown) return;
    const { trace } = scene.shown;
    const { step, unit, signal, event } = place;
    const value = trace.value(scene.arrayOf(signal.name), step, unit);
    const { clientX: x, clientY: y } = event;
    scene.tip = { x, y, step, unit, value, title: signal.title, token: trace.nameOf(step) };
  }

  /**
   * Zooms in or out around the current step, or out to all. If that step is out of sight, this brings it back.
   * @param {string} how
   */
  zoom(how) {
    const scene = this.#scene;
    if (!scene?.shown) return;
    const factor = ZOOMS.get(how);
    const { extent } = scene.shown.trace;
    const centre = scene.step + 0.5;
    const place = share(scene.range, centre);
    const range = place < 0 || place > 1 ? moved(scene.range, place - 0.5) : scene.range;
    scene.zoom(factor ? zoomed(range, factor, centre, extent) : null);
  }

  /** @param {number} by as a share of the visible range */
  #move(by) {
    const scene = this.#scene;
    if (scene?.shown) scene.zoom(inside(moved(scene.range, by), scene.shown.trace.extent));
  }
}
