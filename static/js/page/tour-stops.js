// @ts-check
/** What each stop of the tour waits for: a difference between the scene before and after, whatever caused it. */

import { momentOf } from "../time/moment.js";

/** @typedef {import("./scene.js").Scene} Scene */
/**
 * @typedef {object} Sight what a stop looks at
 * @property {boolean} playing
 * @property {number} step
 * @property {string} phase "" while steps are shown whole or as pulses
 * @property {boolean} ended whether time is in the last step
 * @property {number} unit
 * @property {string} chosen the chosen signal
 * @property {string} model
 * @property {boolean} own whether the text is the user's
 * @property {unknown} trace a different object for every reading
 */

/** @param {Scene} scene @returns {Sight} */
export function sightOf(scene) {
  const { clock, shown, selection } = scene;
  return {
    playing: clock.state !== "paused",
    step: scene.step,
    phase: momentOf(clock).phase?.name ?? "",
    ended: clock.extent > 0 && clock.t >= clock.extent - 1,
    unit: selection.unit,
    chosen: selection.signal,
    model: shown?.model.id ?? "",
    own: shown !== null && shown.source.example === undefined,
    trace: shown?.trace,
  };
}

/** @type {Record<string, (before: Sight, now: Sight, signal: string) => boolean>} */
const NOTICES = {
  story: (before, now) => before.unit !== now.unit,
  play: (before, now) => before.playing !== now.playing && before.trace === now.trace && !now.ended,
  step: (before, now) => moved(before, now) && before.step !== now.step,
  phase: (before, now) => now.phase !== "" && before.phase !== now.phase && before.trace === now.trace,
  forget: (_, now, signal) => now.chosen === signal,
  counter: (_, now) => now.model === "counter",
  watch: (before, now) => now.ended && before.trace === now.trace,
  own: (before, now) => now.own && before.trace !== now.trace,
};

/**
 * Whether what a stop waits for happened between two sights.
 * @param {DOMStringMap} stop its name and its signal
 * @param {Sight} before
 * @param {Sight} now
 */
export function noticed({ stop = "", signal = "" }, before, now) {
  return NOTICES[stop]?.(before, now, signal) ?? false;
}

/**
 * Whether the user moved time, not only playback.
 * @param {Sight} before
 * @param {Sight} now
 */
function moved(before, now) {
  return !before.playing && !now.playing && before.trace === now.trace;
}
