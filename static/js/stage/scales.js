// @ts-check
/** The colour scale of every part of the diagram: its signal's, as in the heatmaps. */

import { roundUp } from "../page/numbers.js";
import { scaleOf } from "../page/palette.js";
import { before, inside } from "./structure.js";

/** @typedef {import("../page/palette.js").Scale} Scale */
/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("./structure.js").Structure} Structure */

export class StageScales {
  /** @type {{ theme: string, largest: number, scale: Scale } | null} */
  #inputs = null;

  /**
   * @param {Scene} scene
   * @param {Structure} structure
   */
  constructor(scene, structure) {
    this.scene = scene;
    this.structure = structure;
  }

  /**
   * @param {string} part
   * @returns {Scale}
   */
  of(part) {
    if (part === "input" && this.scene.selection.place.layer === 0) return this.#inputScale();
    return this.scene.scale(this.#signal(this.#nameOf(part)));
  }

  /**
   * The signal whose scale a part uses: a gated value is coloured like the value.
   * @param {string} part
   */
  #nameOf(part) {
    const { line, exposed, states, output } = this.structure;
    if (line && (part === line.kept.name || part === "lost")) return line.signal;
    if (line && part === line.written.name) return line.written.of;
    if (part === "input" || (exposed && part === inside(exposed))) return output;
    return states.find((state) => before(state) === part) ?? part;
  }

  /** The network's inputs are not a signal: their scale is symmetric around zero and covers every value. */
  #inputScale() {
    const { scene } = this;
    const largest = roundUp(scene.shown?.trace.largest("inputs") ?? 0);
    const known = this.#inputs;
    if (known && known.theme === scene.theme && known.largest === largest) return known.scale;
    const scale = scaleOf(
      { ...this.#signal(this.structure.output), low: null, high: null },
      scene.theme,
      largest,
    );
    this.#inputs = { theme: scene.theme, largest, scale };
    return scale;
  }

  /** @param {string} name */
  #signal(name) {
    const signal = this.scene.signal(name);
    if (!signal) throw new Error(`expected a signal named ${name}`);
    return signal;
  }
}
