// @ts-check
/** The thumbnails of a window, made once per window: a small canvas for each row and state. */

import { thumbnails } from "./thumbnails.js";

/** @typedef {import("../page/palette.js").Scale} Scale */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {import("./thumbnails.js").Fold} Fold */
/** @typedef {{ first: number, count: number, fold: Fold }} Window */
/** @typedef {{ first: number, canvas: HTMLCanvasElement }} Sheet */

export class MapThumbnails {
  /** @type {Map<string, Sheet>} */
  #sheets = new Map();
  /** @type {Map<string, { largest: number, scale: Scale }>} */
  #scales = new Map();

  clear() {
    this.#sheets.clear();
  }

  /**
   * @param {string} key
   * @param {number} largest
   * @param {(largest: number) => Scale} make
   */
  scale(key, largest, make) {
    const known = this.#scales.get(key);
    if (known?.largest === largest) return known.scale;
    const scale = make(largest);
    this.#scales.set(key, { largest, scale });
    return scale;
  }

  /**
   * The canvas with a step's vector, and its position there; null if it has not arrived.
   * @param {Trace} trace
   * @param {string} array
   * @param {Scale} scale
   * @param {Window} window
   * @param {number} step
   */
  at(trace, array, scale, window, step) {
    if (!trace.holds(step) || step < window.first || step >= window.first + window.count) return null;
    const sheet = this.#sheet(trace, array, scale, window);
    return { image: sheet.canvas, x: (step - sheet.first) * window.fold.columns };
  }

  /**
   * @param {Trace} trace
   * @param {string} array
   * @param {Scale} scale
   * @param {Window} window
   * @returns {Sheet}
   */
  #sheet(trace, array, scale, { first, count, fold }) {
    const known = this.#sheets.get(array);
    if (known?.first === first) return known;
    const canvas = known?.canvas ?? document.createElement("canvas");
    canvas.width = count * fold.columns;
    canvas.height = fold.rows;
    const pixels = thumbnails((step) => trace.row(array, step), scale, fold, { first, count });
    const image = new ImageData(new Uint8ClampedArray(pixels.buffer), canvas.width, canvas.height);
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    const sheet = { first, canvas };
    this.#sheets.set(array, sheet);
    return sheet;
  }
}
