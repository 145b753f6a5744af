// @ts-check
/** How saturated the chosen unit's gates are, over all received steps. */

import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { fixed } from "../page/numbers.js";
import { saturationOf } from "./saturation.js";
import { say } from "../page/words.js";
import { Part } from "../page/part.js";

/** @typedef {import("../trace/contracts.js").Signal} Signal */
/** @typedef {import("./saturation.js").Saturation} Saturation */
/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {{ signal: Signal, element: HTMLElement }} Gauge */

export class UnitSaturation extends Part {
  /** @type {Gauge[]} */
  #rows = [];
  #cell = "";
  #stale = true;

  /** @param {Scene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => {
      if (this.#stale) this.#draw(scene);
    }, this.life);
    for (const change of /** @type {const} */ (["trace", "chunk", "selection"])) {
      scene.on(
        change,
        () => {
          this.#stale = true;
          mark();
        },
        this.life,
      );
    }
  }

  /** @param {Scene} scene */
  #draw(scene) {
    const { shown } = scene;
    if (!shown) return;
    this.#stale = false;
    const { trace, cell } = shown;
    if (cell.kind !== this.#cell) this.#makeRows(cell);
    this.#cell = cell.kind;
    setText(
      find(this, "[data-readout=steps]", HTMLElement),
      say(trace.resolution > 1 ? "saturation.bins" : "saturation.steps", {
        unit: scene.selection.unit,
        steps: trace.received,
        size: trace.resolution,
      }),
    );
    for (const { signal, element } of this.#rows) {
      const whole = trace.whole(scene.arrayOf(signal.name));
      if (!whole) continue;
      const saturation = saturationOf(whole.column, scene.selection.unit, whole.count, signal);
      for (const [name, value] of Object.entries(saturation)) {
        const output = find(element, `[data-share=${name}]`, HTMLElement);
        setAttribute(output, "data-value", String(value));
        setText(output, name === "mean" ? fixed(value, 2) : say("saturation.share", { share: share(value) }));
      }
      if (signal.low === 0) continue;
      const ends = { symbol: signal.symbol, share: share(saturation.low + saturation.high) };
      element.title = say("saturation.ends", ends);
    }
  }

  /** @param {import("../trace/contracts.js").Cell} cell */
  #makeRows({ signals, gates }) {
    const bounded = signals.filter(
      ({ name, low, high }) => gates.includes(name) && low !== null && high !== null,
    );
    this.#rows = bounded.map((signal) => ({ signal, element: rowOf(this, signal) }));
    find(this, ".saturation-rows", HTMLElement).replaceChildren(...this.#rows.map(({ element }) => element));
    this.hidden = bounded.length === 0;
  }
}

/**
 * @param {ParentNode} templates
 * @param {Signal} signal
 */
function rowOf(templates, signal) {
  const row = stamp(templates, "template");
  row.dataset.signal = signal.name;
  row.style.setProperty("--signal", `var(${signal.css})`);
  setText(find(row, ".symbol", HTMLElement), signal.symbol);
  setText(find(row, ".visually-hidden", HTMLElement), signal.title);
  const ends = { low: signal.low ?? 0, high: signal.high ?? 0 };
  for (const [name, end] of Object.entries(ends)) {
    const words = signal.low === 0 ? `saturation.gate.${name}` : `saturation.tanh.${name}`;
    find(row, `[data-words=${name}]`, HTMLElement).textContent = say(words, { end: fixed(end, 0) });
  }
  return row;
}

/**
 * A share in whole percent, but 0 and 100 only if exact.
 * @param {number} value
 */
function share(value) {
  const percents = Math.round(value * 100);
  if (percents === 0 && value > 0) return "< 1";
  if (percents === 100 && value < 1) return "> 99";
  return Number.isNaN(value) ? "–" : String(percents);
}
