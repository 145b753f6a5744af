// @ts-check
/** The Translate page: its parts, and its responses to their events. */

import { Clock } from "./time/clock.js";
import { find } from "./page/dom.js";
import { answer, begin, closeMenus, followSkipLinks, keySheet, measureDeck, still } from "./page/frame.js";
import { Journey } from "./time/journey.js";
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
import { AttentionGain } from "./attention/attention-gain.js";
import { AttentionTable } from "./attention/attention-table.js";
import { AskedChanges } from "./attention/asked-changes.js";
import { ComparePanel } from "./attention/compare-panel.js";
import { DecodePanel } from "./attention/decode-panel.js";
import { DecodingTree } from "./attention/decoding-tree.js";
import { ForceAttention } from "./attention/force-attention.js";
import { WordChoices } from "./attention/word-choices.js";
import { changed, forcedRows, renewed } from "./attention/wishes.js";
import { ContextSum } from "./attention/context-sum.js";
import { InsideStep } from "./attention/inside-step.js";
import { ScoreArithmetic } from "./attention/score-arithmetic.js";
import { giveSentence } from "./page/giving-sentence.js";
import { SentenceForm } from "./attention/sentence-form.js";
import { Timeline } from "./attention/timeline.js";
import { TranslationScene } from "./attention/translation-scene.js";
import { Models, Translator } from "./attention/translator.js";
import { UnrolledRun } from "./attention/unrolled.js";
import { WrittenLine } from "./attention/written-line.js";
import { listenToActions } from "./page/keyboard.js";
import { parseTranslation, TranslationAddress } from "./attention/translation-address.js";

/** @typedef {import("./trace/explorer.js").Opening} Opening */
/** @typedef {import("./attention/second-run.js").Rival} Rival */
/** @typedef {import("./attention/second-run.js").SecondRun} SecondRun */
/** @typedef {import("./attention/translator.js").Wanted} Wanted */
/** @typedef {import("./trace/contracts.js").ForcedRow} ForcedRow */
/** @typedef {import("./trace/contracts.js").TranslationOptions} TranslationOptions */

/** @type {Record<string, import("./page/part.js").Kind<TranslationScene>>} */
const PARTS = {
  "model-picker": ModelPicker,
  "sentence-form": SentenceForm,
  "written-line": WrittenLine,
  "unrolled-run": UnrolledRun,
  "attention-map": AttentionMap,
  "attention-table": AttentionTable,
  "decode-panel": DecodePanel,
  "compare-panel": ComparePanel,
  "asked-changes": AskedChanges,
  "word-choices": WordChoices,
  "force-attention": ForceAttention,
  "decoding-tree": DecodingTree,
  "context-sum": ContextSum,
  "attention-gain": AttentionGain,
  "score-arithmetic": ScoreArithmetic,
  "inside-step": InsideStep,
  "parity-badge": ParityBadge,
  "export-menu": ExportMenu,
  "transport-bar": TransportBar,
};
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
const models = new Models(opening);
const translator = new Translator(scene, models, life);
/** @type {SecondRun | null} */
let second = null;
/** @type {Rival | null} */
let rival = null;
/** The sentence whose true translation was given. */
let taught = "";
/** @type {Rival | null | undefined} what the address compares with the translation that it asks for */
let addressed;
/** @type {import("./charts/plotly.js").Plotly | null} */
let plotly = null;
followTheme(find(document, "button[data-action=theme]", HTMLButtonElement), (theme) => {
  scene.paint(theme);
  second?.scene.paint(theme);
});
const banner = find(document, "problem-banner", ProblemBanner);
mount(document, PARTS, scene);
find(document, "model-picker", ModelPicker).offer(opening.models);
const panel = find(document, "compare-panel", ComparePanel);
panel.offer(opening.models);
find(document, "attention-gain", AttentionGain).offer(opening.models);

const transport = find(document, "transport-bar", TransportBar);
const map = find(document, "attention-map", AttentionMap);

answer({
  choose: (/** @type {Wanted} */ wanted) => translate(renewed(scene.shown?.source, withText(wanted))),
  translate: (/** @type {Wanted} */ wanted) => translate(renewed(scene.shown?.source, wanted)),
  options: (/** @type {TranslationOptions} */ change) => alter(change),
  force: (/** @type {{ step: number, weights: ForcedRow["weights"] | null }} */ { step, weights }) => {
    alter({ attention: forcedRows(scene.shown?.source.options?.attention, step, weights) }, step);
  },
  compare: (/** @type {Rival | null} */ wanted) => {
    // Both are seen being made, from the first step on.
    void compare(wanted, moving({ t: 0, play: true }));
    address.compare();
  },
  problem: (problem) => banner.show(problem),
  step: () => find(document, "#inside", HTMLElement).scrollIntoView({ block: "start" }),
});
giveSentence(
  {
    translate: (text) => translate(renewed(scene.shown?.source, { text, given: true })),
    refuse: (problem) => banner.show(problem),
  },
  life,
);
translator.addEventListener("shown", () => {
  banner.clear();
  const source = scene.shown?.source;
  if (addressed !== undefined) void compare(addressed);
  else if (rival && source) second?.follow(rival, source);
  addressed = undefined;
});
for (const name of ["shown", "progress", "done"])
  translator.addEventListener(name, () => transport.connection(false));
translator.addEventListener("lost", () => transport.connection(true));
translator.addEventListener("problem", (event) => {
  addressed = undefined;
  banner.show(/** @type {CustomEvent} */ (event).detail);
  transport.connection(false);
});

measureDeck(life);
closeMenus();
followSkipLinks();
const { open, toggle } = keySheet();
listenToActions({ journey: new Journey(scene), others: { "?": open }, toggle });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) banner.clear();
});

begin(clock);
// The true translation is that of one sentence: with another, it goes before the address is written.
scene.on(
  "trace",
  () => {
    if (rival && "target" in rival && scene.shown?.source.sequence.text !== taught) void compare(null);
  },
  life,
);
const address = new TranslationAddress(scene, (said) => follow(said), life);
follow(parseTranslation(location.hash));
if (!opening.models.length) banner.show({ title: say("translate.none") });

setTimeout(() => {
  loadPlotly(map.dataset.plotly ?? "").then(
    (loaded) => {
      plotly = loaded;
      map.use(loaded);
      second?.map.use(loaded);
    },
    (error) => banner.show({ title: say("problem.plotly"), detail: error.message }),
  );
}, PATIENCE);

/**
 * @param {Wanted} wanted
 * @param {import("./attention/translator.js").View} [view]
 */
function translate(wanted, view = { play: true }) {
  address.leave();
  addressed = undefined;
  void translator.translate(wanted, moving(view));
}

/**
 * A view; as a still picture, of the end.
 * @param {import("./attention/translator.js").View} view
 */
function moving(view) {
  return still() ? { t: Infinity } : view;
}

/**
 * The same sentence, translated in another way.
 * @param {TranslationOptions} change
 * @param {number} [step] the decoder step to begin at
 */
function alter(change, step) {
  const source = scene.shown?.source;
  if (!source) return;
  const begun = change.prefix || change.target ? Math.max(scene.moment.target, 0) : 0;
  translate(changed(source, change), { target: step ?? begun, play: true });
}

/**
 * Shows another translation beside the first, or removes it. Its code is loaded when it is first needed.
 * @param {Rival | null} wanted
 * @param {import("./attention/translator.js").View} [view] without it, it joins the clock where that is
 */
async function compare(wanted, view) {
  rival = wanted;
  address.rival = wanted;
  panel.show(wanted);
  const source = scene.shown?.source;
  if (!wanted || !source) {
    second?.end();
    second = null;
    return;
  }
  taught = source.sequence.text;
  const { SecondRun } = await import("./attention/second-run.js");
  if (rival !== wanted) return;
  if (!second) {
    const place = find(document, ".translations", HTMLElement);
    second = new SecondRun(place, scene, models, (problem) => banner.show(problem));
    if (plotly) second.map.use(plotly);
  }
  second.follow(wanted, source, view);
}

/**
 * A newly chosen model translates the same sentence, unless that is an example of the old model.
 * @param {Wanted} wanted
 */
function withText(wanted) {
  const source = scene.shown?.source;
  if (wanted.example !== undefined || !source || source.example) return wanted;
  return { ...wanted, text: source.sequence.text, ...(source.given && { given: true }) };
}

/** @param {import("./attention/translation-address.js").Said} said by the address */
function follow({ t, rival: beside, ...wanted }) {
  addressed = beside ?? null;
  if (t !== undefined) void translator.translate(wanted, { t });
  else void translator.translate(wanted, moving({ target: -RUN_UP, play: true }));
}
