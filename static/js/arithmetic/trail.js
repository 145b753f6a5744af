// @ts-check
/** The path from a number to its causes: every stop is a button, so that each is a click away. */

import { setAttribute, setText } from "../page/dom.js";
import { sameSpot } from "../page/selection.js";
import { say } from "../page/words.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {Selection & { step: number }} Stop */
/** @typedef {{ stops: Stop[], at: number }} Path `at` is the stop that is shown, or −1 */

/** @type {Path} */
export const NOWHERE = { stops: [], at: -1 };

/**
 * The path after a cause was followed: it continues from the stop that was left, or begins there.
 * @param {Path} path
 * @param {{ from: Stop, to: Stop }} followed
 * @returns {Path}
 */
export function followed({ stops, at }, { from, to }) {
  const known = stops.findIndex((stop) => sameSpot(stop, to));
  const here = sameSpot(stops[at] ?? null, from);
  if (here && known >= 0) return { stops, at: known };
  const kept = here ? stops.slice(0, at + 1) : [from];
  return { stops: [...kept, to], at: kept.length };
}

/**
 * The path when the page shows another number, for whatever reason: the nearest stop that is this number.
 * @param {Path} path
 * @param {Stop} shown
 * @returns {Path}
 */
export function shownOn({ stops, at }, shown) {
  const same = stops.flatMap((stop, index) => (sameSpot(stop, shown) ? [index] : []));
  const near = same.sort((one, other) => Math.abs(one - at) - Math.abs(other - at))[0];
  return { stops, at: near ?? -1 };
}

export class Trail {
  /** @type {Path} */
  #path = NOWHERE;
  /** @type {Stop | null} the stop that is being left */
  #left = null;

  /**
   * @param {HTMLElement} host
   * @param {Scene} scene
   * @param {AbortSignal} life removes the listeners when aborted
   */
  constructor(host, scene, life) {
    this.host = host;
    this.scene = scene;
    scene.on("leave", () => (this.#left = this.#shown()), life);
    scene.on(
      "arrive",
      () => {
        const to = this.#shown();
        if (this.#left && to) this.#show(followed(this.#path, { from: this.#left, to }));
        this.#left = null;
      },
      life,
    );
    const look = () => {
      const shown = this.#shown();
      const onTheWay = this.#left !== null;
      if (shown && !onTheWay && this.#path.stops.length) this.#show(shownOn(this.#path, shown));
    };
    scene.on("selection", look, life);
    scene.clock.on("seek", look, life);
    scene.on("trace", () => this.#show(NOWHERE), life);
  }

  /** @returns {Stop | null} */
  #shown() {
    const { shown, selection, step } = this.scene;
    return shown && { ...selection, step };
  }

  /** @param {Path} path */
  #show(path) {
    const longer = path.stops !== this.#path.stops;
    this.#path = path;
    this.host.hidden = path.stops.length === 0;
    const list = /** @type {HTMLElement} */ (this.host.querySelector("ol"));
    if (longer) list.replaceChildren(...path.stops.map((stop) => this.#item(stop)));
    [...list.children].forEach((item, index) => {
      const button = /** @type {HTMLElement} */ (item.firstElementChild);
      if (index === path.at) setAttribute(button, "aria-current", "location");
      else button.removeAttribute("aria-current");
    });
  }

  /** @param {Stop} stop */
  #item(stop) {
    const signal = this.scene.signal(stop.signal);
    const item = document.createElement("li");
    const button = document.createElement("button");
    const symbol = document.createElement("i");
    button.type = "button";
    button.className = "trail-stop";
    button.title = say("trail.stop", {
      title: signal?.title ?? stop.signal,
      unit: stop.unit,
      step: stop.step,
    });
    symbol.style.color = `var(${signal?.css ?? "--ink"})`;
    setText(symbol, signal?.symbol ?? stop.signal);
    button.append(symbol, ` ${say("trail.place", { unit: stop.unit, step: stop.step })}`);
    button.addEventListener("click", () => this.scene.follow(stop));
    item.append(button);
    return item;
  }
}
