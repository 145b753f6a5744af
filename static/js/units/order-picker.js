// @ts-check
/**
 * The choice of the order of units. An order stays when another unit or signal is chosen; a button reorders by those.
 */

import { askOrder, problemOf } from "../trace/api.js";
import { find, setText } from "../page/dom.js";
import { arrayName } from "../trace/trace.js";
import { activityOrder, BY_INDEX, correlationOrder, indexOrder } from "./unit-order.js";
import { say } from "../page/words.js";
import { Part } from "../page/part.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../page/scene.js").Shown} Shown */
/** @typedef {import("./unit-order.js").Ordering} Ordering */

export class OrderPicker extends Part {
  /** Counts requests, so that a late response is recognised. */
  #asked = 0;
  /** The place that the order belongs to. */
  #place = "";
  #complete = false;

  /** @param {Scene} scene */
  connect(scene) {
    const select = find(this, "select", HTMLSelectElement);
    select.addEventListener("change", () => this.#choose(scene, select.value));
    const again = find(this, "button[data-action=again]", HTMLButtonElement);
    again.addEventListener("click", () => this.#choose(scene, scene.ordering.by));
    scene.on("ordering", () => void this.#arrange(scene), this.life);
    scene.on(
      "trace",
      () => {
        this.#complete = false;
        this.#follow(scene);
      },
      this.life,
    );
    scene.on("chunk", () => this.#follow(scene), this.life);
    scene.on(
      "selection",
      () => {
        if (this.#place !== placeOf(scene)) void this.#arrange(scene);
        this.#describe(scene);
      },
      this.life,
    );
  }

  /**
   * @param {Scene} scene
   * @param {string} by
   */
  #choose(scene, by) {
    const { signal, unit } = scene.selection;
    scene.orderBy(by === BY_INDEX.by ? BY_INDEX : { by, signal, unit });
  }

  /**
   * Reorders when all steps have arrived; until then the rows do not move.
   * @param {Scene} scene
   */
  #follow(scene) {
    const complete = scene.shown?.trace.complete ?? false;
    if (complete && !this.#complete) void this.#arrange(scene);
    else this.#describe(scene);
    this.#complete = complete;
  }

  /** @param {Scene} scene */
  async #arrange(scene) {
    const { shown } = scene;
    const asked = (this.#asked += 1);
    if (!shown) return;
    const ordering = resolved(scene.ordering, scene, shown);
    if (JSON.stringify(ordering) !== JSON.stringify(scene.ordering)) {
      scene.orderBy(ordering);
      return;
    }
    this.#place = placeOf(scene);
    this.#describe(scene);
    try {
      const rows = await rowsOf(ordering, scene, shown);
      if (asked === this.#asked) scene.arrange(rows);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.dispatchEvent(new CustomEvent("problem", { detail: problemOf(error), bubbles: true }));
      scene.orderBy(BY_INDEX);
    }
  }

  /** @param {Scene} scene */
  #describe(scene) {
    const { by, signal, unit } = scene.ordering;
    const { selection } = scene;
    find(this, "select", HTMLSelectElement).value = by;
    const title = scene.signal(signal ?? "")?.title ?? "";
    setText(
      find(this, "[data-readout=basis]", HTMLElement),
      by === BY_INDEX.by ? "" : say(`order.basis.${by}`, { signal: title, unit: unit ?? 0 }),
    );
    const again = find(this, "button[data-action=again]", HTMLButtonElement);
    const other = signal !== selection.signal || (by === "correlation" && unit !== selection.unit);
    again.hidden = by === BY_INDEX.by || !other;
    const wanted = { signal: scene.signal(selection.signal)?.title ?? "", unit: selection.unit };
    if (!again.hidden) setText(again, say(`order.again.${by}`, wanted));
  }
}

/** @param {Scene} scene */
function placeOf({ selection: { place } }) {
  return arrayName(place, "");
}

/**
 * The ordering, with the selection's signal and unit where it has none or the cell does not have them.
 * @param {Ordering} ordering
 * @param {Scene} scene
 * @param {Shown} shown
 * @returns {Ordering}
 */
function resolved({ by, signal, unit }, scene, { trace }) {
  if (by === BY_INDEX.by) return BY_INDEX;
  const known = signal && scene.signal(signal) ? signal : scene.selection.signal;
  if (by !== "correlation") return { by, signal: known };
  const there = unit !== undefined && unit < trace.header.units;
  return { by, signal: known, unit: there ? unit : scene.selection.unit };
}

/**
 * The units from the top.
 * @param {Ordering} ordering
 * @param {Scene} scene
 * @param {Shown} shown
 * @returns {Promise<number[]>}
 */
async function rowsOf({ by, signal = "", unit = 0 }, { selection }, { trace, source }) {
  const whole = trace.whole(arrayName(selection.place, signal));
  if (!whole || by === BY_INDEX.by) return indexOrder(trace.header.units);
  if (by === "activity") return activityOrder(whole.column, whole.count);
  if (by === "correlation") return correlationOrder(whole.column, whole.count, unit);
  if (by === "groups") {
    const { groupsIn } = await import("./unit-groups.js");
    const together = groupsIn(trace, arrayName(selection.place, signal)).flat();
    return [...new Set([...together, ...indexOrder(trace.header.units)])];
  }
  const { layer, direction } = selection.place;
  return askOrder(source, trace.received, { layer, direction, signal });
}
