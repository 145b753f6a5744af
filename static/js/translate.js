// @ts-check
/** The Translate page: its parts, and its responses to their events. */

import { Clock } from "./time/clock.js";
import { find, watchSize } from "./page/dom.js";
import { Journey } from "./time/journey.js";
import { closeMenus } from "./page/menus.js";
import { ModelPicker } from "./sequence/model-picker.js";
import { mount } from "./page/part.js";
import { ParityBadge } from "./trace/parity-badge.js";
import { ExportMenu } from "./trace/export-menu.js";
import { loadPlotly } from "./charts/plotly.js";
import { ProblemBanner } from "./page/problem-banner.js";
import { followTheme } from "./page/theme.js";
import { TransportBar } from "./time/transport.js";
import { say } from "./page/words.js";
import { AttentionMap } from "./attention/attention-map.js";
import { ContextSum } from "./attention/context-sum.js";
import { InsideStep } from "./attention/inside-step.js";
import { ScoreArithmetic } from "./attention/score-arithmetic.js";
import { SentenceForm } from "./attention/sentence-form.js";
import { Timeline } from "./attention/timeline.js";
import { TranslationScene } from "./attention/translation-scene.js";
import { Models, Translator } from "./attention/translator.js";
import { UnrolledRun } from "./attention/unrolled.js";
import { WrittenLine } from "./attention/written-line.js";
import { listenToActions } from "./page/keyboard.js";
import { parseTranslation, TranslationAddress } from "./attention/translation-address.js";

/** @typedef {import("./trace/explorer.js").Opening} Opening */
/** @typedef {import("./attention/translator.js").Wanted} Wanted */

/** @type {Record<string, import("./page/part.js").Kind<TranslationScene>>} */
const PARTS = {
  "model-picker": ModelPicker,
  "sentence-form": SentenceForm,
  "written-line": WrittenLine,
  "unrolled-run": UnrolledRun,
  "attention-map": AttentionMap,
  "context-sum": ContextSum,
  "score-arithmetic": ScoreArithmetic,
  "inside-step": InsideStep,
  "parity-badge": ParityBadge,
  "export-menu": ExportMenu,
  "transport-bar": TransportBar,
};
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
/** The opening example begins this many steps before the decoder's first. */
const RUN_UP = 1.5;
/** Plotly is loaded after this time (ms) in any case. */
const PATIENCE = 1500;

customElements.define("problem-banner", ProblemBanner);

const { signal: life } = new AbortController();
const opening = /** @type {Opening} */ (JSON.parse(find(document, "script#opening", HTMLScriptElement).text));
const clock = new Clock();
const timeline = new Timeline(clock);
const scene = new TranslationScene(timeline);
const translator = new Translator(scene, new Models(opening), life);
followTheme(find(document, "button[data-action=theme]", HTMLButtonElement), (theme) => scene.paint(theme));
const banner = find(document, "problem-banner", ProblemBanner);
mount(document, PARTS, scene);
find(document, "model-picker", ModelPicker).offer(opening.models);

const transport = find(document, "transport-bar", TransportBar);
const map = find(document, "attention-map", AttentionMap);

/** @type {Record<string, (detail: any) => void>} */
const ANSWERS = {
  choose: (/** @type {Wanted} */ wanted) => translate(withText(wanted)),
  translate: (/** @type {Wanted} */ wanted) => translate(wanted),
  problem: (problem) => banner.show(problem),
  step: () => find(document, "#inside", HTMLElement).scrollIntoView({ block: "start" }),
};
for (const [name, answer] of Object.entries(ANSWERS)) {
  document.addEventListener(name, (event) => answer(/** @type {CustomEvent} */ (event).detail));
}
translator.addEventListener("shown", () => banner.clear());
for (const name of ["shown", "progress", "done"])
  translator.addEventListener(name, () => transport.connection(false));
translator.addEventListener("lost", () => transport.connection(true));
translator.addEventListener("problem", (event) => {
  banner.show(/** @type {CustomEvent} */ (event).detail);
  transport.connection(false);
});

const deck = find(document, ".deck", HTMLElement);
watchSize(
  deck,
  () => document.documentElement.style.setProperty("--deck-height", `${deck.offsetHeight}px`),
  life,
);
closeMenus();
const keys = find(document, "dialog#keys", HTMLDialogElement);
listenToActions({
  journey: new Journey(scene),
  others: { "?": () => keys.showModal() },
  toggle: find(keys, "input[name=keys]", HTMLInputElement),
});
find(document, "button[data-action=keys]", HTMLButtonElement).addEventListener("click", () =>
  keys.showModal(),
);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) banner.clear();
});

clock.still = STILL.matches;
clock.speed = 1;
STILL.addEventListener("change", () => (clock.still = STILL.matches));
const address = new TranslationAddress(scene, (said) => follow(said), life);
follow(parseTranslation(location.hash));
if (!opening.models.length) banner.show({ title: say("translate.none") });

setTimeout(() => {
  loadPlotly(map.dataset.plotly ?? "").then(
    (plotly) => map.use(plotly),
    (error) => banner.show({ title: say("problem.plotly"), detail: error.message }),
  );
}, PATIENCE);

/** @param {Wanted} wanted */
function translate(wanted) {
  address.leave();
  void translator.translate(wanted, STILL.matches ? { t: Infinity } : { play: true });
}

/**
 * Another model translates the same sentence, unless that was an example of its own.
 * @param {Wanted} wanted
 */
function withText(wanted) {
  const source = scene.shown?.source;
  return wanted.example === undefined && source && !source.example
    ? { ...wanted, text: source.sequence.text }
    : wanted;
}

/** @param {Wanted & { t?: number }} said by the address */
function follow({ t, ...wanted }) {
  if (t !== undefined) void translator.translate(wanted, { t });
  else if (STILL.matches) void translator.translate(wanted, { t: Infinity });
  else void translator.translate(wanted, { target: -RUN_UP, play: true });
}
