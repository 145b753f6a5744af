// @ts-check
/** The key of the tokens' tint: signal, unit, and the colours of its range. */

import { find, setText } from "../page/dom.js";
import { fixed } from "../page/numbers.js";
import { stops } from "../page/palette.js";
import { Part } from "../page/part.js";

/** @typedef {import("../page/scene.js").Scene} Scene */

export class TintKey extends Part {
  /** @param {Scene} scene */
  connect(scene) {
    const shared = find(this, "input[name=shared]", HTMLInputElement);
    shared.checked = scene.shared;
    shared.addEventListener("change", () => scene.share(shared.checked));
    let stale = true;
    const mark = scene.clock.add(() => {
      if (stale && scene.shown) this.#draw(scene);
      stale = !scene.shown;
    }, this.life);
    const refresh = () => {
      stale = true;
      mark();
    };
    scene.marks.addEventListener("tried", refresh, { signal: this.life });
    for (const change of /** @type {const} */ ([
      "trace",
      "chunk",
      "selection",
      "pinned",
      "pointed",
      "theme",
    ])) {
      scene.on(change, refresh, this.life);
    }
  }

  /** @param {Scene} scene */
  #draw(scene) {
    const spot = scene.tinted;
    const signal = scene.signal(spot.signal);
    if (!signal) return;
    const scale = scene.unitScale(signal, spot);
    const digits = scene.shared && Number.isInteger(scale.high) ? 0 : scene.shared ? 1 : 2;
    this.style.setProperty("--signal", `var(${signal.css})`);
    setText(find(this, ".symbol", HTMLElement), signal.symbol);
    setText(find(this, ".title", HTMLElement), signal.title);
    setText(find(this, "[data-readout=unit]", HTMLElement), String(spot.unit));
    setText(find(this, ".low", HTMLElement), fixed(scale.low, digits));
    setText(find(this, ".high", HTMLElement), fixed(scale.high, digits));
    const colours = stops(scale, 9).map(([, colour]) => colour);
    find(this, ".ramp", HTMLElement).style.backgroundImage =
      `linear-gradient(to right, ${colours.join(", ")})`;
  }
}
