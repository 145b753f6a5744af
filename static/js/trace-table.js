// @ts-check
/** The trace to be read as a table instead of as charts: the chosen unit's signals, a page of steps at a time. */

import { find, setText } from "./dom.js";
import { float32Text } from "./numbers.js";
import { spoken } from "./tokens.js";
import { say } from "./words.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").Shown} Shown */

const PAGE = 50;

export class TraceTable extends HTMLElement {
  #page = 0;
  #stale = true;
  #step = -1;

  /** @param {Scene} scene */
  connect(scene) {
    const details = find(this, "details", HTMLDetailsElement);
    const mark = scene.clock.add(() => this.#draw(scene, details));
    const refresh = () => {
      this.#stale = true;
      mark();
    };
    for (const change of /** @type {const} */ (["chunk", "selection"])) scene.on(change, refresh);
    scene.on("trace", () => {
      this.#page = 0;
      refresh();
    });
    details.addEventListener("toggle", () => {
      this.#page = Math.floor(scene.step / PAGE);
      refresh();
    });
    for (const button of this.querySelectorAll("button[data-page]")) {
      button.addEventListener("click", () => {
        this.#page += Number(button.getAttribute("data-page"));
        refresh();
      });
    }
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
  #fill(scene, { trace, cell }) {
    this.#stale = false;
    this.#step = -1;
    const last = Math.max(Math.ceil(trace.received / PAGE) - 1, 0);
    this.#page = Math.min(Math.max(this.#page, 0), last);
    const from = this.#page * PAGE;
    const to = Math.min(from + PAGE, trace.received);
    const titles = cell.signals.map((signal) => heading(`${signal.symbol}`, signal.title));
    find(this, "thead tr", HTMLTableRowElement).replaceChildren(
      heading(say("table.step")),
      heading(say("table.token")),
      ...titles,
    );
    const rows = [];
    for (let step = from; step < to; step += 1) rows.push(rowOf(scene, { trace, cell }, step));
    find(this, "tbody", HTMLElement).replaceChildren(...rows);
    const { unit } = scene.selection;
    setText(
      find(this, "caption", HTMLElement),
      say("table.caption", { unit, from, to: to - 1, steps: trace.received }),
    );
    find(this, "button[data-page='-1']", HTMLButtonElement).disabled = this.#page === 0;
    find(this, "button[data-page='1']", HTMLButtonElement).disabled = this.#page === last;
  }
}

/**
 * @param {Scene} scene
 * @param {Pick<Shown, "trace" | "cell">} shown
 * @param {number} step
 */
function rowOf(scene, { trace, cell }, step) {
  const row = document.createElement("tr");
  row.dataset.step = String(step);
  const head = heading(String(step));
  head.scope = "row";
  const token = trace.tokens[step];
  row.append(head, cellOf(token ? spoken(token) : ""));
  for (const signal of cell.signals) {
    const exact = float32Text(trace.value(scene.arrayOf(signal.name), step, scene.selection.unit));
    const number = cellOf(exact.replace("-", "−"));
    number.dataset.value = exact;
    number.dataset.signal = signal.name;
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
