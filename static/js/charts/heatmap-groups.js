// @ts-check
/** The groups of units in a large heatmap: a bracket beside the rows of each, and a list of what they track. */

import { find, setText, stamp } from "../page/dom.js";
import { say } from "../page/words.js";
import { askTracked } from "../units/tracked.js";
import { groupsIn, TOGETHER, trackedBy } from "../units/unit-groups.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../trace/contracts.js").Concept} Concept */
/** @typedef {import("./heatmap-row.js").HeatmapRow} HeatmapRow */
/** @typedef {import("./row-window.js").RowWindow} RowWindow */

export class HeatmapGroups {
  /** @type {RowWindow[]} */
  #groups = [];
  /** What the groups were found in. */
  #found = "";
  /** @type {Map<string, Promise<Concept[]>>} by the models' ids */
  #tracked = new Map();

  /**
   * @param {HTMLElement} root
   * @param {Scene} scene
   * @param {(group: RowWindow) => void} open shows the rows of a group alone
   */
  constructor(root, scene, open) {
    this.scene = scene;
    this.box = find(root, ".heatmap-groups", HTMLElement);
    this.brackets = document.createElement("div");
    this.brackets.className = "group-brackets";
    this.brackets.ariaHidden = "true";
    this.box.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      const group = this.#groups[Number(button?.value)];
      if (button && group) open(group);
    });
  }

  /** @param {HeatmapRow | null} row the large one; null to show no groups */
  show(row) {
    this.box.hidden = !row;
    if (!row) return this.brackets.remove();
    row.plot.append(this.brackets);
    this.#find();
    this.#bracket(row.window ?? { from: 0, count: this.scene.rows.length });
  }

  #find() {
    const { shown, rows, ordering, selection } = this.scene;
    const signal = this.scene.signal(ordering.signal ?? "");
    if (!shown || !signal) return;
    const array = this.scene.arrayOf(signal.name);
    const found = [shown.model.id, array, shown.trace.received, rows].join();
    if (found === this.#found) return;
    this.#found = found;
    const groups = groupsIn(shown.trace, array);
    this.#groups = groups.map((units) => ({ from: rows.indexOf(units[0] ?? 0), count: units.length }));
    const name = groups.length > 0 ? "groups.how" : "groups.none";
    setText(find(this.box, "p", HTMLElement), say(name, { title: signal.title, least: TOGETHER }));
    const items = groups.map((units, index) => {
      const item = stamp(this.box, "template");
      const button = find(item, "button", HTMLButtonElement);
      button.value = String(index);
      setText(find(button, "b", HTMLElement), letterOf(index));
      setText(find(button, "span", HTMLElement), say("groups.units", { count: units.length }));
      return { item, units };
    });
    find(this.box, "ol", HTMLElement).replaceChildren(...items.map(({ item }) => item));
    void this.#describe(found, shown.model.id, items, (unit) => ({
      ...selection,
      signal: signal.name,
      unit,
    }));
  }

  /**
   * Says what the units of each group are known to track; nothing where nothing is known.
   * @param {string} found
   * @param {string} model
   * @param {{ item: HTMLElement, units: number[] }[]} items
   * @param {(unit: number) => import("../page/scene.js").Selection} spotOf
   */
  async #describe(found, model, items, spotOf) {
    const asked = this.#tracked.get(model) ?? askTracked(model).catch(() => []);
    this.#tracked.set(model, asked);
    const concepts = await asked;
    if (found !== this.#found) return;
    for (const { item, units } of items) {
      const known = trackedBy(concepts, units.map(spotOf));
      const words = known.map(({ concept: { title }, unit }) => say("groups.known", { title, unit }));
      setText(find(item, "small", HTMLElement), words.join(", "));
    }
  }

  /** @param {RowWindow} window */
  #bracket({ from, count }) {
    const brackets = this.#groups.map((group, index) => {
      const bracket = document.createElement("span");
      bracket.textContent = letterOf(index);
      bracket.style.insetBlockStart = `${(100 * (group.from - from)) / count}%`;
      bracket.style.blockSize = `${(100 * group.count) / count}%`;
      return bracket;
    });
    this.brackets.replaceChildren(...brackets);
  }
}

/** @param {number} index */
function letterOf(index) {
  return String.fromCharCode(65 + (index % 26)).repeat(1 + Math.floor(index / 26));
}
