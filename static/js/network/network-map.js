// @ts-check
/** The whole network, unrolled over time: shows the current place, and leads to other layers, directions and steps. */

import { FOLLOWED, stepAt } from "../time/clock.js";
import { momentOf } from "../time/moment.js";
import { Journey } from "../time/journey.js";
import { find, rem, setAttribute, setText, stamp, watchSize } from "../page/dom.js";
import { scaleOf } from "../page/palette.js";
import { roundUp } from "../page/numbers.js";
import { scheduleAt } from "../stage/known.js";
import { HANDED, progress } from "../stage/schedule.js";
import { glyphOf, spoken } from "../sequence/tokens.js";
import { arrayName, samePlace } from "../trace/trace.js";
import { say } from "../page/words.js";
import { readInks } from "./map-inks.js";
import { leaving, mapLayout, originAt } from "./map-layout.js";
import { drawMap } from "./map-picture.js";
import { MapThumbnails } from "./map-thumbnails.js";
import { sizeOf, spokenRow } from "./map-words.js";
import { neighbour, rowsOf } from "./places.js";
import { Part } from "../page/part.js";

/** @typedef {import("../trace/contracts.js").Signal} Signal */
/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../page/scene.js").Shown} Shown */
/** @typedef {import("./map-layout.js").MapLayout} MapLayout */
/** @typedef {import("./map-picture.js").Inks} Inks */
/** @typedef {import("../trace/contracts.js").Place} Place */

export class NetworkMap extends Part {
  /** @type {Scene | null} */
  #scene = null;
  #mark = () => {};
  #width = 0;
  /** The page's text size relative to 16 px. */
  #scale = 1;
  /** @type {Place[]} the rows of the network */
  #places = [];
  /** @type {Place[]} those that are shown */
  #rows = [];
  /** @type {Signal[]} */
  #states = [];
  /** @type {MapLayout | null} */
  #layout = null;
  #thumbnails = new MapThumbnails();
  /** @type {Inks | null} */
  #inks = null;
  #drawn = "";
  #origin = 0;
  /** Outside the document, where setting `font` does not force a style recalculation. */
  #sheet = document.createElement("canvas");

  /**
   * @param {Scene} scene
   */
  connect(scene) {
    this.#scene = scene;
    const journey = new Journey(scene);
    this.#mark = scene.clock.add(() => this.#draw(), this.life);
    scene.on("trace", () => this.#rebuild(scene), this.life);
    scene.on("chunk", () => this.#relay(), this.life);
    scene.on("filled", () => this.#repaint(), this.life);
    scene.on(
      "theme",
      () => {
        this.#inks = null;
        this.#relay();
      },
      this.life,
    );
    for (const change of /** @type {const} */ (["selection", "pointed", "pinned"]))
      scene.on(change, this.#mark, this.life);
    for (const change of /** @type {const} */ (["selection", "layers"]))
      scene.on(change, () => this.#label(scene), this.life);
    const view = this.#view;
    view.addEventListener("click", (event) => this.#go(event));
    view.addEventListener("pointermove", (event) => this.#point(event));
    view.addEventListener("pointerleave", () => this.#leave());
    view.addEventListener("keydown", (event) => this.#key(event, journey));
    for (const button of this.querySelectorAll("button[data-distance]")) {
      button.addEventListener("click", () => this.#look(button.getAttribute("data-distance") ?? ""));
    }
    watchSize(
      view,
      ([entry]) => {
        this.#scale = rem() / 16;
        this.#width = Math.floor((entry?.contentRect.width ?? 0) / this.#scale);
        this.#relay();
      },
      this.life,
    );
  }

  /**
   * Asks the page for a distance: the network, the cell or the unit.
   * @param {string} distance
   */
  #look(distance) {
    this.dispatchEvent(new CustomEvent("look", { detail: distance, bubbles: true }));
  }

  /**
   * Goes to another row of the network, at the same step and unit.
   * @param {number} by
   */
  move(by) {
    const scene = this.#scene;
    if (scene?.shown) scene.select({ place: neighbour(this.#places, scene.selection.place, by) });
  }

  get #view() {
    return find(this, ".map-view", HTMLElement);
  }

  /** @param {Scene} scene */
  #rebuild(scene) {
    const { trace, cell } = /** @type {Shown} */ (scene.shown);
    this.#places = rowsOf(trace.header);
    this.#states = cell.signals.filter(({ role }) => role === "state");
    this.#inks = null;
    setText(find(this, "[data-map=size]", HTMLElement), sizeOf(trace.header));
    this.#label(scene);
  }

  /**
   * Shows the rows of the layers that are shown, with their names.
   * @param {Scene} scene
   */
  #label(scene) {
    const rows = this.#places.filter(({ layer }) => scene.layers.includes(layer));
    if (rows[0] === this.#rows[0] && rows.at(-1) === this.#rows.at(-1)) return;
    this.#rows = rows;
    const labels = rows.map((row) => {
      const label = /** @type {HTMLButtonElement} */ (stamp(this, "template.row-template"));
      label.setAttribute("aria-label", spokenRow(row));
      setText(find(label, ".row-layer", HTMLElement), say("network.layer", { layer: row.layer }));
      setText(find(label, ".row-direction", HTMLElement), say(`network.arrow.${row.direction}`));
      const lanes = this.#states.map(({ symbol, css }) => {
        const lane = stamp(this, "template.lane-template");
        lane.style.setProperty("--signal", `var(${css})`);
        setText(lane, symbol);
        return lane;
      });
      find(label, ".row-lanes", HTMLElement).replaceChildren(...lanes);
      label.dataset.row = `${row.layer} ${row.direction}`;
      label.addEventListener("click", () => scene.select({ place: row }));
      return label;
    });
    find(this, ".map-rows", HTMLElement).replaceChildren(...labels);
    this.#relay();
  }

  #relay() {
    this.#layout = null;
    this.#mark();
  }

  #repaint() {
    this.#drawn = "";
    this.#thumbnails.clear();
    this.#mark();
  }

  /** @returns {MapLayout} */
  #arrange() {
    if (this.#layout) return this.#layout;
    const { trace } = /** @type {Shown} */ (this.#scene?.shown);
    const layout = mapLayout({
      width: this.#width,
      rows: this.#rows,
      states: this.#states.length,
      units: trace.header.units,
      extent: trace.extent,
    });
    this.#layout = layout;
    this.#drawn = "";
    this.#thumbnails.clear();
    const canvas = find(this, "canvas", HTMLCanvasElement);
    const scale = this.#scale;
    for (const one of [canvas, this.#sheet]) {
      one.width = Math.round(layout.width * devicePixelRatio * scale);
      one.height = Math.round(layout.height * devicePixelRatio * scale);
    }
    canvas.style.inlineSize = `${layout.width}px`;
    canvas.style.blockSize = `${layout.height}px`;
    this.style.setProperty("--map-height", `${layout.height * scale}px`);
    this.style.setProperty("--map-scale", String(scale));
    [...this.querySelectorAll(".map-row")].forEach((label, index) => {
      const { y, height } = layout.rows[index] ?? { y: 0, height: 0 };
      if (!(label instanceof HTMLElement)) return;
      label.style.insetBlockStart = `${y * scale}px`;
      label.style.blockSize = `${height * scale}px`;
    });
    return layout;
  }

  #draw() {
    const scene = this.#scene;
    if (!scene?.shown || this.#width < 100) return;
    const { clock } = scene;
    const moment = momentOf(clock);
    const { step, fraction } = moment;
    const layout = this.#arrange();
    this.#origin = originAt({ columns: layout.columns, extent: clock.extent }, step, fraction);
    const schedule = scheduleAt(scene.shown.cell, moment);
    const done = (/** @type {string} */ name) => progress(schedule.get(name), fraction);
    this.#paint(layout, step, done);
    this.#place(layout, moment, done(HANDED));
    this.#state(step);
    this.dataset.step = String(step);
  }

  /**
   * @param {MapLayout} layout
   * @param {number} step
   * @param {(name: string) => number} done how far a part of the step's work has come
   */
  #paint(layout, step, done) {
    const { trace } = /** @type {Shown} */ (this.#scene?.shown);
    const settled = this.#states.map(({ name }) => done(name));
    const key = [this.#origin.toFixed(3), step, ...settled.map((share) => share.toFixed(2))].join(" ");
    if (key === this.#drawn) return;
    this.#drawn = key;
    const shown = find(this, "canvas", HTMLCanvasElement).getContext("2d");
    const context = this.#sheet.getContext("2d");
    if (!shown || !context) return;
    const pixels = devicePixelRatio * this.#scale;
    context.setTransform(pixels, 0, 0, pixels, 0, 0);
    const window = { first: Math.floor(this.#origin), count: layout.columns + 2, fold: layout.fold };
    drawMap(context, {
      layout,
      rows: this.#rows,
      trace,
      origin: this.#origin,
      step,
      settled,
      inks: (this.#inks ??= readInks(this.#states)),
      thumbnail: (row, state, at) => {
        const place = /** @type {Place} */ (this.#rows[row]);
        const signal = /** @type {Signal} */ (this.#states[state]);
        return this.#thumbnails.at(trace, arrayName(place, signal.name), this.#scaleOf(signal), window, at);
      },
    });
    shown.clearRect(0, 0, this.#sheet.width, this.#sheet.height);
    shown.drawImage(this.#sheet, 0, 0);
  }

  /**
   * The colours of a state, the same in all rows.
   * @param {Signal} signal
   */
  #scaleOf(signal) {
    const scene = /** @type {Scene} */ (this.#scene);
    const { trace } = /** @type {Shown} */ (scene.shown);
    const largest = Math.max(...this.#places.map((place) => trace.largest(arrayName(place, signal.name))));
    const { theme } = scene;
    return this.#thumbnails.scale(`${signal.name} ${theme}`, roundUp(largest), (top) =>
      scaleOf(signal, theme, top),
    );
  }

  /**
   * Draws the ring around the current cell, and the states passed to it on their way.
   * @param {MapLayout} layout
   * @param {import("../time/moment.js").Moment} moment
   * @param {number} back how far the states have come on their way
   */
  #place(layout, { step, fraction }, back) {
    const scene = /** @type {Scene} */ (this.#scene);
    const { clock, selection } = scene;
    const row = this.#rows.findIndex((candidate) => samePlace(candidate, selection.place));
    const band = layout.rows[row] ?? { y: 0, height: 0 };
    const next = step + (step + 1 < clock.extent ? leaving(fraction) : 0);
    const inset = (layout.column - layout.cell) / 2;
    const ring = find(this, ".map-ring", HTMLElement);
    const x = (next - this.#origin) * layout.column + inset;
    ring.style.transform = `translate(${x - 3}px, ${band.y - 3}px)`;
    ring.style.inlineSize = `${layout.cell + 6}px`;
    ring.style.blockSize = `${band.height + 6}px`;
    const now = find(this, ".map-now", HTMLElement);
    now.style.transform = `translateX(${(next - this.#origin) * layout.column}px)`;
    now.style.inlineSize = `${layout.column}px`;
    const backward = selection.place.direction === "backward";
    const first = backward ? step + 1 >= clock.extent : step === 0;
    const moves = clock.state === "paused" || (clock.speed <= FOLLOWED && !clock.still);
    layout.lanes.forEach((lane, index) => {
      const dot = find(this, `.map-dot:nth-of-type(${index + 1})`, HTMLElement);
      dot.hidden = first || !moves || back >= 1;
      const gap = layout.column - layout.cell;
      const left = (step - this.#origin) * layout.column + inset;
      const at = backward ? left + layout.cell + gap * (1 - back) : left - gap * (1 - back);
      dot.style.transform = `translate(${at}px, ${band.y + lane}px)`;
      dot.style.setProperty("--signal", `var(${this.#states[index]?.css})`);
    });
  }

  /** @param {number} step */
  #state(step) {
    const scene = /** @type {Scene} */ (this.#scene);
    const { trace, cell } = /** @type {Shown} */ (scene.shown);
    const { selection, focus, clock } = scene;
    const row = spokenRow(selection.place);
    const token = trace.nameOf(step);
    for (const label of this.querySelectorAll(".map-row")) {
      const here = label.getAttribute("data-row") === `${selection.place.layer} ${selection.place.direction}`;
      setAttribute(label, "aria-pressed", String(here));
    }
    const several = this.#places.length > 1 ? row : cell.title;
    setText(find(this, "[data-map=cell]", HTMLElement), several);
    setText(find(this, "[data-map=token]", HTMLElement), token ? glyphOf(token).text : "");
    setText(find(this, "[data-map=step]", HTMLElement), String(step));
    setText(find(this, "[data-map=unit]", HTMLElement), String(focus.unit));
    const view = this.#view;
    setAttribute(view, "aria-valuemax", String(Math.max(trace.extent - 1, 0)));
    setAttribute(view, "aria-valuenow", String(step));
    if (token && clock.state === "paused") {
      setAttribute(view, "aria-valuetext", `${say("step.token", { step, token: spoken(token) })}, ${row}`);
    }
  }

  /**
   * The row (none on the tokens) and the step under a pointer; null outside them.
   * @param {MouseEvent} event
   */
  #under(event) {
    const layout = this.#layout;
    const extent = this.#scene?.clock.extent ?? 0;
    if (!layout) return null;
    const box = this.#view.getBoundingClientRect();
    const step = Math.floor((event.clientX - box.left) / this.#scale / layout.column + this.#origin);
    const y = (event.clientY - box.top) / this.#scale;
    const row = this.#rows[layout.rows.findIndex((band) => y >= band.y - 2 && y <= band.y + band.height + 2)];
    return step < 0 || step >= extent ? null : { step, row };
  }

  /**
   * Goes to a cell, at the same fraction of its step and with the same unit.
   * @param {MouseEvent} event
   */
  #go(event) {
    const scene = this.#scene;
    const under = this.#under(event);
    if (!scene || !under) return;
    const { clock } = scene;
    const step = stepAt(clock.t, clock.extent);
    if (under.row && !samePlace(under.row, scene.selection.place)) scene.select({ place: under.row });
    if (under.step !== step) clock.seek(under.step + Math.min(clock.t - step, 1 - Number.EPSILON));
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const scene = this.#scene;
    const under = this.#under(event);
    if (!scene?.shown || !under?.row) return this.#leave();
    const { step, row } = under;
    const { signal: name, unit } = scene.selection;
    scene.point({ place: row, step });
    const { trace } = scene.shown;
    const value = trace.value(arrayName(row, name), step, unit);
    const title = [scene.signal(name)?.title, ...(this.#places.length > 1 ? [spokenRow(row)] : [])].join(
      ", ",
    );
    const { clientX: x, clientY: y } = event;
    scene.tip = { x, y, step, unit, value, title, token: trace.nameOf(step) };
  }

  #leave() {
    const scene = this.#scene;
    if (!scene) return;
    scene.tip = null;
    scene.point(null);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Journey} journey
   */
  #key(event, journey) {
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const actions = {
      ArrowLeft: () => journey.go("back"),
      ArrowRight: () => journey.go("forward"),
      ArrowUp: () => this.move(1),
      ArrowDown: () => this.move(-1),
      PageUp: () => journey.go("screen-back"),
      PageDown: () => journey.go("screen-forward"),
      Enter: () => this.#look("cell"),
    };
    const action = actions[event.key];
    if (!action) return;
    action();
    event.preventDefault();
  }
}
