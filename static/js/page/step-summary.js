// @ts-check
/** Describes the current step in a sentence, for screen readers; silent while time moves. */

import { setText } from "./dom.js";
import { fixed, percent } from "./numbers.js";
import { spoken } from "../sequence/tokens.js";
import { knownAt } from "../stage/known.js";
import { say } from "./words.js";

/** @typedef {import("./scene.js").Scene} Scene */

/** Pause before the sentence is announced (ms). */
const REST = 500;

/**
 * @param {Scene} scene
 * @param {HTMLElement} region a live region
 * @param {AbortSignal} life removes the listeners when aborted
 */
export function summarise(scene, region, life) {
  let timer = 0;
  const speak = () => {
    clearTimeout(timer);
    if (scene.clock.state !== "paused") return;
    timer = setTimeout(() => setText(region, sentence(scene)), REST);
  };
  for (const name of /** @type {const} */ (["state", "seek"])) scene.clock.on(name, speak, life);
  scene.on("selection", speak, life);
}

/** @param {Scene} scene */
function sentence(scene) {
  if (!scene.shown) return "";
  const { trace, cell, model } = scene.shown;
  const { step } = scene;
  const { unit } = scene.selection;
  const token = trace.nameOf(step);
  const known = knownAt(scene);
  const values = cell.signals
    .filter(({ name }) => known(name))
    .map(({ name, title }) =>
      say("summary.value", { title, value: fixed(trace.value(scene.arrayOf(name), step, unit)) }),
    );
  const last = trace.extent - 1;
  const where = say("summary.step", { step, last, token: token ? spoken(token) : "", unit });
  if (!known("prediction")) return [where, values.join(", ")].filter(Boolean).join(" ");
  const best = model.vocabulary[trace.value("prediction.indices", step)];
  const expects = best
    ? say("summary.expects", {
        token: spoken(best),
        probability: percent(trace.value("prediction.probabilities", step)),
      })
    : "";
  const { outputs = [], classes = [] } = trace.header;
  const named = [
    ...outputs.map((name, index) => `${name} ${fixed(trace.value("prediction.values", step, index), 1)}`),
    ...classes.map(
      (name, index) => `${name} ${percent(trace.value("prediction.probabilities", step, index))}`,
    ),
  ];
  const forecast = named.length
    ? say(classes.length ? "summary.classes" : "summary.forecast", { named: named.join(", ") })
    : "";
  return [where, values.join(", "), expects, forecast].filter(Boolean).join(" ");
}
