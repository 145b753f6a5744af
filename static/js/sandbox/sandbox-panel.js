// @ts-check
/**
 * A random module of PyTorch: its settings, the code that makes it, its shapes and parameters, and its time beside a
 * loop over single cells. Fires `give` with the settings to run.
 */

import { askSandbox, problemOf } from "../trace/api.js";
import { find, setText, stamp } from "../page/dom.js";
import { fixed, percent, scientific } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";
import { isNumbers } from "../trace/sequence.js";
import { countWith } from "./parameters.js";
import { LARGE, largestOf, saturatedShare } from "./scale.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../trace/contracts.js").SandboxConfig} SandboxConfig */
/** @typedef {import("../trace/reading.js").Source} Source */
/** @typedef {import("../trace/sequence.js").Numbers} Numbers */
/** @typedef {import("./facts.js").Facts} Facts */
/** @typedef {import("./parameters.js").Weights} Weights */

/** In narrower windows the facts are closed at first, so that the cell is near. */
const WIDE = "(width > 45rem)";

export class SandboxPanel extends Part {
  /** What the shown facts belong to. */
  #config = "";
  /** @type {unknown} */
  #values = null;
  /** @type {Source | null} */
  #source = null;

  /** @param {Scene} scene */
  connect(scene) {
    scene.on("trace", () => this.#show(scene), this.life);
    scene.on("chunk", () => this.#tellScale(scene), this.life);
    find(this, "details", HTMLDetailsElement).open = matchMedia(WIDE).matches;
    const form = find(this, "form", HTMLFormElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#run(this.#settings(), {});
    });
    form.addEventListener("change", () => this.#enable());
    this.#field("sequence").addEventListener("change", () => {
      const example = this.#source?.example;
      this.#run(JSON.parse(this.#config), example === undefined ? {} : { example });
    });
    const copy = find(this, "button[data-action=copy]", HTMLButtonElement);
    copy.addEventListener("click", () => void this.#copy());
    this.#show(scene);
  }

  /** @param {Scene} scene */
  #show(scene) {
    const source = scene.shown?.source;
    this.hidden = !source || typeof source.model === "string";
    if (!source || typeof source.model === "string") return;
    this.#source = source;
    const { values } = /** @type {Numbers} */ (source.sequence);
    const config = JSON.stringify(source.model.sandbox);
    this.#fill(source.model.sandbox, source);
    this.#tellScale(scene);
    if (config === this.#config && values === this.#values) return;
    this.#config = config;
    this.#values = values;
    void this.#ask(source);
  }

  /**
   * @param {SandboxConfig} config
   * @param {Source} source
   */
  #fill(config, { sequence, options }) {
    const defaults = {
      num_layers: 1,
      bidirectional: false,
      bias: true,
      nonlinearity: "tanh",
      seed: 0,
      initial: "zeros",
    };
    for (const [name, value] of Object.entries({ ...defaults, ...config })) {
      const field = this.#field(name);
      if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = Boolean(value);
      else field.value = String(value);
    }
    const { shape } = /** @type {Numbers} */ (sequence).values;
    const count = shape.length > 2 ? (shape[1] ?? 1) : 1;
    const picker = /** @type {HTMLSelectElement} */ (this.#field("sequence"));
    picker.replaceChildren(...Array.from({ length: count }, (_, index) => new Option(String(index))));
    picker.value = String(options?.sequence ?? 0);
    find(this, "[data-sandbox=batch]", HTMLElement).hidden = count < 2;
    this.#enable();
  }

  /**
   * Says that the numbers are standardised, or that they are too large for the gates to move.
   * @param {Scene} scene
   */
  #tellScale({ shown }) {
    if (this.hidden || !shown || !isNumbers(shown.source.sequence)) return;
    const { values, read } = shown.source.sequence;
    const note = this.#part("scale");
    const largest = largestOf(values.data);
    note.hidden = !read && largest <= LARGE;
    if (note.hidden) return;
    const share = read || !shown.trace.complete ? Number.NaN : saturatedShare(shown);
    const words = read ? "standardised" : Number.isNaN(share) ? "large" : "large.share";
    setText(note, say(`sandbox.${words}`, { largest: grouped(largest), share: percent(share) }));
  }

  /** Only an nn.RNN has another function than tanh. */
  #enable() {
    find(this, "[data-sandbox=nonlinearity]", HTMLElement).hidden = this.#field("cell").value !== "rnn";
  }

  /** @returns {SandboxConfig} */
  #settings() {
    const value = (/** @type {string} */ name) => this.#field(name).value;
    const checked = (/** @type {string} */ name) =>
      /** @type {HTMLInputElement} */ (this.#field(name)).checked;
    const cell = value("cell");
    return {
      cell,
      input_size: Number(value("input_size")),
      hidden_size: Number(value("hidden_size")),
      num_layers: Number(value("num_layers")),
      bidirectional: checked("bidirectional"),
      bias: checked("bias"),
      ...(cell === "rnn" && { nonlinearity: value("nonlinearity") }),
      seed: Number(value("seed")),
      initial: value("initial"),
    };
  }

  /**
   * Runs a module on the sequence that is shown.
   * @param {SandboxConfig} sandbox
   * @param {{ example?: string }} more
   */
  #run(sandbox, more) {
    if (!this.#source) return;
    const options = { sequence: Number(this.#field("sequence").value) };
    const { sequence, name } = this.#source;
    const detail = { model: { sandbox }, sequence, options, ...(name && { name }), ...more };
    this.dispatchEvent(new CustomEvent("give", { detail, bubbles: true }));
  }

  /** @param {Source} source */
  async #ask(source) {
    const facts = find(this, ".sandbox-facts", HTMLElement);
    facts.setAttribute("aria-busy", "true");
    try {
      const answer = await askSandbox(source);
      if (source !== this.#source && JSON.stringify(source.model) !== JSON.stringify(this.#source?.model))
        return;
      this.#tell(answer);
      facts.removeAttribute("aria-busy");
    } catch (error) {
      this.dispatchEvent(new CustomEvent("problem", { detail: problemOf(error), bubbles: true }));
    }
  }

  /** @param {Facts} facts */
  #tell({ code, shapes, weights, parameters, ends, loop }) {
    const call = /nn\.\w+\(.*\)/.exec(code)?.[0] ?? "";
    setText(this.#part("call"), call);
    setText(this.#part("code"), code);
    this.#part("c_n").hidden = !shapes.c_n;
    for (const [name, shape] of Object.entries(shapes)) {
      setText(find(this, `[data-shape=${name}]`, HTMLElement), shape ? `(${shape.join(", ")})` : "");
    }
    this.dataset.batch = String(shapes.input.length > 2);
    this.dataset.directions = String(ends.length);
    this.#part("ends").replaceChildren(
      ...ends.map((end) => this.#line(endText(end, loop.steps, ends.length))),
    );
    const layers = weights.filter(({ direction }) => direction === weights[0]?.direction);
    this.#part("weights").replaceChildren(...layers.map((layer) => this.#line(formula(layer, ends.length))));
    const other = ends.length > 1 ? 1 : 2;
    const counts = { count: grouped(parameters), other: grouped(countWith(weights, other)) };
    setText(this.#part("parameters"), say("sandbox.parameters", counts));
    setText(this.#part("directions"), say(`sandbox.parameters.${other}`, counts));
    const single = call.replace(/\(.*/, "Cell");
    setText(this.#part("single"), single);
    const times = loop.loop_seconds / loop.module_seconds;
    const measured = {
      module: duration(loop.module_seconds),
      loop: duration(loop.loop_seconds),
      times: fixed(times, times < 10 ? 1 : 0),
      steps: grouped(loop.steps),
      calls: grouped(loop.steps * loop.cells),
      name: call.replace(/\(.*/, ""),
      single,
    };
    setText(this.#part("time"), say("sandbox.time", measured));
    const difference = { difference: scientific(loop.difference ?? Number.NaN) };
    setText(this.#part("equal"), say(loop.agrees ? "sandbox.equal" : "sandbox.differs", difference));
    this.#part("time").dataset.values = JSON.stringify([loop.module_seconds, loop.loop_seconds]);
  }

  async #copy() {
    const code = this.#part("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      setText(this.#part("copied"), say("sandbox.copied"));
    } catch {
      getSelection()?.selectAllChildren(code);
      setText(this.#part("copied"), say("sandbox.selected"));
    }
  }

  /** @param {string} text */
  #line(text) {
    const line = stamp(this, "template");
    setText(line, text);
    return line;
  }

  /** @param {string} name */
  #part(name) {
    return find(this, `[data-sandbox=${name}]`, HTMLElement);
  }

  /** @param {string} name */
  #field(name) {
    const field = find(this, "form", HTMLFormElement).elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) return field;
    throw new Error(`expected a field for ${name}`);
  }
}

/**
 * Where a direction's half of the output is the last layer's final state.
 * @param {Facts["ends"][number]} end
 * @param {number} steps
 * @param {number} directions
 */
function endText({ direction, row, first, last }, steps, directions) {
  const numbers = { row, first: scientific(first), last: scientific(last) };
  const alone = steps === 1 ? ".1" : "";
  return say(`sandbox.end.${directions > 1 ? direction : "only"}${alone}`, numbers);
}

/**
 * @param {Weights} weights
 * @param {number} directions
 */
function formula({ layer, gates, units, inputs, biases, count }, directions) {
  const numbers = { layer, directions, gates, units, inputs, biases, count: grouped(directions * count) };
  return say(directions > 1 ? "sandbox.formula.2" : "sandbox.formula.1", numbers);
}

/** @param {number} count */
function grouped(count) {
  return count.toLocaleString("en");
}

/**
 * A time with three digits.
 * @param {number} seconds
 */
export function duration(seconds) {
  const milliseconds = seconds * 1000;
  return milliseconds < 999.5 ? `${milliseconds.toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`;
}
