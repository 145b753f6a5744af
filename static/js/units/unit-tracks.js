// @ts-check
/** The units that are kept to be compared: a row for each, on the time axis of the charts. */

import { ChartMenu } from "../charts/chart-menu.js";
import { linesPicture } from "../charts/chart-picture.js";
import { valuesShown } from "../charts/chart-values.js";
import { linePoints, onValues } from "../charts/overview.js";
import { drawAxis } from "../charts/time-axis.js";
import { customProperty, find, watchSize } from "../page/dom.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { columnsOf } from "../time/time-range.js";
import { arrayName } from "../trace/trace.js";
import { TrackRow } from "./track-row.js";
import { KEPT, shortName } from "./tracks.js";
import { nameOf } from "./unit-name.js";

/** @typedef {import("../charts/plotly.js").Plotly} Plotly */
/** @typedef {import("../page/scene.js").Scene} Scene */

/** Room above and below a line in a saved picture, as a share of its panel. */
const MARGIN = 0.08;

export class UnitTracks extends Part {
  /** @type {TrackRow[]} */
  #rows = [];
  /** @type {ChartMenu | null} */
  #menu = null;
  #life = new AbortController();
  #drawn = false;
  #mark = () => {};

  /** @param {Scene} scene */
  connect(scene) {
    this.#mark = scene.clock.add((t) => this.#draw(scene, t), this.life);
    this.#menu = new ChartMenu(find(this, ".chart-menu", HTMLDetailsElement), {
      title: () => say("tracks.title"),
      file: () => `${scene.shown?.model.id}-kept-units`,
      figure: () => figureOf(scene),
      values: () => valuesOf(scene),
      signal: KEPT,
    });
    this.#menu.name();
    scene.tracks.addEventListener("tracks", () => this.#rebuild(scene), { signal: this.life });
    for (const change of /** @type {const} */ (["trace", "chunk", "range", "theme"]))
      scene.on(change, () => this.#refresh(), this.life);
    onValues(scene, () => this.#refresh(), this.life);
    scene.on("selection", this.#mark, this.life);
    watchSize(this, () => this.#refresh(), this.life);
    this.life.addEventListener("abort", () => this.#life.abort());
    this.#rebuild(scene);
  }

  /** @param {Plotly} plotly */
  use(plotly) {
    this.#menu?.use(plotly);
  }

  #refresh() {
    this.#drawn = false;
    this.#mark();
  }

  /** @param {Scene} scene */
  #rebuild(scene) {
    this.#life.abort();
    this.#life = new AbortController();
    const held = this.#rows.findIndex(({ element }) => element.matches(":focus-within"));
    this.#rows = scene.tracks.spots.map((spot) => new TrackRow(this, scene, spot, this.#life.signal));
    find(this, ".track-rows", HTMLElement).replaceChildren(...this.#rows.map(({ element }) => element));
    this.toggleAttribute("data-empty", this.#rows.length === 0);
    const next = this.#rows[Math.min(held, this.#rows.length - 1)];
    if (held >= 0 && next) find(next.element, ".track-drop", HTMLElement).focus();
    this.#refresh();
  }

  /**
   * @param {Scene} scene
   * @param {number} t
   */
  #draw(scene, t) {
    const { shown } = scene;
    const [first] = this.#rows;
    if (!shown || !first) return;
    if (!this.#drawn) {
      this.#drawn = true;
      for (const row of this.#rows) row.draw(shown);
      const axis = { range: scene.range, width: first.plot.clientWidth, trace: shown.trace };
      drawAxis(find(this, ".time-axis", HTMLElement), axis);
    }
    for (const row of this.#rows) row.place(t);
  }
}

/**
 * The tracks as a picture: a panel for each, in its own range.
 * @param {Scene} scene
 */
function figureOf(scene) {
  const { shown, range, tracks } = scene;
  if (!shown) return null;
  const names = tracks.spots.map((spot) => nameOf(shown, spot));
  const height = 1 / Math.max(names.length, 1);
  const axes = tracks.spots.map((spot, index) => {
    const signal = /** @type {import("../trace/contracts.js").Signal} */ (scene.signal(spot.signal));
    const { low, high } = scene.unitScale(signal, spot);
    const top = 1 - (index + MARGIN) * height;
    return { range: [low, high], domain: [1 - (index + 1 - MARGIN) * height, top], fixedrange: true };
  });
  const columns = columnsOf(range, screen.width, shown.trace.extent);
  const data = tracks.spots.map((spot, index) => {
    const points = linePoints(shown.trace, arrayName(spot.place, spot.signal), spot.unit, columns);
    return {
      type: "scatter",
      mode: "lines",
      x: points?.x,
      y: points?.y,
      yaxis: index === 0 ? "y" : `y${index + 1}`,
      line: { color: customProperty(scene.signal(spot.signal)?.css ?? ""), width: 1.75 },
    };
  });
  const layout = Object.fromEntries(
    axes.map((axis, index) => [index === 0 ? "yaxis" : `yaxis${index + 1}`, axis]),
  );
  const title = `${say("tracks.title")}. ${shown.model.title}`;
  return linesPicture(scene, title, { data, layout }, { names, titles: tracks.spots.map(shortName) });
}

/**
 * The visible numbers: one column for each track.
 * @param {Scene} scene
 */
function valuesOf({ shown, range, tracks }) {
  if (!shown) return [];
  const series = tracks.spots.map((spot) => {
    return { name: shortName(spot), array: arrayName(spot.place, spot.signal), unit: spot.unit };
  });
  return valuesShown(shown.trace, range, series);
}
