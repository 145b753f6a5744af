// @ts-check
/** Starts readings of a sequence by a model, and puts each on the page once it has begun. */

import { askModel, problemOf } from "./api.js";
import { headless } from "./headless.js";
import { resolutionOf } from "./length.js";
import { Reading } from "./reading.js";
import { fromBase64, parseSafetensors } from "./safetensors.js";
import { reads } from "./reads.js";
import { isNumbers, sequenceOf } from "./sequence.js";
import { Trace } from "./trace.js";
import { SANDBOX } from "../page/address.js";
import { viewOf } from "../units/concepts.js";

/** @typedef {import("../page/address.js").Address} Address */
/** @typedef {import("./contracts.js").Cell} Cell */
/** @typedef {import("./contracts.js").Example} Example */
/** @typedef {import("./contracts.js").Generate} Generate */
/** @typedef {import("./contracts.js").Header} Header */
/** @typedef {import("./contracts.js").Model} Model */
/** @typedef {import("./contracts.js").ModelSummary} ModelSummary */
/** @typedef {import("./contracts.js").Problem} Problem */
/** @typedef {import("../time/loop.js").Loop} Loop */
/** @typedef {import("./reading.js").Source} Source */
/** @typedef {import("./sequence.js").Nested} Nested */
/** @typedef {import("./sequence.js").Matrix} Matrix */
/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {import("../page/scene.js").Wish} Wish */
/**
 * Data embedded in the page, so that the first picture needs no request.
 * @typedef {{ models: ModelSummary[], cells: Cell[], model: Model | null, header: Header | null,
 *   chunk: string | null, example: Example | null }} Opening
 *
 * @typedef {{ t?: number, play?: boolean, selection?: Wish, loop?: Loop | null,
 *   tracks?: Selection[] }} View the first view of a trace
 *
 * The user's own sequence, or an example's: a text, or numbers as a matrix or as nested lists.
 * @typedef {{ model?: Source["model"], sequence: { text?: string, values?: Nested | Matrix, read?: Matrix,
 *   features?: string[], labels?: string[] }, name?: string, example?: string,
 *   options?: Record<string, unknown> }} Given
 */

/** Steps of the given sequence that are replayed before the model continues writing. */
const RUN_UP = 3;
/** The units of a sandbox that is chosen for the user's own numbers. */
const SANDBOX_UNITS = 8;

/** Events: `shown`, `progress`, `lost`, and `problem` with the problem as its detail. */
export class Explorer extends EventTarget {
  /** @type {Map<string, Model>} */
  #models = new Map();
  /** @type {Reading | null} fills the trace on the page */
  #reading = null;
  /** @type {Reading | null} has not delivered its first steps yet */
  #coming = null;
  /** Counts requests, so that a late response is recognised. */
  #asked = 0;

  /**
   * @param {Scene} scene
   * @param {Opening} opening
   * @param {AbortSignal} life removes the listeners when aborted
   */
  constructor(scene, opening, life) {
    super();
    this.scene = scene;
    this.opening = opening;
    if (opening.model) this.#models.set(opening.model.id, opening.model);
    scene.clock.add(() => this.#reading?.grant(), life);
    scene.clock.on("seek", () => this.#reading?.grant(), life);
  }

  /** Whether the model is writing by itself. */
  get writing() {
    const trace = this.#reading?.trace;
    return Boolean(this.#reading?.source.generate && !trace?.complete && !this.#reading.problem);
  }

  /**
   * Shows what an address asks for, or the opening example if it asks for nothing.
   * @param {Address} address
   * @param {View} view
   */
  async follow(address, view) {
    const { model: first, example } = this.opening;
    const wanted = address.model ?? first?.id;
    if (wanted === undefined) return;
    const asked = (this.#asked += 1);
    if (
      wanted === first?.id &&
      address.text === undefined &&
      (address.example ?? example?.id) === example?.id
    ) {
      this.#open(view);
      return;
    }
    try {
      const model = await this.#model(wanted);
      if (asked === this.#asked) this.#follow(model, address, view);
    } catch (error) {
      // A newer request has taken over.
      if (asked === this.#asked) this.#fail(problemOf(error));
    }
  }

  /**
   * Shows a model that was chosen: with the user's own sequence if it can read it, otherwise with an example.
   * @param {Address} choice
   * @param {View} view
   */
  async choose(choice, view) {
    const own = this.scene.shown?.source;
    if (!own || own.example || choice.example || choice.model === undefined) return this.follow(choice, view);
    const asked = (this.#asked += 1);
    try {
      const model = await this.#model(choice.model);
      if (asked !== this.#asked) return;
      const { sequence } = own;
      const kept = { ...(own.given && { given: true }), ...(own.name && { name: own.name }) };
      if (reads(model, sequence)) this.#start({ ...asChosen(model, sequence), ...kept }, model, view);
      else this.#follow(model, choice, view);
    } catch (error) {
      if (asked === this.#asked) this.#fail(problemOf(error));
    }
  }

  /**
   * Reads the user's own text with the current model.
   * @param {string} text
   * @param {View} view
   */
  read(text, view) {
    const { shown } = this.scene;
    if (!shown) return;
    const example = shown.model.examples.find((candidate) => candidate.text === text);
    const { model, given } = shown.source;
    const origin = example ? { example: example.id } : given ? { given } : {};
    this.#start({ model, sequence: { text }, ...origin }, shown.model, view);
  }

  /**
   * Reads the user's own sequence, a text or numbers, with a model: by default the current model.
   * @param {Given} given
   * @param {View} view
   */
  async give(
    { model: wanted = this.scene.shown?.source.model, sequence: given, name, example, options },
    view,
  ) {
    const id = wanted ?? this.opening.model?.id;
    if (id === undefined) return;
    const sequence = sequenceOf(given);
    const asked = (this.#asked += 1);
    try {
      const model = await this.#model(typeof id === "string" ? id : SANDBOX);
      const source = {
        model: id,
        sequence,
        ...(example ? { example } : { given: true }),
        ...(name && { name }),
        ...(options && { options }),
      };
      if (asked === this.#asked) this.#start(source, model, view);
    } catch (error) {
      if (asked === this.#asked) this.#fail(problemOf(error));
    }
  }

  /**
   * Lets the model continue the current sequence, or another text.
   * @param {{ generate: Generate, text?: string }} wish
   */
  write({ generate, text }) {
    const { shown } = this.scene;
    if (!shown) return;
    const { model, sequence } = shown.source;
    const given = text === undefined ? shown.trace.given : [...text].length;
    const source =
      text === undefined ? { ...shown.source, sequence, generate } : { model, sequence: { text }, generate };
    this.#start(source, shown.model, { t: Math.max(given - RUN_UP, 0), play: true });
  }

  /** Stops the model that writes, or that reads a long sequence; what there is stays on the page. */
  stop() {
    this.#reading?.stop();
  }

  /** @param {View} view */
  #open(view) {
    const { model, header, chunk, example } = this.opening;
    if (!model || !header || !chunk || !example) return;
    const reading = this.#prepare(exampleOf(model, example), model, view);
    reading.begin(header, parseSafetensors(fromBase64(chunk)));
    reading.connect();
  }

  /**
   * @param {Model} model
   * @param {Address} address
   * @param {View} view
   */
  #follow(model, address, view) {
    const example = model.examples.find(({ id }) => id === address.example) ?? model.examples[0];
    const { text } = address;
    if (text !== undefined) this.#start({ model: model.id, sequence: { text } }, model, view);
    else if (example) this.#start(exampleOf(model, example), model, view);
  }

  /**
   * @param {string} id
   * @returns {Promise<Model>}
   */
  async #model(id) {
    const known = this.#models.get(id) ?? (await (id === SANDBOX ? loadSandbox() : askModel(id)));
    this.#models.set(id, known);
    return known;
  }

  /**
   * @param {Source} source
   * @param {Model} model
   * @param {View} view
   */
  #start(source, model, view) {
    this.#prepare(source, model, view).connect();
  }

  /**
   * Creates a reading that replaces the current reading once its first steps have arrived.
   * @param {Source} source
   * @param {Model} model
   * @param {View} view
   */
  #prepare(source, model, view) {
    this.#asked += 1;
    this.#coming?.close();
    const { clock } = this.scene;
    const reading = new Reading(
      source,
      () => ({ t: clock.t, speed: clock.speed }),
      (header, answers) => traceOf(header, source, answers),
    );
    this.#coming = reading;
    reading.listen({
      first: () => this.#show(reading, model, view),
      grew: () => {
        this.scene.grown();
        this.#tell("progress");
      },
      lost: () => this.#tell("lost"),
      failed: (problem) => this.#fail(problem, reading),
    });
    reading.addEventListener("filled", () => this.scene.filled());
    return reading;
  }

  /**
   * @param {Reading} reading
   * @param {Model} model
   * @param {View} view
   */
  #show(reading, model, { t = 0, play = false, selection = {}, loop = null, tracks }) {
    const known = this.opening.cells.find(({ kind }) => kind === reading.trace?.header.cell);
    if (!reading.trace || !known) return;
    const cell = typeof reading.source.model === "string" ? known : headless(known);
    this.#reading?.close();
    this.#reading = reading;
    this.#coming = null;
    if (reading.source.generate) void this.#goOn(reading, cell);
    const { scene } = this;
    const wish = { ...viewOf(model, reading.source.example), ...selection };
    const shown = { trace: reading.trace, model, cell, source: reading.source };
    scene.show(shown, wish);
    if (tracks) scene.tracks.fit(shown, tracks);
    scene.clock.loop = loop;
    if (!play) scene.clock.pause();
    scene.clock.seek(t);
    if (play) scene.clock.play();
    this.#tell("shown");
  }

  /**
   * After a lost connection, the model writes on from its last states.
   * @param {Reading} reading
   * @param {import("./contracts.js").Cell} cell
   */
  async #goOn(reading, cell) {
    const { rest } = await import("./resuming.js");
    reading.rest = (run, trace) => rest(run, trace, cell);
  }

  /**
   * Reports a problem. The page keeps what it shows; if it shows nothing yet, the opening example is read.
   * @param {Problem} problem
   * @param {Reading | null} [failed] the reading that failed; a different one that is starting continues
   */
  #fail(problem, failed = this.#coming) {
    failed?.close();
    if (failed === this.#coming) this.#coming = null;
    if (!this.scene.shown && !this.#coming) this.#open({});
    this.dispatchEvent(new CustomEvent("problem", { detail: problem }));
  }

  /** @param {string} name */
  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

/**
 * An empty trace: one that does not hold every value, if there are too many and the model does not write.
 * @param {Header} header
 * @param {Source} source
 * @param {import("./windows.js").Answers} answers
 */
function traceOf(header, source, answers) {
  const resolution = source.generate ? 1 : resolutionOf(header);
  if (resolution === 1) return new Trace(header, source.generate?.steps ?? 0);
  return import("./long-trace.js").then(
    ({ LongTrace }) => new LongTrace(header, resolution, source, answers),
  );
}

/**
 * @param {Model} model
 * @param {Example} example
 * @returns {Source}
 */
function exampleOf(model, example) {
  const { sandbox } = example;
  return { model: sandbox ? { sandbox } : model.id, sequence: sequenceOf(example), example: example.id };
}

/**
 * What runs if a model is chosen for a sequence. A sandbox fits the sequence; every other model reads the values themselves.
 * @param {Model} model
 * @param {import("./sequence.js").Sequence} sequence
 * @returns {Source}
 */
function asChosen({ id }, sequence) {
  if (!isNumbers(sequence)) return { model: id, sequence };
  const { read: _, ...own } = sequence;
  if (id !== SANDBOX) return { model: id, sequence: own };
  const input_size = sequence.values.shape.at(-1) ?? 1;
  return { model: { sandbox: { cell: "lstm", input_size, hidden_size: SANDBOX_UNITS } }, sequence };
}

/** The sandbox in a model's place; it is loaded when it is first chosen. */
async function loadSandbox() {
  return (await import("../sandbox/examples.js")).sandboxModel();
}
