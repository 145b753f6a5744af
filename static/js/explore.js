// @ts-check
/** The Explore page: makes its parts and ties them together. */

import { parseAddress, sameRun } from "./page/address.js";
import { CellArithmetic } from "./arithmetic/cell-arithmetic.js";
import { Clock, SPEEDS } from "./time/clock.js";
import { find, setText } from "./page/dom.js";
import { Explorer } from "./trace/explorer.js";
import { ExportMenu } from "./trace/export-menu.js";
import { GateHeatmaps } from "./charts/gate-heatmaps.js";
import { Journey } from "./time/journey.js";
import { listenToKeys } from "./page/keyboard.js";
import { parseLoop } from "./time/loop.js";
import { closeMenus } from "./page/menus.js";
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
import { CellStage } from "./stage/cell-stage.js";
import { SignalReadouts } from "./units/signal-readouts.js";
import { summarise } from "./page/step-summary.js";
import { followTheme } from "./page/theme.js";
import { TintKey } from "./sequence/tint-key.js";
import { PageTour } from "./page/tour.js";
import { TraceTable } from "./charts/trace-table.js";
import { TransportBar } from "./time/transport.js";
import { UnitLines } from "./charts/unit-lines.js";
import { parseOrdering } from "./units/unit-order.js";
import { UnitSaturation } from "./units/unit-saturation.js";
import { ViewAddress } from "./page/view-address.js";
import { say } from "./page/words.js";
import { WritePanel } from "./sequence/write-panel.js";

/** @typedef {import("./page/address.js").Address} Address */
/** @typedef {import("./trace/explorer.js").Opening} Opening */
/** @typedef {import("./trace/explorer.js").View} View */

const ELEMENTS = {
  "cell-arithmetic": CellArithmetic,
  "cell-stage": CellStage,
  "export-menu": ExportMenu,
  "gate-heatmaps": GateHeatmaps,
  "model-picker": ModelPicker,
  "network-map": NetworkMap,
  "page-tour": PageTour,
  "order-picker": OrderPicker,
  "parity-badge": ParityBadge,
  "prediction-bars": PredictionBars,
  "problem-banner": ProblemBanner,
  "sequence-editor": SequenceEditor,
  "sequence-strip": SequenceStrip,
  "signal-readouts": SignalReadouts,
  "tint-key": TintKey,
  "trace-table": TraceTable,
  "transport-bar": TransportBar,
  "unit-lines": UnitLines,
  "unit-saturation": UnitSaturation,
  "write-panel": WritePanel,
};
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const DEFAULT_SPEED = 1;
/** Milliseconds after which Plotly is loaded in any case. */
const PATIENCE = 4000;

for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);

const opening = /** @type {Opening} */ (JSON.parse(find(document, "script#opening", HTMLScriptElement).text));
const clock = new Clock();
const scene = new Scene(clock);
const explorer = new Explorer(scene, opening);

const banner = find(document, "problem-banner", ProblemBanner);
const editor = find(document, "sequence-editor", SequenceEditor);
const heatmaps = find(document, "gate-heatmaps", GateHeatmaps);
const lines = find(document, "unit-lines", UnitLines);
const network = find(document, "network-map", NetworkMap);
const picker = find(document, "model-picker", ModelPicker);
const strip = find(document, "sequence-strip", SequenceStrip);
const transport = find(document, "transport-bar", TransportBar);
const writer = find(document, "write-panel", WritePanel);

followTheme(find(document, "button[data-action=theme]", HTMLButtonElement), (theme) => scene.paint(theme));
for (const part of [
  strip,
  find(document, "tint-key", TintKey),
  find(document, "cell-stage", CellStage),
  heatmaps,
  find(document, "order-picker", OrderPicker),
  find(document, "signal-readouts", SignalReadouts),
  find(document, "unit-saturation", UnitSaturation),
  find(document, "cell-arithmetic", CellArithmetic),
  find(document, "prediction-bars", PredictionBars),
  lines,
  find(document, "trace-table", TraceTable),
  find(document, "parity-badge", ParityBadge),
  find(document, "export-menu", ExportMenu),
]) {
  part.connect(scene);
}
const journey = new Journey(scene, () => strip.screenful);
transport.connect(scene, journey);
network.connect(scene, journey);

editor.connect({
  opener: find(document, "button[data-action=edit]", HTMLButtonElement),
  text: () => scene.shown?.trace.text ?? "",
  apply: (text) => explorer.read(text, { play: !STILL.matches }),
});
writer.connect({ write: (how) => explorer.write(how), stop: () => explorer.stop() });
picker.connect({
  models: opening.models,
  model: (model) => void explorer.follow({ model }, { play: !STILL.matches }),
  example: (example) => {
    const model = scene.shown?.model.id;
    if (model) void explorer.follow({ model, example }, { play: !STILL.matches });
  },
});

explorer.addEventListener("shown", () => {
  const shown = scene.shown;
  if (!shown) return;
  const { model, source } = shown;
  const example = model.examples.find(({ id }) => id === source.example);
  picker.show(model, example);
  if (!example)
    setText(
      find(document, "[data-readout=note]", HTMLElement),
      say(address.incomplete ? "note.long" : "note.own"),
    );
  writer.hidden = model.task !== "language-model";
  editor.close();
  banner.clear();
});
for (const name of ["shown", "progress"]) {
  explorer.addEventListener(name, () => {
    transport.connection(false);
    writer.writing(explorer.writing);
  });
}
explorer.addEventListener("lost", () => transport.connection(true));
for (const source of [explorer, document]) {
  source.addEventListener("problem", (event) => {
    banner.show(/** @type {CustomEvent<import("./trace/contracts.js").Problem>} */ (event).detail);
    transport.connection(false);
    writer.writing(explorer.writing);
  });
}

const deck = find(document, ".deck", HTMLElement);
new ResizeObserver(() => {
  document.documentElement.style.setProperty("--deck-height", `${deck.offsetHeight}px`);
}).observe(deck);
closeMenus();
const keys = find(document, "dialog#keys", HTMLDialogElement);
listenToKeys({
  journey,
  moves: {
    unit: (by) => scene.select({ unit: scene.unitBelow(by) }),
    zoom: (how) => heatmaps.zoom(how),
    place: (by) => network.move(by),
    look: (distance) => network.look(distance),
  },
  sheet: keys,
  toggle: find(keys, "input[name=keys]", HTMLInputElement),
});
pauseWhilePointing(scene, find(keys, "input[name=pause]", HTMLInputElement));
find(document, "button[data-action=keys]", HTMLButtonElement).addEventListener("click", () =>
  keys.showModal(),
);
summarise(scene, find(document, "#summary", HTMLElement));

const address = new ViewAddress(scene, follow);
for (const control of address.hidden) {
  for (const element of document.querySelectorAll(`[data-control="${CSS.escape(control)}"]`)) {
    element.toggleAttribute("data-away", true);
  }
}

find(document, "page-tour", PageTour).connect(scene, {
  opener: find(document, "button[data-action=tour]", HTMLButtonElement),
  offer: find(document, ".tour-offer", HTMLElement),
});

clock.still = STILL.matches;
clock.speed = DEFAULT_SPEED;
STILL.addEventListener("change", () => (clock.still = STILL.matches));
follow(parseAddress(location.hash));

once(() => void loadPlotly(heatmaps.dataset.plotly ?? "").then(show, explain));

/** @param {import("./charts/plotly.js").Plotly} plotly */
function show(plotly) {
  heatmaps.use(plotly);
  lines.use(plotly);
}

/**
 * Starting Plotly stops everything else for a moment. So it waits until nothing moves, or somebody reaches for the
 * charts, or patience ends.
 * @param {() => void} load
 */
function once(load) {
  let waits = true;
  const begin = () => {
    if (waits) load();
    waits = false;
  };
  for (const name of ["pointerenter", "focusin"])
    find(document, ".bench", HTMLElement).addEventListener(name, begin);
  clock.addEventListener("state", () => {
    if (clock.state === "paused") requestAnimationFrame(begin);
  });
  setTimeout(begin, PATIENCE);
}

/** @param {Error} error */
function explain(error) {
  banner.show({ title: say("problem.plotly"), detail: error.message });
}

/**
 * Shows what an address says: on the trace that is there where it fits, else on a new one.
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
  scene.orderBy(parseOrdering(wanted.order ?? ""));
  if (speed !== undefined && SPEEDS.includes(speed)) clock.speed = speed;
  const source = scene.shown?.source;
  if (
    source &&
    !source.generate &&
    sameRun(wanted, { ...source, ...(source.example && { text: undefined }) })
  ) {
    scene.select(selection);
    clock.pause();
    clock.seek(t ?? 0);
    clock.loop = loop;
    return;
  }
  const play = t === undefined && !STILL.matches;
  void explorer.follow(wanted, { play, selection, loop, ...(t !== undefined && { t }) });
}
