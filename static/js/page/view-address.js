// @ts-check
/**
 * Keeps the page's address and its view in step: replaced while paused, pushed when model or sequence change. All that
 * is typed until the editor closes is one entry of the history.
 */

import { formatLoop } from "../time/loop.js";
import { addressOf, formatAddress, isIncomplete, parseAddress, sameRun } from "./address.js";
import { formatTracks } from "../units/tracks.js";
import { formatOrdering } from "../units/unit-order.js";

/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./scene.js").Scene} Scene */

/** Pause before the address is replaced (ms); browsers refuse to replace it many times a second. */
const REST = 200;

export class ViewAddress {
  #timer = 0;
  #drafted = false;
  /** @type {Address | null} the run shown if the address names none */
  #opening = null;
  /** What the address says beyond the view itself. */
  #kept;

  /**
   * @param {Scene} scene
   * @param {(address: Address) => void} follow called on going back or forward
   * @param {AbortSignal} life removes the listeners when aborted
   */
  constructor(scene, follow, life) {
    this.scene = scene;
    const { hide } = parseAddress(location.hash);
    this.#kept = { ...(hide && { hide }) };
    addEventListener("popstate", () => follow(parseAddress(location.hash)), { signal: life });
    for (const name of /** @type {const} */ (["state", "seek", "loop"]))
      scene.clock.on(name, () => this.#rest(), life);
    for (const change of /** @type {const} */ (["selection", "ordering"]))
      scene.on(change, () => this.#rest(), life);
    scene.on("trace", () => this.#turn(), life);
    scene.tracks.addEventListener("tracks", () => this.#rest(), { signal: life });
    // Following a cause adds a history entry.
    scene.on("leave", () => this.#replace(), life);
    scene.on("arrive", () => this.#push(), life);
  }

  /** Controls that the address hides. */
  get hidden() {
    return this.#kept.hide ?? [];
  }

  /** Whether the address does not hold the sequence: numbers, or a text that is too long. */
  get incomplete() {
    const source = this.scene.shown?.source;
    return Boolean(source && isIncomplete(source));
  }

  /** A new run is shown: it gets its own history entry, unless the address led to it. */
  #turn() {
    clearTimeout(this.#timer);
    const said = parseAddress(location.hash);
    const run = this.#run();
    if (!said.model) this.#opening ??= run;
    const before = said.model ? said : this.#opening;
    if (run && before && !sameRun(before, run)) {
      const another = this.scene.drafting && this.#drafted;
      if (another) history.replaceState(null, "", this.#format(run));
      else history.pushState(null, "", this.#format(run));
    }
    this.#drafted = this.scene.drafting;
    this.#rest();
  }

  #push() {
    const run = this.#run();
    if (run) history.pushState(null, "", this.#format(run));
  }

  #rest() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#replace(), REST);
  }

  #replace() {
    const before = parseAddress(location.hash);
    const run = this.#run();
    // An address with a different run is being followed and not shown yet.
    if (!run || this.scene.clock.state !== "paused" || (before.model && !sameRun(before, run))) return;
    history.replaceState(null, "", this.#format(run));
  }

  /** @returns {Address | null} */
  #run() {
    const source = this.scene.shown?.source;
    return source ? addressOf(source) : null;
  }

  /** @param {Address} run */
  #format(run) {
    const { clock, selection, ordering, tracks } = this.scene;
    const { place, unit, signal } = selection;
    const order = formatOrdering(ordering);
    const loop = clock.loop && { loop: formatLoop(clock.loop) };
    return formatAddress({
      ...this.#kept,
      ...run,
      layer: place.layer,
      direction: place.direction,
      unit,
      signal,
      order,
      ...loop,
      tracks: formatTracks(tracks.spots),
      t: clock.t,
      speed: clock.speed,
    });
  }
}
