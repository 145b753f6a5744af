// @ts-check
/** The tour: things to see and to try on the live page, one after another. It never moves on by itself. */

import { find, setAttribute, setText } from "./dom.js";
import { dockCard, overlap, placeCard } from "./tour-place.js";
import { noticed, sightOf } from "./tour-stops.js";
import { Part } from "./part.js";
import { keep, setting } from "./settings.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./tour-place.js").Box} Box */

const SETTING = "tour";
const END = "end";
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const NARROW = matchMedia("(width <= 45rem)");
const PLAYBACK = "transport-bar";
/** Elements that are always over the page, and so are kept clear at every stop. */
const SHEET = "cell-arithmetic[data-pinned][data-unseen]";
/** The space between the target and the ring, and around what is scrolled into view. */
const MARGIN = 6;
const ROOM = 16;

export class PageTour extends Part {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {HTMLElement | null} */
  #stop = null;
  #done = false;
  #before = /** @type {import("./tour-stops.js").Sight | null} */ (null);
  /** @type {{ x: number, y: number } | null} where the card stays as long as it can */
  #spot = null;
  #mark = () => {};
  #opener = /** @type {HTMLElement | null} */ (null);

  /** @param {Scene} scene */
  connect(scene) {
    this.#scene = scene;
    this.#opener = find(document, "button[data-action=tour]", HTMLButtonElement);
    this.#mark = scene.clock.add(() => this.#draw(), this.life);
    this.#button("leave").addEventListener("click", () => this.#leave());
    this.#button("finish").addEventListener("click", () => this.#leave());
    this.#button("back").addEventListener("click", () => this.#go(-1));
    this.#button("next").addEventListener("click", () => this.#go(1));
    for (const name of /** @type {const} */ (["state", "seek"]))
      scene.clock.on(name, () => this.#look(), this.life);
    for (const name of /** @type {const} */ (["trace", "selection", "pointed"]))
      scene.on(name, () => this.#look(), this.life);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (!this.hidden) this.#leave();
    });
    addEventListener("scroll", this.#mark, { capture: true, passive: true });
    for (const name of ["resize", "scrollend"]) addEventListener(name, () => this.#replace());
    const sizes = new ResizeObserver(() => this.#replace());
    for (const element of [document.body, this.#card]) sizes.observe(element);
  }

  /** Starts the tour, continues where the user left it, or leaves it. */
  turn() {
    if (this.hidden) this.#open();
    else this.#leave();
  }

  #open() {
    const stops = this.#stops;
    const kept = stops.find(({ dataset }) => dataset.stop === setting(SETTING));
    const stop = kept?.dataset.stop === END ? stops[0] : (kept ?? stops[0]);
    if (!stop) return;
    this.hidden = false;
    setAttribute(/** @type {HTMLElement} */ (this.#opener), "aria-expanded", "true");
    document.documentElement.toggleAttribute("data-touring", true);
    this.#enter(stop);
    this.#card.focus({ preventScroll: true });
  }

  #leave() {
    const held = this.contains(document.activeElement) || document.activeElement === document.body;
    this.hidden = true;
    this.toggleAttribute("data-settled", false);
    this.#stop = null;
    document.documentElement.toggleAttribute("data-touring", false);
    setAttribute(/** @type {HTMLElement} */ (this.#opener), "aria-expanded", "false");
    if (held) this.#opener?.focus({ preventScroll: true });
  }

  get #card() {
    return find(this, ".tour-card", HTMLElement);
  }

  /** The stops whose target is on the page now. */
  get #stops() {
    return [...this.querySelectorAll("li")].filter((stop) => stop === this.#stop || targetOf(stop));
  }

  /** @param {string} name */
  #button(name) {
    return find(this, `button[data-tour=${name}]`, HTMLButtonElement);
  }

  /** @param {1 | -1} by */
  #go(by) {
    const stops = this.#stops;
    const next = stops[stops.findIndex((stop) => stop === this.#stop) + by];
    if (next) this.#enter(next);
  }

  /** @param {HTMLElement} stop */
  #enter(stop) {
    const scene = /** @type {Scene} */ (this.#scene);
    const name = stop.dataset.stop ?? "";
    keep(SETTING, name);
    this.#stop = stop;
    this.dispatchEvent(new CustomEvent("touring", { bubbles: true }));
    this.#before = sightOf(scene);
    // What is already done counts; the user continues at will.
    this.#done = noticed(stop.dataset, this.#before, this.#before);
    for (const each of this.querySelectorAll("li")) each.hidden = each !== stop;
    const stops = this.#stops;
    const place = stops.findIndex((each) => each === stop);
    const last = name === END;
    const focused = document.activeElement;
    setText(find(this, "[data-tour=number]", HTMLElement), String(place + 1));
    setText(find(this, "[data-tour=count]", HTMLElement), String(stops.length - 1));
    find(this, "[data-tour=place]", HTMLElement).hidden = last;
    this.#button("next").hidden = last;
    this.#button("finish").hidden = !last;
    this.#button("back").disabled = place === 0;
    // Do not leave the keyboard's focus on a hidden button.
    if (last && focused === this.#button("next")) this.#button("finish").focus();
    if (place === 0 && focused === this.#button("back")) this.#button("next").focus();
    this.#state();
    this.#reveal();
    this.#replace();
    if (STILL.matches) return;
    find(this, ".tour-ring", HTMLElement).animate([{ opacity: 0, scale: 1.12 }, {}], {
      duration: 280,
      easing: "ease-out",
    });
  }

  /** Checks whether what the stop asks for has happened. */
  #look() {
    const [scene, stop, before] = [this.#scene, this.#stop, this.#before];
    if (!scene || !stop || !before) return;
    const now = sightOf(scene);
    this.#before = now;
    if (noticed(stop.dataset, before, now)) this.#done = true;
    this.#state();
    this.#mark();
  }

  #state() {
    setAttribute(this, "data-done", String(this.#done));
    // The words do not change back once it is done.
    if (!this.#done) setAttribute(this, "data-playing", String(Boolean(this.#before?.playing)));
  }

  /** Scrolls if needed to show the target and as much as possible of what contains it. */
  #reveal() {
    const target = this.#stop && targetOf(this.#stop);
    if (!this.#stop || !target || standsAtFoot(target.closest(PLAYBACK))) return;
    const top = topFor(target) + ROOM;
    const bottom = foot() - ROOM - (NARROW.matches ? this.#card.offsetHeight + ROOM : 0);
    const box = target.getBoundingClientRect();
    const region = (target.closest(this.#stop.dataset.keep ?? ":root") ?? target).getBoundingClientRect();
    const whole = region.top >= top && region.bottom <= bottom;
    if (whole || (region.height > bottom - top && box.top >= top && box.bottom <= bottom)) return;
    const by = Math.max(region.top - top, box.bottom - bottom);
    scrollBy({ top: by, behavior: STILL.matches ? "instant" : "smooth" });
  }

  #replace() {
    this.#spot = null;
    this.#mark();
  }

  #draw() {
    if (!this.#stop) return;
    const target = targetOf(this.#stop);
    const ring = find(this, ".tour-ring", HTMLElement);
    const top = target ? topFor(target) : 0;
    const box = target ? around(target.getBoundingClientRect(), top) : { x: 0, y: 0, width: 0, height: 0 };
    ring.hidden = box.width <= 0 || box.height <= 0;
    place(ring, box);
    ring.style.inlineSize = `${box.width}px`;
    ring.style.blockSize = `${box.height}px`;
    const card = { width: this.#card.offsetWidth, height: this.#card.offsetHeight };
    if (this.#spot && overlap({ ...this.#spot, ...card }, box) === 0) return;
    const view = { x: 0, y: 0, width: document.documentElement.clientWidth, height: foot() };
    const keep = [...document.querySelectorAll(`${this.#stop.dataset.keep ?? SHEET}, ${SHEET}`)].map(
      (element) => around(element.getBoundingClientRect(), 0),
    );
    const given = { target: box, keep, card, view };
    this.#spot = NARROW.matches ? dockCard(given) : placeCard(given);
    place(this.#card, this.#spot);
    // The ring moves from place to place, but appears at its first place without moving.
    requestAnimationFrame(() => this.toggleAttribute("data-settled", !this.hidden));
  }
}

/**
 * What a stop points at: the first visible element that its selector finds.
 * @param {HTMLElement} stop
 */
function targetOf({ dataset }) {
  for (const selector of (dataset.target ?? "").split(",")) {
    const element = document.querySelector(selector);
    if (element && element.getClientRects().length > 0) return element;
  }
  return null;
}

/**
 * The top of the area where an element is visible: below the deck, if that is sticky.
 * @param {Element} element
 */
function topFor(element) {
  const deck = document.querySelector(".deck");
  if (!deck || !element.closest(".bench") || getComputedStyle(deck).position !== "sticky") return 0;
  return Math.max(deck.getBoundingClientRect().bottom, 0);
}

/** The bottom of the area where the page is visible: above the playback, if that stands at the window's foot. */
function foot() {
  const playback = document.querySelector(PLAYBACK);
  return playback && standsAtFoot(playback) ? playback.getBoundingClientRect().top : innerHeight;
}

/** @param {Element | null} playback */
function standsAtFoot(playback) {
  return playback !== null && getComputedStyle(playback).position === "fixed";
}

/**
 * An element's box with a margin, cut off above a line.
 * @param {DOMRect} rect
 * @param {number} top
 * @returns {Box}
 */
function around({ left, right, top: above, bottom }, top) {
  const y = Math.max(above - MARGIN, top);
  return { x: left - MARGIN, y, width: right - left + 2 * MARGIN, height: bottom + MARGIN - y };
}

/**
 * @param {HTMLElement} element
 * @param {{ x: number, y: number }} corner
 */
function place(element, { x, y }) {
  element.style.translate = `${Math.round(x)}px ${Math.round(y)}px`;
}
