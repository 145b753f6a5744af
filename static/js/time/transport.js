// @ts-check
/** Playing, stepping, jumping and looping: buttons, the speed, the scrubber, and the current position. */

import { fullRange, share } from "./time-range.js";
import { find, setAttribute, setText } from "../page/dom.js";
import { Journey } from "./journey.js";
import { formatLoop } from "./loop.js";
import { momentOf } from "./moment.js";
import { listenToRail } from "./scrubber.js";
import { named, spoken } from "../sequence/tokens.js";
import { say } from "../page/words.js";
import { Part } from "../page/part.js";

/** @typedef {import("./clock.js").Timekeeper} Timekeeper */
/** @typedef {import("./journey.js").Action} Action */
/** @typedef {import("./journey.js").Played} Played */

/** The names of this many steps are measured; longer ones than this (characters) are cut. */
const [MEASURED, WIDEST] = [500, 16];

/** @extends {Part<Played>} */
export class TransportBar extends Part {
  /** @type {Played | null} */
  #scene = null;
  /** @type {Journey | null} */
  #journey = null;
  #lost = false;
  /** The share of its speed at which a drag moves time. */
  #fineness = 1;
  /** Whether the user is typing a step number. */
  #typing = false;

  /**
   * @param {Played} scene
   */
  connect(scene) {
    const journey = new Journey(scene);
    this.#scene = scene;
    this.#journey = journey;
    const { clock } = scene;
    for (const button of this.querySelectorAll("button[data-action]")) {
      const action = /** @type {Action} */ (button.getAttribute("data-action"));
      button.addEventListener("click", () => journey.go(action));
    }
    const { speed, scrubber, step } = this.#controls;
    speed.addEventListener("change", () => (clock.speed = Number(speed.value)));
    scrubber.addEventListener("input", () => clock.seek(Number(scrubber.value)));
    scrubber.addEventListener("keydown", (event) => this.#key(event));
    clock.on("state", () => (speed.value = String(clock.speed)), this.life);
    const mark = clock.add((t) => this.#draw(t), this.life);
    scene.on("trace", () => this.#name(scene), this.life);
    listenToRail(find(this, ".rail", HTMLElement), clock, (fineness) => {
      this.#fineness = fineness;
      mark();
    });
    step.addEventListener("input", () => (this.#typing = true));
    step.addEventListener("change", () => {
      if (step.value !== "" && step.validity.valid) journey.goTo(Number(step.value));
    });
    for (const name of ["change", "blur"]) {
      step.addEventListener(name, () => {
        this.#typing = false;
        mark();
      });
    }
  }

  /**
   * Shows that the connection is lost and being retried, or that it is back.
   * @param {boolean} lost
   */
  connection(lost) {
    this.#lost = lost;
    this.#draw(this.#scene?.clock.shown ?? 0);
  }

  get #controls() {
    return {
      play: find(this, "button[data-action=toggle]", HTMLButtonElement),
      loop: find(this, "button[data-action=loop]", HTMLButtonElement),
      speed: find(this, "select", HTMLSelectElement),
      scrubber: find(this, "input[type=range]", HTMLInputElement),
      step: find(this, "input[data-readout=step]", HTMLInputElement),
    };
  }

  /**
   * Makes room for the names of the steps, and offers jumps to words and lines only where there are some.
   * @param {Played} scene
   */
  #name(scene) {
    this.style.setProperty("--name", `${widestName(scene)}ch`);
    for (const button of this.querySelectorAll("button:is([data-action^=word], [data-action^=line])")) {
      /** @type {HTMLButtonElement} */ (button).hidden = scene.shown?.trace.numeric ?? false;
    }
  }

  /** @param {number} t */
  #draw(t) {
    const scene = this.#scene;
    if (!scene?.shown) return;
    const { clock, shown } = scene;
    const { play, scrubber } = this.#controls;
    const { trace } = shown;
    const playing = clock.state !== "paused";
    setAttribute(this, "data-state", clock.state);
    setAttribute(play, "aria-label", say(playing ? "transport.pause" : "transport.play"));
    setAttribute(scrubber, "max", String(clock.extent));
    scrubber.value = String(t);
    scrubber.style.setProperty("--received", String(clock.available / Math.max(clock.extent, 1)));
    scrubber.style.setProperty("--played", String(t / Math.max(clock.extent, 1)));
    const { step } = scene;
    const token = trace.nameOf(step);
    this.#showStep(step, clock.extent);
    this.#showLoop(clock);
    setText(find(this, "[data-readout=steps]", HTMLElement), String(Math.max(clock.extent - 1, 0)));
    const place = find(this, "[data-readout=token]", HTMLElement);
    setText(place, named(token));
    place.toggleAttribute("data-special", Boolean(token && "special" in token && token.special));
    setText(find(this, "[data-readout=phase]", HTMLElement), momentOf(clock).phase?.title ?? "");
    setText(find(this, "[data-readout=status]", HTMLElement), this.#status(clock));
    if (!playing && token) {
      setAttribute(scrubber, "aria-valuetext", say("step.token", { step, token: spoken(token) }));
    }
  }

  /**
   * @param {number} step
   * @param {number} extent
   */
  #showStep(step, extent) {
    const field = this.#controls.step;
    setAttribute(field, "max", String(Math.max(extent - 1, 0)));
    const digits = String(String(Math.max(extent - 1, 0)).length);
    if (field.style.getPropertyValue("--digits") !== digits) field.style.setProperty("--digits", digits);
    if (!this.#typing && field.value !== String(step)) field.value = String(step);
  }

  /** @param {Timekeeper} clock */
  #showLoop({ loop, extent }) {
    const button = this.#controls.loop;
    const band = find(this, ".rail-loop", HTMLElement);
    setAttribute(button, "aria-pressed", String(loop !== null));
    setText(find(this, "[data-readout=loop]", HTMLElement), loop ? rangeOf(loop) : "");
    band.hidden = loop === null;
    if (!loop) return;
    const whole = fullRange(extent);
    band.style.insetInlineStart = `${share(whole, loop.start) * 100}%`;
    band.style.inlineSize = `${((loop.stop - loop.start) / whole.stop) * 100}%`;
  }

  /** @param {Timekeeper} clock */
  #status(clock) {
    if (this.#lost) return say("transport.lost");
    if (this.#fineness < 1) return say("transport.fine", { times: 1 / this.#fineness });
    if (clock.state === "waiting") return say("transport.waiting", { step: clock.available });
    return clock.loop ? loopSaid(clock.loop) : "";
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const journey = this.#journey;
    if (!journey || event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = /** @type {Record<string, -1 | 1>} */ ({ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 })[event.key]; // prettier-ignore
    if (direction !== undefined) {
      if (event.shiftKey) journey.go(direction < 0 ? "phase-back" : "phase-forward");
      else journey.go(direction < 0 ? "back" : "forward");
    } else if (event.key === "PageUp") journey.go("screen-back");
    else if (event.key === "PageDown") journey.go("screen-forward");
    else return;
    event.preventDefault();
  }
}

/** @param {import("./loop.js").Loop} loop */
function rangeOf(loop) {
  return formatLoop(loop).replace("-", "–");
}

/** @param {import("./loop.js").Loop} loop */
function loopSaid(loop) {
  if (loop.stop - loop.start === 1) return say("transport.loop.1", { step: loop.start });
  return say("transport.loop", { steps: rangeOf(loop) });
}

/**
 * The width of the widest name of a step (characters), within what fits.
 * @param {Played} scene
 */
function widestName({ shown }) {
  const { labels, tokens = [] } = shown?.trace.header ?? {};
  const names = labels ?? tokens.filter(({ special }) => !special).map(({ text }) => text);
  return Math.min(Math.max(...names.slice(0, MEASURED).map(({ length }) => length), 1), WIDEST);
}
