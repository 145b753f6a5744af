// @ts-check
/** Playing, stepping and seeking: buttons, the speed, the scrubber, and where time stands. */

import { find, setAttribute, setText } from "./dom.js";
import { spoken, visible } from "./tokens.js";
import { say } from "./words.js";

/** @typedef {import("./clock.js").Clock} Clock */
/** @typedef {import("./scene.js").Scene} Scene */

export class TransportBar extends HTMLElement {
  /** @type {Scene | null} */
  #scene = null;
  #lost = false;

  /** @param {Scene} scene */
  connect(scene) {
    this.#scene = scene;
    const { clock } = scene;
    for (const button of this.querySelectorAll("button[data-action]")) {
      button.addEventListener("click", () => act(clock, button.getAttribute("data-action")));
    }
    const { speed, scrubber } = this.#controls;
    speed.addEventListener("change", () => (clock.speed = Number(speed.value)));
    scrubber.addEventListener("input", () => clock.seek(Number(scrubber.value)));
    scrubber.addEventListener("keydown", (event) => this.#key(event));
    clock.addEventListener("state", () => (speed.value = String(clock.speed)));
    clock.add((t) => this.#draw(t));
  }

  /**
   * Says that the connection is lost and being looked for, or that it is there again.
   * @param {boolean} lost
   */
  connection(lost) {
    this.#lost = lost;
    this.#draw(this.#scene?.clock.shown ?? 0);
  }

  get #controls() {
    return {
      play: find(this, "button[data-action=toggle]", HTMLButtonElement),
      speed: find(this, "select", HTMLSelectElement),
      scrubber: find(this, "input[type=range]", HTMLInputElement),
    };
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
    const token = trace.tokens[step];
    setText(find(this, "[data-readout=step]", HTMLElement), String(step));
    setText(find(this, "[data-readout=steps]", HTMLElement), String(clock.extent));
    setText(find(this, "[data-readout=token]", HTMLElement), token ? visible(token.text) : "");
    setText(find(this, "[data-readout=phase]", HTMLElement), clock.phaseShown?.title ?? "");
    setText(find(this, "[data-readout=status]", HTMLElement), this.#status(clock));
    if (!playing && token) {
      setAttribute(scrubber, "aria-valuetext", say("step.token", { step, token: spoken(token) }));
    }
  }

  /** @param {Clock} clock */
  #status(clock) {
    if (this.#lost) return say("transport.lost");
    return clock.state === "waiting" ? say("transport.waiting", { step: clock.available }) : "";
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const clock = this.#scene?.clock;
    if (!clock || event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    if (event.shiftKey) clock.phase(direction < 0 ? -1 : 1);
    else clock.step(direction);
  }
}

/**
 * @param {Clock} clock
 * @param {string | null} action
 */
function act(clock, action) {
  if (action === "toggle") clock.toggle();
  else if (action === "first") clock.step(-Infinity);
  else if (action === "back") clock.step(-1);
  else if (action === "forward") clock.step(1);
  else if (action === "last") clock.step(Infinity);
}
