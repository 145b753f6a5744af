// @ts-check
/** Lets a model translate, and puts each translation into a scene once it has begun. */

import { askModel, problemOf } from "../trace/api.js";
import { PartedTrace } from "../trace/parted-trace.js";
import { Reading } from "../trace/reading.js";
import { fromBase64, parseSafetensors } from "../trace/safetensors.js";
import { say } from "../page/words.js";

/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {import("../trace/contracts.js").Model} Model */
/** @typedef {import("../trace/contracts.js").Problem} Problem */
/** @typedef {import("../trace/explorer.js").Opening} Opening */
/** @typedef {import("./translation-scene.js").Source} Source */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */
/** @typedef {import("../trace/contracts.js").TranslationOptions} TranslationOptions */
/**
 * What to translate: a text, or one of the model's examples; the first example if there is neither. `given` if the text
 * came as a file or the like: then no address holds it.
 * @typedef {{ model?: string, text?: string, given?: boolean, example?: string, options?: TranslationOptions }} Wanted
 *
 * Where to begin: at a moment of the shared clock, or with the decoder's first step or one near it; `null` leaves the
 * clock as it is.
 * @typedef {{ t?: number, target?: number, play?: boolean } | null} View
 */

/** The longest sentence (characters) that the page translates: its map has a column for each token. */
export const LONGEST = 1000;

/** Models that the page has asked for, shared by all translations. */
export class Models {
  /** @type {Map<string, Promise<Model>>} */
  #models = new Map();

  /** @param {Opening} opening */
  constructor(opening) {
    this.opening = opening;
    if (opening.model) this.#models.set(opening.model.id, Promise.resolve(opening.model));
  }

  /**
   * @param {string} id
   * @returns {Promise<Model>}
   */
  get(id) {
    const asked = this.#models.get(id) ?? askModel(id);
    this.#models.set(id, asked);
    asked.catch(() => this.#models.delete(id));
    return asked;
  }
}

/** Events: `shown`, `progress`, `done`, `lost`, and `problem` with the problem as its detail. */
export class Translator extends EventTarget {
  /** @type {Reading<PartedTrace> | null} fills the translation on the page */
  #reading = null;
  /** @type {Reading<PartedTrace> | null} has not delivered its first steps yet */
  #coming = null;
  /** @type {number | null} the moment to begin at, until it can be reached */
  #wanted = null;
  #seeking = false;
  /** Counts requests, so that a late response is recognised. */
  #asked = 0;

  /**
   * @param {TranslationScene} scene
   * @param {Models} models
   * @param {AbortSignal} life removes the listeners when aborted
   */
  constructor(scene, models, life) {
    super();
    this.scene = scene;
    this.models = models;
    scene.clock.add(() => this.#reading?.grant(), life);
    // Something else has sought another moment.
    scene.clock.on("seek", () => !this.#seeking && (this.#wanted = null), life);
    life.addEventListener("abort", () => this.close());
  }

  /**
   * Translates; what is left out is as in the translation shown, or as in the opening example.
   * @param {Wanted} wanted
   * @param {View} view
   */
  async translate(wanted, view) {
    const { opening } = this.models;
    const id = wanted.model ?? this.scene.shown?.model.id ?? opening.model?.id;
    if (id === undefined) return;
    const asked = (this.#asked += 1);
    const characters = [...(wanted.text ?? "")].length;
    if (characters > LONGEST) {
      this.#fail({
        title: say("translate.long"),
        detail: say("translate.characters", { characters: characters.toLocaleString("en") }),
        expected: say("translate.longest", { most: LONGEST.toLocaleString("en") }),
      });
      return;
    }
    try {
      const model = await this.models.get(id);
      if (asked !== this.#asked) return;
      const source = sourceOf(model, wanted);
      if (this.#isOpening(source) && !this.scene.shown) this.#open(source, model, view);
      else this.#prepare(source, model, view).connect();
    } catch (error) {
      // A newer request has taken over.
      if (asked === this.#asked) this.#fail(problemOf(error));
    }
  }

  /** Ends what is being read. */
  close() {
    this.#coming?.close();
    this.#reading?.close();
  }

  /** @param {Source} source */
  #isOpening({ model, example, options }) {
    const { opening } = this.models;
    return (
      Boolean(opening.chunk) && model === opening.model?.id && example === opening.example?.id && !options
    );
  }

  /**
   * Begins with what the page carries.
   * @param {Source} source
   * @param {Model} model
   * @param {View} view
   */
  #open(source, model, view) {
    const { header, chunk } = this.models.opening;
    const reading = this.#prepare(source, model, view);
    if (header && chunk) reading.begin(header, parseSafetensors(fromBase64(chunk)));
    reading.connect();
  }

  /**
   * Creates a reading that replaces the current one once its first steps have arrived.
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
      (header) => new PartedTrace(header),
    );
    this.#coming = reading;
    reading.listen({
      first: () => this.#show(reading, source, model, view),
      grew: (whole) => {
        this.scene.grown();
        this.#seek();
        if (whole) this.#wanted = null;
        this.#tell(whole ? "done" : "progress");
      },
      lost: () => this.#tell("lost"),
      failed: (problem) => this.#fail(problem, reading),
    });
    return reading;
  }

  /**
   * @param {Reading<PartedTrace>} reading
   * @param {Source} source
   * @param {Model} model
   * @param {View} view
   */
  #show(reading, source, model, view) {
    const { scene } = this;
    const { trace } = reading;
    const cell = this.models.opening.cells.find(({ kind }) => kind === trace?.header.cell);
    if (!trace || !cell) return;
    this.#reading?.close();
    this.#reading = reading;
    this.#coming = null;
    scene.show({ trace, model, cell, source, end: () => reading.end });
    this.#begin(view);
    this.#tell("shown");
  }

  /** @param {View} view */
  #begin(view) {
    this.#wanted = null;
    if (!view) return;
    const { clock, timeline } = this.scene;
    this.#wanted = view.t ?? (view.target === undefined ? 0 : timeline.turn + view.target);
    this.#seek();
    if (view.play) clock.play();
    else clock.pause();
  }

  /** Goes to the moment that was asked for, as far as it can be reached. */
  #seek() {
    const { clock } = this.scene;
    if (this.#wanted === null) return;
    this.#seeking = true;
    clock.seek(this.#wanted);
    this.#seeking = false;
    if (clock.extent >= this.#wanted) this.#wanted = null;
  }

  /**
   * Reports a problem; the page keeps what it shows, or shows the opening example.
   * @param {Problem} problem
   * @param {Reading<PartedTrace> | null} [failed] another reading that is starting continues
   */
  #fail(problem, failed = this.#coming) {
    failed?.close();
    if (failed === this.#coming) this.#coming = null;
    this.dispatchEvent(new CustomEvent("problem", { detail: problem }));
    if (!this.scene.shown && !this.#coming && this.models.opening.model) void this.translate({}, {});
  }

  /** @param {string} name */
  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

/**
 * @param {Model} model
 * @param {Wanted} wanted
 * @returns {Source}
 */
function sourceOf(model, { text, given, example: name, options }) {
  const known = model.examples.find((example) =>
    text === undefined ? example.id === name : example.text === text,
  );
  const example = known ?? (text === undefined ? model.examples[0] : undefined);
  return {
    model: model.id,
    sequence: { text: text ?? example?.text ?? "" },
    ...(example ? { example: example.id } : given && { given }),
    ...(options && Object.keys(options).length && { options }),
  };
}
