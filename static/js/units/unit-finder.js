// @ts-check
/**
 * The units that tell the marked steps from the others, best first, and the best score by chance. Fires `finding` when it
 * opens or closes; `held` if it had the focus.
 */

import { problemOf, askUnits } from "../trace/api.js";
import { find, setAttribute, setText } from "../page/dom.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { samePlace } from "../trace/trace.js";
import { addKnown, rowOf } from "./found-row.js";
import { FoundUnits } from "./found-units.js";
import { askTracked } from "./tracked.js";
import { nameOf } from "./unit-name.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../page/scene.js").Shown} Shown */
/** @typedef {import("./found-units.js").Found} Found */
/** @typedef {import("./found-units.js").Ranking} Ranking */
/** @typedef {import("../trace/contracts.js").Concept} Concept */

/** How many units are listed at first, and how many more each time. */
const [FIRST, MORE] = [8, 24];
/** How long marks must rest before the server is asked (ms). */
const REST = 300;

export class UnitFinder extends Part {
  /** @type {Scene | null} */
  #scene = null;
  #found = new FoundUnits();
  /** @type {Ranking | null} */
  #ranking = null;
  #listed = FIRST;
  #stale = true;
  #mark = () => {};
  /** Counts the questions to the server, so that a late answer is recognised. */
  #asked = 0;
  #timer = 0;
  /** @type {Map<string, Concept[]>} by the models' ids */
  #tracked = new Map();

  /** @param {Scene} scene */
  connect(scene) {
    this.#scene = scene;
    this.#mark = scene.clock.add(() => this.#draw(scene), this.life);
    scene.marks.addEventListener("marks", () => this.#remark(scene), { signal: this.life });
    scene.on("trace", () => this.#found.forget(), this.life);
    scene.on("chunk", () => scene.shown?.trace.complete && this.#remark(scene), this.life);
    scene.on("range", () => this.#offerRange(scene), this.life);
    scene.on("selection", () => this.#choose(scene), this.life);
    scene.tracks.addEventListener("tracks", () => this.#choose(scene), { signal: this.life });
    this.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      const spot = this.#spotOf(button);
      if (spot && button?.matches(".finder-keep")) scene.tracks.toggle(spot);
      else if (spot) scene.select(spot);
      else if (button) this.#do(scene, button.dataset.find ?? "");
    });
    for (const name of ["pointerover", "focusin"])
      this.addEventListener(name, ({ target }) => scene.marks.try(this.#spotOf(target)));
    for (const name of ["pointerleave", "focusout"]) this.addEventListener(name, () => scene.marks.try(null));
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      this.close();
      event.preventDefault();
    });
    this.#offerRange(scene);
    this.#remark(scene);
  }

  open() {
    this.#show(true);
  }

  /** Opens the list, or closes it. */
  toggle() {
    if (!this.hidden) return this.close();
    this.#show(true);
    find(this, "h2", HTMLElement).focus();
  }

  /** Closes the list and clears the marks. */
  close() {
    const held = this.matches(":focus-within");
    this.#scene?.marks.clear();
    this.#found.forget();
    this.#show(false, held);
  }

  /**
   * @param {boolean} open
   * @param {boolean} [held]
   */
  #show(open, held = false) {
    if (this.hidden !== open) return;
    this.toggleAttribute("hidden", !open);
    this.dispatchEvent(new CustomEvent("finding", { detail: { open, held } }));
    this.#mark();
  }

  /**
   * @param {Scene} scene
   * @param {string} what
   */
  #do(scene, what) {
    const { range, marks, shown } = scene;
    if (what === "close") this.close();
    if (what === "clear") marks.clear();
    if (what === "range") {
      const stop = Math.min(Math.ceil(range.stop), shown?.trace.received ?? 0);
      marks.add([Math.max(Math.floor(range.start), 0), stop]);
    }
    if (what === "more") {
      this.#listed += MORE;
      this.#refresh();
    }
  }

  #refresh() {
    this.#stale = true;
    this.#mark();
  }

  /** @param {Scene} scene */
  #remark(scene) {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#listed = FIRST;
    const { shown, marks } = scene;
    if (shown && shown.trace.resolution > 1) {
      this.#ranking = null;
      if (marks.count > 0) this.#timer = setTimeout(() => void this.#ask(scene), REST);
    }
    this.#refresh();
  }

  /**
   * Lets the server rank the units of a trace that is not held whole.
   * @param {Scene} scene
   */
  async #ask({ shown, marks }) {
    if (!shown) return;
    const asked = this.#asked;
    try {
      const { units, ...rest } = await askUnits(shown.source, shown.trace.received, marks.stretches);
      if (asked !== this.#asked) return;
      const { part } = shown.trace;
      const found = units.map(({ layer, direction, signal, unit, auc, sign }) => {
        return { spot: { place: { part, layer, direction }, signal, unit }, auc, sign };
      });
      this.#ranking = { units: found, ...rest };
      this.#refresh();
    } catch (error) {
      if (asked !== this.#asked) return;
      this.dispatchEvent(new CustomEvent("problem", { detail: problemOf(error), bubbles: true }));
    }
  }

  /** @param {Scene} scene */
  #draw(scene) {
    const { shown, marks } = scene;
    if (!this.#stale || this.hidden || !shown) return;
    this.#stale = false;
    const { trace } = shown;
    const whole = trace.resolution === 1;
    if (whole) this.#ranking = this.#found.rank(shown, marks.stretches);
    const ranking = this.#ranking;
    find(this, "[data-find=clear]", HTMLButtonElement).hidden = marks.count === 0;
    find(this, ".finder-how", HTMLElement).hidden = marks.count > 0;
    find(this, ".finder-result", HTMLElement).hidden = !ranking?.units.length;
    setText(find(this, ".finder-told", HTMLElement), this.#summary(scene, shown));
    if (!ranking) return find(this, "ol", HTMLElement).replaceChildren();
    const [best] = ranking.units;
    const count = ranking.units.length;
    const chance = say("find.chance", { count, chance: ranking.chance.toFixed(2) });
    const verdict = say(best && best.auc > ranking.chance ? "find.try" : "find.poor");
    setText(find(this, "[data-find=chance]", HTMLElement), `${chance} ${verdict}`);
    const rows = ranking.units
      .slice(0, this.#listed)
      .map((found) => rowOf(this, shown, found, marks.stretches));
    find(this, "ol", HTMLElement).replaceChildren(...rows);
    find(this, "[data-find=more]", HTMLButtonElement).hidden = count <= this.#listed;
    this.#choose(scene);
    void this.#addKnown(shown);
  }

  /**
   * What is marked, and which unit matches it best.
   * @param {Scene} scene
   * @param {Shown} shown
   */
  #summary({ marks }, shown) {
    if (marks.count === 0) return say("find.none");
    if (marks.count >= shown.trace.received) return say("find.all");
    const best = this.#ranking?.units[0];
    if (!this.#ranking) return say("find.reading");
    if (!best) return say("find.unranked");
    const { marked, steps } = this.#ranking;
    return say("find.best", { marked, steps, name: nameOf(shown, best.spot), score: best.auc.toFixed(2) });
  }

  /** The rows of the list, each with its unit. */
  get #rows() {
    return [...this.querySelectorAll("li")].map((row, index) => ({
      row,
      found: /** @type {Found} */ (this.#ranking?.units[index]),
    }));
  }

  /**
   * The unit of a row under the pointer or with the focus.
   * @param {EventTarget | null} target
   */
  #spotOf(target) {
    const inside = target instanceof Element ? target.closest("li") : null;
    return this.#rows.find(({ row }) => row === inside)?.found.spot ?? null;
  }

  /**
   * Marks the row of the chosen unit, and the rows of kept ones.
   * @param {Scene} scene
   */
  #choose({ selection: { place, signal, unit }, tracks }) {
    for (const { row, found } of this.#rows) {
      const { spot } = found;
      const chosen = spot.unit === unit && spot.signal === signal && samePlace(spot.place, place);
      setAttribute(find(row, ".finder-unit", HTMLElement), "aria-pressed", String(chosen));
      const keep = find(row, ".finder-keep", HTMLButtonElement);
      setAttribute(keep, "aria-pressed", String(tracks.has(spot)));
      keep.disabled = tracks.full && !tracks.has(spot);
    }
  }

  /**
   * Says what the listed units are known to track, once that has been asked for.
   * @param {Shown} shown
   */
  async #addKnown({ source: { model } }) {
    if (typeof model !== "string") return;
    const asked = this.#asked;
    try {
      const concepts = this.#tracked.get(model) ?? (await askTracked(model));
      this.#tracked.set(model, concepts);
      if (asked !== this.#asked) return;
      for (const { row, found } of this.#rows) addKnown(row, concepts, found.spot);
    } catch {
      // The ranking holds without it.
    }
  }

  /**
   * Offers to mark the steps in the charts where these show a part of the sequence.
   * @param {Scene} scene
   */
  #offerRange({ zoomed }) {
    find(this, "[data-find=range]", HTMLButtonElement).hidden = !zoomed;
  }
}
