// @ts-check
/**
 * The trace as a table instead of charts, a page of steps at a time: the chosen unit's signals, or all units' values of
 * one signal in their order on the page.
 */

import { find, setText } from "../page/dom.js";
import { clamp, float32Text, withMinus } from "../page/numbers.js";
import { spoken } from "../sequence/tokens.js";
import { say } from "../page/words.js";
import { arrayName } from "../trace/trace.js";
import { KEPT, shortName } from "../units/tracks.js";
import { nameOf } from "../units/unit-name.js";
import { Part } from "../page/part.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../page/scene.js").Shown} Shown */

/** @typedef {{ title: string, short: string, signal: string, unit: number, array: string }} Column */

/** The most rows, and the most numbers, of a page. */
const [ROWS, NUMBERS] = [50, 3200];

export class TraceTable extends Part {
  /** The first step of the page. */
  #from = 0;
  /** The signal shown for all units; empty for all signals of the chosen unit. */
  #signal = "";
  /** What the choice offers: the cell's signals, and the kept units if there are some. */
  #offered = "";
  #stale = true;
  #refresh = () => {};
  #step = -1;

  /** @param {Scene} scene */
  connect(scene) {
    const details = find(this, "details", HTMLDetailsElement);
    scene.tracks.addEventListener("tracks", () => refresh(), { signal: this.life });
    const mark = scene.clock.add(() => this.#draw(scene, details), this.life);
    const refresh = () => {
      this.#stale = true;
      mark();
    };
    for (const change of /** @type {const} */ (["chunk", "filled", "selection", "order"]))
      scene.on(change, refresh, this.life);
    scene.on(
      "trace",
      () => {
        this.#from = 0;
        refresh();
      },
      this.life,
    );
    details.addEventListener("toggle", () => {
      this.#from = scene.step;
      refresh();
    });
    for (const button of this.querySelectorAll("button[data-page]")) {
      button.addEventListener("click", () => {
        this.#from += Number(button.getAttribute("data-page")) * this.#rowsOf(scene);
        refresh();
      });
    }
    const select = find(this, "select", HTMLSelectElement);
    select.addEventListener("change", () => {
      this.#signal = select.value;
      refresh();
    });
    this.#refresh = refresh;
  }

  /**
   * Opens the table and scrolls to it.
   * @param {string | null} signal to show for all units; null for all signals of the chosen unit
   */
  read(signal) {
    this.#signal = signal ?? "";
    find(this, "details", HTMLDetailsElement).open = true;
    this.#refresh();
    this.scrollIntoView({ block: "start" });
    find(this, "select", HTMLSelectElement).focus();
  }

  /**
   * @param {Scene} scene
   * @param {HTMLDetailsElement} details
   */
  #draw(scene, details) {
    if (!details.open || !scene.shown) return;
    if (this.#stale) this.#fill(scene, scene.shown);
    if (scene.step === this.#step) return;
    this.#step = scene.step;
    this.querySelector("tr[aria-current]")?.removeAttribute("aria-current");
    this.querySelector(`tr[data-step="${scene.step}"]`)?.setAttribute("aria-current", "step");
  }

  /**
   * @param {Scene} scene
   * @param {Shown} shown
   */
  #fill(scene, shown) {
    const { trace, cell } = shown;
    this.#stale = false;
    this.#step = -1;
    this.#offer(cell, scene.tracks.spots.length > 0);
    find(this, "select", HTMLSelectElement).value = this.#signal;
    const rows = this.#rowsOf(scene);
    const last = Math.max(Math.ceil(trace.received / rows) - 1, 0);
    const page = clamp(Math.floor(this.#from / rows), 0, last);
    this.#from = page * rows;
    const to = Math.min(this.#from + rows, trace.received);
    trace.want("table", this.#from, to);
    const columns = this.#columnsOf(scene, shown);
    find(this, "thead tr", HTMLTableRowElement).replaceChildren(
      heading(say("table.step")),
      heading(say("table.token")),
      ...columns.map(({ short, title }) => heading(short, title)),
    );
    const steps = Array.from({ length: to - this.#from }, (_, index) => this.#from + index);
    find(this, "tbody", HTMLElement).replaceChildren(...steps.map((step) => rowOf(trace, columns, step)));
    const kept = this.#signal === KEPT ? say("table.kept") : undefined;
    const title =
      kept ?? scene.signal(this.#signal)?.title ?? say("lines.title", { unit: scene.selection.unit });
    setText(
      find(this, "caption", HTMLElement),
      say("table.caption", { title, from: this.#from, to: to - 1, steps: trace.received }),
    );
    find(this, "button[data-page='-1']", HTMLButtonElement).disabled = page === 0;
    find(this, "button[data-page='1']", HTMLButtonElement).disabled = page === last;
  }

  /**
   * @param {import("../trace/contracts.js").Cell} cell
   * @param {boolean} kept whether there are kept units
   */
  #offer({ kind, signals }, kept) {
    const offered = `${kind} ${kept}`;
    if (offered === this.#offered) return;
    this.#offered = offered;
    const select = find(this, "select", HTMLSelectElement);
    const all = signals.map(({ name, title }) => new Option(say("table.all", { title }), name));
    if (kept) all.push(new Option(say("table.kept"), KEPT));
    select.replaceChildren(...[...select.options].filter(({ value }) => value === ""), ...all);
    if (!all.some(({ value }) => value === this.#signal)) this.#signal = "";
  }

  /**
   * How many steps a page has.
   * @param {Scene} scene
   */
  #rowsOf(scene) {
    return this.#signal && this.#signal !== KEPT
      ? Math.max(Math.min(ROWS, Math.floor(NUMBERS / scene.rows.length)), 1)
      : ROWS;
  }

  /**
   * @param {Scene} scene
   * @param {Shown} shown
   * @returns {Column[]}
   */
  #columnsOf(scene, shown) {
    const { unit } = scene.selection;
    if (this.#signal === KEPT) {
      return scene.tracks.spots.map((spot) => {
        const array = arrayName(spot.place, spot.signal);
        return { ...spot, title: nameOf(shown, spot), short: shortName(spot), array };
      });
    }
    if (!this.#signal) {
      return shown.cell.signals.map(({ name, symbol, title }) => {
        return { title, short: symbol, signal: name, unit, array: scene.arrayOf(name) };
      });
    }
    const signal = this.#signal;
    const array = scene.arrayOf(signal);
    return scene.rows.map((row) => {
      return { title: say("table.unit", { unit: row }), short: String(row), signal, unit: row, array };
    });
  }
}

/**
 * @param {import("../trace/trace.js").Trace} trace
 * @param {Column[]} columns
 * @param {number} step
 */
function rowOf(trace, columns, step) {
  const row = document.createElement("tr");
  row.dataset.step = String(step);
  const head = heading(String(step));
  head.scope = "row";
  const token = trace.nameOf(step);
  row.append(head, cellOf(token ? spoken(token) : ""));
  for (const { signal, unit, array } of columns) {
    const exact = trace.holds(step) ? float32Text(trace.value(array, step, unit)) : "";
    const number = cellOf(exact ? withMinus(exact) : say("table.coming"));
    number.dataset.value = exact;
    number.dataset.signal = signal;
    number.dataset.unit = String(unit);
    row.append(number);
  }
  return row;
}

/**
 * @param {string} text
 * @param {string} [title]
 */
function heading(text, title) {
  const head = document.createElement("th");
  head.scope = "col";
  head.textContent = text;
  if (title) {
    head.abbr = title;
    head.title = title;
  }
  return head;
}

/** @param {string} text */
function cellOf(text) {
  const cell = document.createElement("td");
  cell.textContent = text;
  return cell;
}
