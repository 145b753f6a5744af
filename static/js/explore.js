// @ts-check
/** The Explore page: its parts, and its responses to their events. */

import { addressOf, isIncomplete, parseAddress, SANDBOX, sameRun } from "./page/address.js";
import { CellArithmetic } from "./arithmetic/cell-arithmetic.js";
import { Clock, SPEEDS } from "./time/clock.js";
import { find, setText, stylesheet } from "./page/dom.js";
import { Explorer } from "./trace/explorer.js";
import { ExportMenu } from "./trace/export-menu.js";
import { Finding } from "./page/finding.js";
import { furnish } from "./page/furnish.js";
import { answer, begin, closeMenus, followSkipLinks, keySheet, measureDeck, still } from "./page/frame.js";
import { Giving } from "./page/giving.js";
import { GateHeatmaps } from "./charts/gate-heatmaps.js";
import { Journey } from "./time/journey.js";
import { Keeping } from "./page/keeping.js";
import { listenToEscape, listenToKeys } from "./page/keyboard.js";
import { look } from "./page/look.js";
import { parseLoop } from "./time/loop.js";
import { ModelPicker } from "./sequence/model-picker.js";
import { OrderPicker } from "./units/order-picker.js";
import { ParityBadge } from "./trace/parity-badge.js";
import { NetworkMap } from "./network/network-map.js";
import { loadPlotly } from "./charts/plotly.js";
import { pauseWhilePointing } from "./time/pointing-pause.js";
import { PredictionBars } from "./sequence/prediction-bars.js";
import { ProblemBanner } from "./page/problem-banner.js";
import { Scene } from "./page/scene.js";
import { SequenceEditor } from "./sequence/sequence-editor.js";
import { SequenceStrip } from "./sequence/sequence-strip.js";
import { ConceptStory } from "./units/concept-story.js";
import { CellStage } from "./stage/cell-stage.js";
import { SignalReadouts } from "./units/signal-readouts.js";
import { summarise } from "./page/step-summary.js";
import { followTheme } from "./page/theme.js";
import { TintKey } from "./sequence/tint-key.js";
import { offerTour } from "./page/tour-offer.js";
import { TraceTable } from "./charts/trace-table.js";
import { TransportBar } from "./time/transport.js";
import { UnitLines } from "./charts/unit-lines.js";
import { mount } from "./page/part.js";
import { ValueTip } from "./page/value-tip.js";
import { parseTracks } from "./units/tracks.js";
import { parseOrdering } from "./units/unit-order.js";
import { UnitSaturation } from "./units/unit-saturation.js";
import { ViewAddress } from "./page/view-address.js";
import { say } from "./page/words.js";
import { WritePanel } from "./sequence/write-panel.js";

/** @typedef {import("./page/address.js").Address} Address */
/** @typedef {import("./trace/explorer.js").Opening} Opening */
/** @typedef {import("./trace/explorer.js").View} View */
/** @typedef {import("./page/scene.js").Shown} Shown */

/** @type {Record<string, import("./page/part.js").Kind>} */
const PARTS = {
  "model-picker": ModelPicker,
  "concept-story": ConceptStory,
  "sequence-strip": SequenceStrip,
  "sequence-editor": SequenceEditor,
  "write-panel": WritePanel,
  "tint-key": TintKey,
  "cell-stage": CellStage,
  "gate-heatmaps": GateHeatmaps,
  "order-picker": OrderPicker,
  "signal-readouts": SignalReadouts,
  "unit-saturation": UnitSaturation,
  "cell-arithmetic": CellArithmetic,
  "prediction-bars": PredictionBars,
  "unit-lines": UnitLines,
  "trace-table": TraceTable,
  "parity-badge": ParityBadge,
  "export-menu": ExportMenu,
  "transport-bar": TransportBar,
  "network-map": NetworkMap,
  "value-tip": ValueTip,
};
/** Plotly is loaded after this time (ms) in any case. */
const PATIENCE = 4000;

customElements.define("problem-banner", ProblemBanner);

/**
 * Parts that only some traces need, with their stylesheet if their markup does not name it: they are loaded with the first such trace.
 * @type {Map<() => Promise<{ PARTS: Record<string, import("./page/part.js").Kind> }>,
 *   { sheet?: string, needed: (shown: Shown) => boolean }>}
 */
const LATE = new Map([
  [
    () => import("./sequence/numbers.js"),
    { sheet: "series", needed: ({ trace }) => trace.numeric || Boolean(trace.header.classes) },
  ],
  [
    () => import("./network/directions.js"),
    {
      sheet: "directions",
      needed: ({ trace: { header } }) => header.layers.length * header.directions.length > 1,
    },
  ],
  [
    () => import("./trace/reading-progress.js"),
    { sheet: "progress", needed: ({ trace }) => trace.resolution > 1 },
  ],
  [
    () => import("./sequence/next-candidates.js"),
    { sheet: "candidates", needed: ({ source }) => source.generate !== undefined },
  ],
  [
    async () => {
      const parts = await import("./sandbox/sandbox.js");
      await furnish(find(document, "sandbox-panel", HTMLElement));
      return parts;
    },
    { needed: ({ source }) => typeof source.model !== "string" },
  ],
]);

const { signal: life } = new AbortController();
const opening = /** @type {Opening} */ (JSON.parse(find(document, "script#opening", HTMLScriptElement).text));
const clock = new Clock();
const scene = new Scene(clock);
const explorer = new Explorer(scene, opening, life);
followTheme(find(document, "button[data-action=theme]", HTMLButtonElement), (theme) => scene.paint(theme));
const banner = find(document, "problem-banner", ProblemBanner);
listenToEscape({ banner, scene });
mount(document, PARTS, scene);
scene.on("trace", () => void late(), life);

const editor = find(document, "sequence-editor", SequenceEditor);
const heatmaps = find(document, "gate-heatmaps", GateHeatmaps);
const lines = find(document, "unit-lines", UnitLines);
const network = find(document, "network-map", NetworkMap);
const transport = find(document, "transport-bar", TransportBar);
const writer = find(document, "write-panel", WritePanel);

find(document, "model-picker", ModelPicker).offer([
  ...opening.models,
  { id: SANDBOX, title: say("sandbox.title") },
]);
find(document, "concept-story", ConceptStory).offer(opening.models);
/** @type {Promise<import("./trace/drafts.js").Drafts> | null} loaded with the first letter that is typed */
let drafts = null;
answer({
  choose: (/** @type {Address} */ choice) => void explorer.choose(choice, { play: !still() }),
  text: (/** @type {string} */ text) => explorer.read(text, { play: !still() }),
  draft: (/** @type {string} */ text) => {
    const model = scene.shown?.source.model;
    if (model !== undefined) void drafting().then((drafts) => drafts.read({ model, sequence: { text } }));
  },
  restore: (/** @type {string} */ text) => explorer.read(text, {}),
  give: (/** @type {import("./trace/explorer.js").Given} */ given) =>
    void explorer.give(given, { play: !still() }),
  write: (/** @type {import("./sequence/write-panel.js").Wish} */ wish) => explorer.write(wish),
  stop: () => explorer.stop(),
  zoom: (/** @type {string} */ how) => heatmaps.zoom(how),
  look,
  read: ({ signal }) => find(document, "trace-table", TraceTable).read(signal),
  problem: complain,
});

const giving = new Giving(scene, life);
new Finding(scene, life);
const keeping = new Keeping(scene, life);
const opener = find(document, "button[data-action=edit]", HTMLButtonElement);
opener.addEventListener("click", () => (editor.hidden ? editor.open() : editor.close()));
editor.addEventListener("editing", (event) => {
  const { open, held } = /** @type {CustomEvent<{ open: boolean, held: boolean }>} */ (event).detail;
  opener.setAttribute("aria-expanded", String(open));
  find(document, ".sequence", HTMLElement).toggleAttribute("data-editing", open);
  if (!open) void drafts?.then((drafts) => drafts.stop());
  if (held) opener.focus();
});

explorer.addEventListener("shown", () => {
  const shown = scene.shown;
  if (!shown) return;
  const example = shown.model.examples.find(({ id }) => id === shown.source.example);
  const own = say(ownNote(shown));
  const option = find(document, "model-picker option[value='']", HTMLOptionElement);
  setText(option, say(shown.trace.numeric ? "model.numbers" : "model.text"));
  setText(find(document, "[data-readout=note]", HTMLElement), example ? (example.note ?? "") : own);
  banner.clear();
});
for (const name of ["shown", "progress"]) {
  explorer.addEventListener(name, () => {
    transport.connection(false);
    writer.writing(explorer.writing);
  });
}
explorer.addEventListener("lost", () => transport.connection(true));
explorer.addEventListener("problem", (event) => complain(/** @type {CustomEvent} */ (event).detail));

measureDeck(life);
// What is chosen elsewhere is shown from the column's first card on.
const side = find(document, ".bench-side", HTMLElement);
scene.on("selection", () => !side.matches(":hover, :focus-within") && side.scrollTo(0, 0), life);
closeMenus();
followSkipLinks();
const { sheet, toggle } = keySheet();
listenToKeys({
  journey: new Journey(scene),
  moves: {
    unit: (by) => scene.select({ unit: scene.unitBelow(by) }),
    zoom: (how) => heatmaps.zoom(how),
    place: (by) => network.move(by),
    look,
  },
  sheet,
  toggle,
});
pauseWhilePointing(scene, find(sheet, "input[name=pause]", HTMLInputElement), life);
summarise(scene, find(document, "#summary", HTMLElement), life);
offerTour({
  load: async () => {
    const [{ PageTour }] = await Promise.all([import("./page/tour.js"), dress("tour")]);
    mount(document, { "page-tour": PageTour }, scene);
    return find(document, "page-tour", PageTour);
  },
  failed: missing,
});

const address = new ViewAddress(scene, follow, life);
for (const control of address.hidden) {
  for (const element of document.querySelectorAll(`[data-control="${CSS.escape(control)}"]`)) {
    element.toggleAttribute("data-away", true);
  }
}

begin(clock);
follow(parseAddress(location.hash));

once(() => void loadPlotly(heatmaps.dataset.plotly ?? "").then(show, explain));
dressLate();

/** Loads the parts that the first picture does not need, once there is a trace that needs them. */
async function late() {
  for (const [load, { needed, sheet }] of LATE) {
    if (!needed(/** @type {Shown} */ (scene.shown))) continue;
    LATE.delete(load);
    try {
      const [{ PARTS: parts }] = await Promise.all([load(), sheet && dress(sheet)]);
      mount(document, parts, scene);
    } catch (error) {
      LATE.set(load, { needed, sheet });
      missing(error);
    }
  }
}

/** Loads the styles that the first moving picture does without, once it has moved, or if nothing plays. */
function dressLate() {
  const plays = parseAddress(location.hash).t === undefined && !still();
  if (plays && clock.t < 0.1 && performance.now() < 5 * PATIENCE) setTimeout(dressLate, 250);
  else for (const sheet of ["editor", "table", "dialog"]) dress(sheet).catch(missing);
}

/**
 * Loads a stylesheet of static/css.
 * @param {string} sheet
 */
function dress(sheet) {
  return stylesheet(new URL(`../css/${sheet}.css`, import.meta.url).href);
}

/** @param {import("./charts/plotly.js").Plotly} plotly */
function show(plotly) {
  heatmaps.use(plotly);
  lines.use(plotly);
  keeping.use(plotly);
}

/**
 * Starting Plotly blocks the page for a moment, so it waits until nothing moves, the user reaches for the charts, or
 * the time limit is over.
 * @param {() => void} load
 */
function once(load) {
  let waits = true;
  const go = () => {
    if (waits) load();
    waits = false;
  };
  for (const name of ["pointerenter", "focusin"])
    find(document, ".bench", HTMLElement).addEventListener(name, go);
  const rest = () => {
    if (clock.state === "paused") requestAnimationFrame(go);
  };
  clock.on("state", rest, life);
  setTimeout(go, PATIENCE);
}

/**
 * The sentence for the user's own sequence.
 * @param {import("./page/scene.js").Shown} shown
 */
function ownNote({ trace, source }) {
  if (trace.numeric) return trace.header.outputs ? "note.forecasts" : "note.numbers";
  if (source.given) return "note.given";
  return address.incomplete ? "note.long" : "note.own";
}

/** Texts are read while they are typed. */
function drafting() {
  drafts ??= import("./trace/drafts.js").then(({ Drafts }) => {
    const drafts = new Drafts();
    drafts.addEventListener("drafted", (event) => editor.drafted(/** @type {CustomEvent} */ (event).detail));
    drafts.addEventListener("rest", (event) => {
      const { text } = /** @type {CustomEvent} */ (event).detail;
      explorer.read(text, { t: text.length });
    });
    return drafts;
  });
  return drafts;
}

/** @param {import("./trace/contracts.js").Problem} problem */
function complain(problem) {
  if (!giving.refuse(problem)) banner.show(problem);
  transport.connection(false);
  writer.writing(explorer.writing);
}

/** @param {unknown} error of a part that did not load */
function missing(error) {
  banner.show({ title: say("problem.part"), detail: String(error) });
}

/** @param {Error} error */
function explain(error) {
  banner.show({ title: say("problem.plotly"), detail: error.message });
}

/**
 * Shows what an address says: on the current trace if it fits, otherwise on a new one.
 * @param {Address} wanted
 */
function follow(wanted) {
  const { t, layer, direction, unit, signal, speed } = wanted;
  const loop = parseLoop(wanted.loop);
  const selection = {
    place: { ...(layer !== undefined && { layer }), ...(direction !== undefined && { direction }) },
    ...(unit !== undefined && { unit }),
    ...(signal !== undefined && { signal }),
  };
  const tracks = parseTracks(wanted.tracks ?? "");
  scene.orderBy(parseOrdering(wanted.order ?? ""));
  if (speed !== undefined && SPEEDS.includes(speed)) clock.speed = speed;
  const source = scene.shown?.source;
  if (source && !source.generate && !isIncomplete(source) && sameRun(wanted, addressOf(source))) {
    scene.select(selection);
    if (scene.shown) scene.tracks.fit(scene.shown, tracks);
    clock.pause();
    clock.seek(t ?? 0);
    clock.loop = loop;
    return;
  }
  const play = t === undefined && !still();
  void explorer.follow(wanted, { play, selection, loop, tracks, ...(t !== undefined && { t }) });
}
