// @ts-check
/** The living cell: the diagram of one layer and direction, drawn at every moment of the clock. */

import { momentOf } from "../time/moment.js";
import { arrayName } from "../trace/trace.js";
import { featuresOf, isFirst, stepBefore } from "../trace/vectors.js";
import { find, rem, setAttribute, setText, watchSize } from "../page/dom.js";
import { fixed } from "../page/numbers.js";
import { glyphOf } from "../sequence/tokens.js";
import { say } from "../page/words.js";
import { buildDiagram } from "./diagram.js";
import { labelOf, spokenLabel } from "./labels.js";
import { layoutOf } from "./layout.js";
import { outlineOf } from "./outline.js";
import { NodeControls } from "./node-controls.js";
import { PhaseBar } from "./phase-bar.js";
import { pictureOf } from "./picture.js";
import { PreActivations } from "./pre-activations.js";
import { buildPrediction, guessesAt } from "./prediction.js";
import { StageScales } from "./scales.js";
import { knownAt, scheduleAt } from "./known.js";
import { entitle } from "./stage-title.js";
import { foldOf, openedAt, viewOf } from "./strip.js";
import { stateValue, stripControl } from "./strip-controls.js";
import { Strips } from "./strips.js";
import { before, structureOf } from "./structure.js";
import { sharesOf, vectorsAt } from "./values.js";
import { Part } from "../page/part.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("./picture.js").Stage} Stage */
/** @typedef {import("./strip.js").View} View */
/** @typedef {import("./values.js").Vectors} Vectors */
/**
 * @typedef {object} Built kept until the cell, the sizes or the window change
 * @property {Stage} stage
 * @property {Strips} strips
 * @property {ReturnType<typeof buildDiagram>} diagram
 * @property {ReturnType<typeof buildPrediction>} prediction
 * @property {Map<string, HTMLElement>} controls
 * @property {NodeControls} nodes
 * @property {StageScales} scales
 * @property {View} view of the hidden vectors
 * @property {View} input
 */

/** Layout units per rem. In more room than this (layout units), the whole diagram grows, its words too. */
const UNITS_PER_REM = 16;
const ROOM = { width: 1000, height: 540 };

export class CellStage extends Part {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {Built | null} */
  #built = null;
  #key = "";
  /** @type {{ key: string, vectors: Vectors, guesses: import("./prediction.js").Guess[] } | null} */
  #step = null;
  /** @type {Map<string, import("./pre-activations.js").Weighed>} */
  #weighed = new Map();
  #pre = new PreActivations(() => this.#refresh());
  /** @type {number | null} a unit of the opened part, when there are too many units to show all */
  #opened = null;
  /** In layout units. `scale` is pixels per layout unit, so the diagram grows with the page's type. */
  #size = { width: 0, height: 0, scale: 1 };
  /** @type {import("./outline.js").Outlined | null} the cell under the pointer or with the keyboard's focus */
  #under = null;
  /** @type {(() => void) | null} tells the number under the pointer, again when time moves */
  #telling = null;
  #mark = () => {};
  /** @type {Set<string>} the parts whose numbers are computed at the moment drawn last */
  #there = new Set();
  /** The moment drawn last; "" when something else has changed since. */
  #drawn = "";

  /** @param {Scene} scene */
  connect(scene) {
    this.#scene = scene;
    this.#mark = scene.clock.add(() => this.#draw(), this.life);
    const bar = new PhaseBar(this, scene);
    find(this, "button[data-action=group]", HTMLButtonElement).addEventListener("click", () => {
      this.#opened = null;
      this.#refresh();
    });
    for (const change of /** @type {const} */ ([
      "trace",
      "chunk",
      "filled",
      "selection",
      "pointed",
      "pinned",
    ])) {
      scene.on(
        change,
        () => {
          if (["trace", "chunk", "filled"].includes(change)) this.#step = null;
          if (change === "trace") [this.#opened, this.#telling] = [null, null];
          this.#refresh();
        },
        this.life,
      );
    }
    scene.on(
      "theme",
      () => {
        this.#built?.strips.restyle();
        this.#refresh();
      },
      this.life,
    );
    scene.on("trace", () => bar.rebuild(), this.life);
    watchSize(
      find(this, ".stage-picture", HTMLElement),
      ([entry]) => {
        const { width = 0, height = 0 } = entry?.contentRect ?? {};
        const unit = rem() / UNITS_PER_REM;
        const scale = Math.max(unit, Math.min(width / ROOM.width, height / ROOM.height));
        this.#size = { width: Math.floor(width / scale), height: Math.floor(height / scale), scale };
        this.#refresh();
      },
      this.life,
    );
    scene.clock.add(() => bar.draw(this.#moment()), this.life);
  }

  /** Redraws everything in the next frame, even while paused. */
  #refresh() {
    this.#drawn = "";
    this.#mark();
  }

  #moment() {
    return momentOf(/** @type {Scene} */ (this.#scene).clock);
  }

  /**
   * Time runs against a layer that reads the other way, so its states do not go on to the next step drawn.
   * @param {number} step
   * @returns {import("./picture.js").Handing}
   */
  #handing(step) {
    const { clock, selection, shown } = /** @type {Scene} */ (this.#scene);
    const trace = /** @type {import("../page/scene.js").Shown} */ (shown).trace;
    const goes = (selection.place.direction === "backward") === clock.flipped;
    if (isFirst(trace, selection.place, step)) return { comes: "there", goes };
    return { comes: goes ? "back" : "elsewhere", goes };
  }

  #draw() {
    const scene = this.#scene;
    const shown = scene?.shown;
    if (!scene || !shown || this.#size.width < 200) return;
    const moment = this.#moment();
    const { step, fraction, phased, whole } = moment;
    const drawn = `${step} ${fraction} ${phased}`;
    if (this.#drawn === drawn) return;
    this.#drawn = drawn;
    const built = this.#build();
    const scale = (/** @type {string} */ part) => built.scales.of(part);
    const { place } = scene.selection;
    const { unit } = scene.focus;
    const key = `${arrayName(place, "")} ${step}`;
    if (this.#step?.key !== key || !shown.trace.holds(step)) {
      const { trace, model, cell } = shown;
      const vectors = vectorsAt(built.stage.structure, { trace, cell, place, step });
      this.#step = { key, vectors, guesses: guessesAt(trace, model.vocabulary, step) };
      this.#pre.clear();
    }
    const { vectors, guesses } = this.#step;
    const pre = this.#pre.of(built.stage.structure, { shown, selection: scene.selection, step });
    this.#weighed = pre;
    const picture = pictureOf(
      { ...built.stage, schedule: scheduleAt(shown.cell, moment), calm: !phased },
      {
        vectors,
        unit,
        pre,
        largest: (part) => scale(part).high,
        handing: this.#handing(step),
      },
      fraction,
    );
    const token = shown.trace.tokens[step];
    built.diagram(picture, token ? glyphOf(token).text : "");
    built.prediction(guesses, picture.prediction);
    const lit = scene.pinned !== null;
    const { pointed, selection } = scene;
    const outlined =
      (pointed && this.#under) ?? outlineOf(built.stage.structure, pointed, { selection, step });
    built.strips.draw(picture, {
      vectors,
      view: (part) => (part === "input" ? built.input : built.view),
      scale,
      unit,
      erased: say("stage.erased"),
      lit,
      outlined,
    });
    setAttribute(this, "data-outlined", outlined ? `${outlined.part} ${outlined.unit}` : "");
    this.toggleAttribute("data-lit", lit);
    const there = picture.cards.filter((card) => card.there > 0).map(({ part }) => part);
    // The states before the step are known, also on their way to their places.
    this.#there = new Set([...there, ...built.stage.structure.states.map(before)]);
    for (const [part, control] of built.controls) {
      const value = vectors.get(part)?.[unit] ?? Number.NaN;
      const told = this.#there.has(part) ? fixed(value) : say("arithmetic.coming");
      if (part !== "input") stateValue(control, unit, say("stage.unit", { unit, value: told }));
    }
    built.nodes.update((node) =>
      this.#isThere(node) ? fixed(this.#valueOf(node)) : say("arithmetic.coming"),
    );
    entitle(this, scene, step);
    this.#telling?.();
    this.dataset.moment = String(whole ? step : scene.clock.shown);
  }

  /** @returns {Built} */
  #build() {
    const scene = /** @type {Scene} */ (this.#scene);
    const { cell, trace } = /** @type {import("../page/scene.js").Shown} */ (scene.shown);
    const { units } = trace.header;
    const { place } = scene.selection;
    const { direction } = place;
    const features = featuresOf(trace, place);
    const { width, height, scale } = this.#size;
    const key = `${cell.kind} ${direction} ${this.#pre.phi} ${units} ${features} ${width} ${height} ${scale} ${devicePixelRatio} ${this.#opened}`;
    if (this.#built && key === this.#key) return this.#built;
    this.#key = key;
    const structure = structureOf(cell, this.#pre.phi);
    const layout = layoutOf(structure, { width, height, features });
    const stage = { structure, layout, schedule: scheduleAt(cell, { phased: true }), calm: false };
    const root = find(this, "svg.stage-wires", SVGSVGElement);
    const over = find(this, "svg.stage-nodes", SVGSVGElement);
    const diagram = buildDiagram({ root, over }, stage, cell, direction);
    const prediction = buildPrediction(root, layout.prediction);
    const view = this.#opened === null ? viewOf(units) : openedAt(units, this.#opened);
    const input = viewOf(features);
    const controls = new Map();
    for (const card of layout.cards) {
      if (!card.grid || card.part === "input") continue;
      const fold = foldOf(view.count, card.grid);
      const label = spokenLabel(labelOf(structure, cell, card.part, direction));
      controls.set(
        card.part,
        stripControl(card, { part: card.part, label, fold, view, units, scale }, this.#answers(stage)),
      );
    }
    const grouped = find(this, "button[data-action=group]", HTMLButtonElement);
    grouped.hidden = this.#opened === null;
    const range = { from: view.first, to: view.first + view.count - 1, units };
    setText(
      find(this, "[data-stage=range]", HTMLElement),
      view.count < units ? this.#viewText(view, range) : "",
    );
    const nodes = new NodeControls(stage, cell, { scale, answers: this.#nodeAnswers() });
    find(this, ".stage-strips", HTMLElement).replaceChildren(...nodes.elements, ...controls.values());
    const scales = new StageScales(scene, structure);
    const strips = new Strips(find(this, "canvas", HTMLCanvasElement), stage, scale);
    return (this.#built = { stage, strips, scales, diagram, prediction, controls, nodes, view, input });
  }

  /**
   * @param {View} view
   * @param {{ from: number, to: number, units: number }} range
   */
  #viewText({ group }, range) {
    return group > 1 ? say("stage.grouped", { ...range, group }) : say("stage.opened", range);
  }

  /**
   * @param {Stage} stage
   * @returns {import("./strip-controls.js").StripAnswers}
   */
  #answers({ structure }) {
    const scene = /** @type {Scene} */ (this.#scene);
    const spotOf = (/** @type {string} */ part, /** @type {number} */ unit) => {
      const state = structure.states.find((name) => before(name) === part);
      const { trace } = /** @type {import("../page/scene.js").Shown} */ (scene.shown);
      const { place } = scene.selection;
      const { step } = this.#moment();
      const earlier = state && !isFirst(trace, place, step) ? { step: stepBefore(place, step) } : {};
      // What is kept or written is a term of the state.
      const term = sharesOf(structure).some(({ name }) => name === part) && !scene.signal(part);
      return { unit, signal: state ?? (term ? structure.line?.signal : part) ?? part, ...earlier };
    };
    return {
      unit: () => scene.focus.unit,
      choose: (part, unit) => {
        const view = this.#built?.view;
        if (view && view.group > 1) {
          this.#opened = unit;
          scene.select({ unit });
          return;
        }
        const { signal } = spotOf(part, unit);
        const same = scene.pinned?.unit === unit && scene.pinned.signal === signal;
        scene.pin(same ? null : { unit, signal });
      },
      point: (part, unit, event) => {
        this.#under = unit === null ? null : { part, unit };
        this.#telling = null;
        if (unit === null) {
          scene.point(null);
          scene.tip = null;
          return;
        }
        const spot = spotOf(part, unit);
        if (event instanceof KeyboardEvent) scene.select({ unit, signal: spot.signal });
        this.#under = { part, unit };
        scene.point(spot);
        if (event instanceof PointerEvent) this.#keepTelling(() => this.#tip(part, unit, event));
      },
    };
  }

  /** @returns {import("./node-controls.js").NodeAnswers} */
  #nodeAnswers() {
    const scene = /** @type {Scene} */ (this.#scene);
    return {
      point: (node, event) => {
        this.#under = null;
        this.#telling = null;
        scene.point(node && { signal: node.signal });
        if (!node) scene.tip = null;
        else if (event instanceof PointerEvent) {
          const title = say(`stage.told.${node.kind}`, { title: scene.signal(node.signal)?.title ?? "" });
          this.#keepTelling(() => {
            const { unit } = scene.selection;
            this.#tell(event, { title, unit, value: this.#valueOf(node), coming: !this.#isThere(node) });
          });
        }
      },
      choose: ({ signal }) => scene.pin(scene.pinned?.signal === signal ? null : { signal }),
    };
  }

  /**
   * The chosen unit's number at a valve, a sum or a function.
   * @param {import("./node-controls.js").Node} node
   */
  #valueOf({ kind, signal, complement }) {
    const { unit } = /** @type {Scene} */ (this.#scene).selection;
    const value = this.#step?.vectors.get(signal)?.[unit] ?? Number.NaN;
    if (kind === "sum") return this.#weighed.get(signal)?.sum ?? Number.NaN;
    return complement ? 1 - value : value;
  }

  /**
   * Whether the number at a valve, a sum or a function is computed by now.
   * @param {import("./node-controls.js").Node} node
   */
  #isThere({ kind, signal }) {
    const scene = /** @type {Scene} */ (this.#scene);
    return knownAt(scene)(kind === "sum" ? `${signal}.pre` : signal);
  }

  /**
   * @param {string} part
   * @param {number} unit
   * @param {PointerEvent} event
   */
  #tip(part, unit, event) {
    const scene = /** @type {Scene} */ (this.#scene);
    const { cell } = /** @type {import("../page/scene.js").Shown} */ (scene.shown);
    const stage = this.#built?.stage;
    if (!stage) return;
    const value = this.#step?.vectors.get(part)?.[unit] ?? Number.NaN;
    const title = spokenLabel(labelOf(stage.structure, cell, part, scene.selection.place.direction));
    this.#tell(event, { title, unit, value, coming: !this.#there.has(part) });
  }

  /** @param {() => void} tell */
  #keepTelling(tell) {
    this.#telling = tell;
    tell();
  }

  /**
   * @param {PointerEvent} event
   * @param {{ title: string, unit: number, value: number, coming: boolean }} number
   */
  #tell({ clientX: x, clientY: y, target }, number) {
    const scene = /** @type {Scene} */ (this.#scene);
    const { step } = this.#moment();
    const [was, now] = [scene.tip, { x, y, step, ...number }].map((tip) => {
      return tip && [tip.x, tip.y, tip.step, tip.title, tip.unit, tip.value, tip.coming].join();
    });
    if (was === now) return;
    const token = scene.shown?.trace.nameOf(step);
    const over = target instanceof Element ? target.getBoundingClientRect() : undefined;
    scene.tip = { x, y, step, ...number, ...(token && { token }), ...(over && { over }) };
  }
}
