// @ts-check
/** The living cell: the diagram of one layer and direction, drawn at every moment of the clock. */

import { evaluate } from "../arithmetic/expression.js";
import { valuesOf } from "../arithmetic/operands.js";
import { UnitParameters } from "../arithmetic/parameters.js";
import { stepAt } from "../time/clock.js";
import { arrayName } from "../trace/trace.js";
import { featuresOf } from "../trace/vectors.js";
import { find, rem, setText, watchSize } from "../page/dom.js";
import { clamp, fixed } from "../page/numbers.js";
import { glyphOf, named } from "../sequence/tokens.js";
import { say } from "../page/words.js";
import { buildDiagram } from "./diagram.js";
import { labelOf, spokenLabel } from "./labels.js";
import { layoutOf } from "./layout.js";
import { PhaseBar } from "./phase-bar.js";
import { pictureOf } from "./picture.js";
import { buildPrediction, guessesAt } from "./prediction.js";
import { StageScales } from "./scales.js";
import { scheduleOf } from "./schedule.js";
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
 * @property {StageScales} scales
 * @property {View} view of the hidden vectors
 * @property {View} input
 */

/** Up to this speed the phases can be followed; above it, each step is drawn at its end. */
const FOLLOWED = 2;
/** Layout units per rem. */
const UNITS_PER_REM = 16;

export class CellStage extends Part {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {Built | null} */
  #built = null;
  #key = "";
  /** @type {{ key: string, vectors: Vectors, guesses: import("./prediction.js").Guess[] } | null} */
  #step = null;
  /** @type {{ key: string, pre: Map<string, number> }} */
  #pre = { key: "", pre: new Map() };
  /** @type {Map<string, UnitParameters>} */
  #parameters = new Map();
  /** @type {number | null} a unit of the opened part, when there are too many units to show all */
  #opened = null;
  /** In layout units. `scale` is pixels per layout unit, so the diagram grows with the page's type. */
  #size = { width: 0, height: 0, scale: 1 };
  /** How many rows of weights have arrived. */
  #arrived = 0;
  /** The network's own φ. */
  #phi = "tanh";
  #mark = () => {};
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
          if (change === "trace") this.#opened = null;
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
        const scale = rem() / UNITS_PER_REM;
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

  /**
   * The moment to draw. Playing too fast to follow, it is the end of the step; with reduced motion, the end of the
   * phase.
   */
  #moment() {
    const clock = /** @type {Scene} */ (this.#scene).clock;
    const step = stepAt(clock.shown, clock.extent);
    const fraction = clamp(clock.shown - step, 0, 1);
    if (clock.state === "paused") return { step, fraction };
    if (clock.speed > FOLLOWED) return { step, fraction: 1 };
    return { step, fraction: clock.still ? (clock.phaseShown?.stop ?? 1) : fraction };
  }

  #draw() {
    const scene = this.#scene;
    const shown = scene?.shown;
    if (!scene || !shown || this.#size.width < 200) return;
    const { step, fraction } = this.#moment();
    if (this.#drawn === `${step} ${fraction}`) return;
    this.#drawn = `${step} ${fraction}`;
    const built = this.#build();
    const scale = (/** @type {string} */ part) => built.scales.of(part);
    const { place } = scene.selection;
    const { unit } = scene.focus;
    const key = `${arrayName(place, "")} ${step}`;
    if (this.#step?.key !== key || !shown.trace.holds(step)) {
      const { trace, model, cell } = shown;
      const vectors = vectorsAt(built.stage.structure, { trace, cell, place, step });
      this.#step = { key, vectors, guesses: guessesAt(trace, model.vocabulary, step) };
      this.#pre.key = "";
    }
    const { vectors, guesses } = this.#step;
    const picture = pictureOf(
      built.stage,
      {
        vectors,
        unit,
        pre: this.#preActivations(built.stage, step),
        largest: (part) => scale(part).high,
      },
      fraction,
    );
    const token = shown.trace.tokens[step];
    built.diagram(picture, token ? glyphOf(token).text : "");
    built.prediction(guesses, picture.prediction);
    const lit = scene.pinned !== null || scene.pointed !== null;
    built.strips.draw(picture, {
      vectors,
      view: (part) => (part === "input" ? built.input : built.view),
      scale,
      unit,
      erased: say("stage.erased"),
      lit,
    });
    this.toggleAttribute("data-lit", lit);
    for (const [part, control] of built.controls) {
      const value = vectors.get(part)?.[unit] ?? Number.NaN;
      if (part !== "input") stateValue(control, unit, say("stage.unit", { unit, value: fixed(value) }));
    }
    this.#title(step);
    this.dataset.moment = String(step + fraction);
  }

  /** @param {number} step */
  #title(step) {
    const scene = /** @type {Scene} */ (this.#scene);
    const { trace, cell } = /** @type {import("../page/scene.js").Shown} */ (scene.shown);
    const { layers, directions } = trace.header;
    const { layer, direction } = scene.selection.place;
    const backward = direction === "backward";
    const place = [
      ...(layers.length > 1 ? [say("stage.layer", { layer })] : []),
      ...(directions.length > 1 ? [say(backward ? "stage.backward" : "stage.forward")] : []),
    ].join(", ");
    const token = trace.nameOf(step);
    setText(find(this, "[data-stage=cell]", HTMLElement), cell.title);
    setText(find(this, "[data-stage=place]", HTMLElement), place);
    setText(find(this, "[data-stage=step]", HTMLElement), String(step));
    this.style.setProperty("--digits", String(String(trace.extent).length));
    setText(find(this, "[data-stage=unit]", HTMLElement), String(scene.focus.unit));
    setText(find(this, "[data-stage=token]", HTMLElement), named(token));
    find(this, "[data-stage=reads]", HTMLElement).hidden = !token;
  }

  /**
   * The unit's input to each gate, as far as its weights have arrived.
   * @param {Stage} stage
   * @param {number} step
   */
  #preActivations({ structure }, step) {
    const scene = /** @type {Scene} */ (this.#scene);
    const { trace, source, cell } = /** @type {import("../page/scene.js").Shown} */ (scene.shown);
    const key = `${step} ${scene.focus.unit} ${this.#arrived}`;
    if (key === this.#pre.key) return this.#pre.pre;
    /** @type {Map<string, number>} */
    const pre = new Map();
    for (const { signal } of structure.gates) {
      const spot = { ...scene.selection, unit: scene.focus.unit, signal };
      const row = this.#rows(signal).row(source.model, spot);
      const expression = cell.equations.find((equation) => equation.signal === signal)?.expression;
      if (row?.nonlinearity) this.#phi = row.nonlinearity;
      if (!row || expression?.op !== "apply") continue;
      const value = evaluate(expression.of, valuesOf(expression.of, { trace, cell, spot, step, row }));
      if (!Number.isNaN(value)) pre.set(signal, value);
    }
    this.#pre = { key, pre };
    return pre;
  }

  #weightsCame() {
    this.#arrived += 1;
    this.#refresh();
  }

  /** @param {string} signal */
  #rows(signal) {
    const rows =
      this.#parameters.get(signal) ??
      new UnitParameters({ came: () => this.#weightsCame(), failed: () => {} });
    this.#parameters.set(signal, rows);
    return rows;
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
    const key = `${cell.kind} ${direction} ${this.#phi} ${units} ${features} ${width} ${height} ${scale} ${devicePixelRatio} ${this.#opened}`;
    if (this.#built && key === this.#key) return this.#built;
    this.#key = key;
    const structure = structureOf(cell, this.#phi);
    const layout = layoutOf(structure, { width, height, features });
    const stage = { structure, layout, schedule: scheduleOf(cell) };
    const root = find(this, "svg.stage-wires", SVGSVGElement);
    const diagram = buildDiagram(root, stage, cell, direction);
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
    find(this, ".stage-strips", HTMLElement).replaceChildren(...controls.values());
    const scales = new StageScales(scene, structure);
    const strips = new Strips(find(this, "canvas", HTMLCanvasElement), stage, scale);
    return (this.#built = { stage, strips, scales, diagram, prediction, controls, view, input });
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
    const signalOf = (/** @type {string} */ part) =>
      structure.states.find((state) => before(state) === part) ??
      (scene.signal(part) ? part : (sharesOf(structure).find(({ name }) => name === part)?.of ?? part));
    return {
      unit: () => scene.focus.unit,
      choose: (part, unit) => {
        const view = this.#built?.view;
        if (view && view.group > 1) {
          this.#opened = unit;
          scene.select({ unit });
          return;
        }
        const same = scene.pinned?.unit === unit && scene.pinned.signal === signalOf(part);
        scene.pin(same ? null : { unit, signal: signalOf(part) });
      },
      point: (part, unit, event) => {
        if (unit === null) {
          scene.point(null);
          scene.tip = null;
          return;
        }
        if (event instanceof KeyboardEvent) scene.select({ unit });
        scene.point({ unit, signal: signalOf(part) });
        if (event instanceof PointerEvent) this.#tip(part, unit, event);
      },
    };
  }

  /**
   * @param {string} part
   * @param {number} unit
   * @param {PointerEvent} event
   */
  #tip(part, unit, event) {
    const scene = /** @type {Scene} */ (this.#scene);
    const { trace, cell } = /** @type {import("../page/scene.js").Shown} */ (scene.shown);
    const stage = this.#built?.stage;
    if (!stage) return;
    const { step } = this.#moment();
    const value = this.#step?.vectors.get(part)?.[unit] ?? Number.NaN;
    const token = trace.nameOf(step);
    const title = spokenLabel(labelOf(stage.structure, cell, part, scene.selection.place.direction));
    const { clientX: x, clientY: y } = event;
    scene.tip = { x, y, step, unit, value, title, ...(token && { token }) };
  }
}
