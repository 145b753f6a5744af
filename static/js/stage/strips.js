// @ts-check
/** The strips of the diagram on one canvas over it, with the marks of the unit. */

import { frameOf, inverse, pointOf, squashed } from "./curve.js";
import { cellBox, cellsOf, foldOf, gapOf, paintStrip } from "./strip.js";

/** @typedef {import("../page/palette.js").Scale} Scale */
/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./geometry.js").Card} Card */
/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./picture.js").Sprite} Sprite */
/** @typedef {import("./picture.js").Stage} Stage */
/** @typedef {import("./strip.js").Fold} Fold */
/** @typedef {import("./strip.js").View} View */
/** @typedef {import("./values.js").Vectors} Vectors */
/**
 * @typedef {object} StripView what the strips show
 * @property {Vectors} vectors
 * @property {(part: string) => View} view
 * @property {(part: string) => Scale} scale
 * @property {number} unit the marked unit
 * @property {string} erased the text above the erased values
 * @property {boolean} lit whether everything else is dimmed
 * @property {import("./outline.js").Outlined | null} outlined the number pointed at
 */
/** @typedef {{ canvas: HTMLCanvasElement, values: Float32Array, scale: Scale, view: View }} Stamp */

/** The opacity of other units while one is lit. */
const RECEDED = 0.6;
/** Half the size of a unit's mark on a curve, in pixels. */
const DOT = 1.5;

export class Strips {
  /** @type {Map<string, Stamp>} */
  #stamps = new Map();
  /** @type {Map<string, { canvas: HTMLCanvasElement, values: Float32Array }>} */
  #clouds = new Map();
  /** @type {Map<string, { grid: Box, fold: Fold, view: View }>} */
  #folds = new Map();
  #ratio = 1;
  #ink = "";
  #ground = "";
  #font = "";

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Stage} stage
   * @param {number} scale pixels per layout unit
   */
  constructor(canvas, stage, scale) {
    this.canvas = canvas;
    this.stage = stage;
    this.#ratio = Math.min(devicePixelRatio || 1, 3) * scale;
    canvas.width = Math.round(stage.layout.width * this.#ratio);
    canvas.height = Math.round(stage.layout.height * this.#ratio);
    this.context = canvas.getContext("2d");
    this.restyle();
  }

  /** Reads the font and the current theme's colours. Setting `font` in a frame forces a style recalculation. */
  restyle() {
    const { color, borderTopColor, font } = getComputedStyle(this.canvas);
    this.#ink = color;
    this.#ground = borderTopColor;
    this.#font = font;
    if (this.context) this.context.font = font;
    this.#stamps.clear();
    this.#clouds.clear();
  }

  /**
   * @param {Picture} picture
   * @param {StripView} shown
   */
  draw(picture, shown) {
    const { context } = this;
    if (!context) return;
    const { layout } = this.stage;
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.clearRect(0, 0, layout.width, layout.height);
    if (picture.lost) {
      const [x, y] = picture.lost.at;
      context.globalAlpha = picture.lost.opacity;
      this.#plate("lost", picture.lost.at, shown);
      this.#copy("lost", picture.lost.at, shown);
      context.globalAlpha = picture.lost.opacity;
      context.fillStyle = this.#ink;
      context.fillText(shown.erased, x, y - 8);
    }
    for (const sprite of picture.sprites) this.#sprite(sprite, shown);
    context.globalAlpha = 1;
    for (const curve of picture.curves) this.#cloud(curve, shown);
    if (shown.outlined) this.#outline(shown.outlined, shown);
  }

  /**
   * A dashed frame around the number that is pointed at.
   * @param {import("./outline.js").Outlined} outlined
   * @param {StripView} shown
   */
  #outline({ part, unit }, { view: viewOf }) {
    const { context } = this;
    const card = this.stage.layout.cards.find((candidate) => candidate.part === part && candidate.grid);
    const view = viewOf(part);
    const index = Math.floor((unit - view.first) / view.group);
    if (!context || !card?.grid || index < 0 || index >= view.count) return;
    const { fold } = this.foldOf(part, view);
    const cell = cellBox(fold, index);
    const gap = gapOf(fold);
    const rim = 2.5;
    context.lineWidth = 3;
    context.strokeStyle = this.#ground;
    const frame = /** @type {const} */ ([
      card.grid.x + cell.x - rim,
      card.grid.y + cell.y - rim,
      cell.width - gap + 2 * rim,
      cell.height - gap + 2 * rim,
    ]);
    context.strokeRect(...frame);
    context.lineWidth = 1.5;
    context.setLineDash([3, 2]);
    context.strokeStyle = this.#ink;
    context.strokeRect(...frame);
    context.setLineDash([]);
  }

  /**
   * The grid of a part, folded.
   * @param {string} part
   * @param {View} view
   * @returns {{ grid: Box, fold: Fold }}
   */
  foldOf(part, view) {
    const known = this.#folds.get(part);
    if (known?.view === view) return known;
    const cards = this.stage.layout.cards;
    const card = cards.find((candidate) => candidate.part === part && candidate.grid);
    const grid = card?.grid ?? cards.find((candidate) => candidate.grid)?.grid;
    if (!grid) throw new Error(`expected a card with a grid for ${part}`);
    const folded = { grid, fold: foldOf(view.count, grid), view };
    this.#folds.set(part, folded);
    return folded;
  }

  /**
   * @param {Sprite} sprite
   * @param {StripView} shown
   */
  #sprite({ part, at, opacity, axis, after, until, travels }, shown) {
    const { context } = this;
    if (!context) return;
    const whole = after === -Infinity && until === Infinity;
    context.save();
    if (!whole) {
      const { width, height } = this.stage.layout;
      const far = width + height;
      const [low, high] = [Math.max(after, -far), Math.min(until, far)];
      context.beginPath();
      if (axis === "x") context.rect(low, -far, high - low, 2 * far);
      else context.rect(-far, low, 2 * far, high - low);
      context.clip();
    }
    if (travels) this.#plate(part, at, shown);
    context.globalAlpha = opacity;
    this.#copy(part, at, shown);
    context.restore();
  }

  /**
   * A moving strip covers what is under it.
   * @param {string} part
   * @param {Point} at
   * @param {StripView} shown
   */
  #plate(part, [x, y], shown) {
    const { context } = this;
    if (!context) return;
    const { fold } = this.foldOf(part, shown.view(part));
    const rim = 3;
    context.fillStyle = this.#ground;
    context.fillRect(
      x - rim,
      y - rim,
      fold.columns * fold.width + 2 * rim - 1,
      fold.rows * fold.height + 2 * rim - 1,
    );
  }

  /**
   * @param {string} part
   * @param {Point} at
   * @param {StripView} shown
   */
  #copy(part, [x, y], shown) {
    const { context } = this;
    const values = shown.vectors.get(part);
    if (!context || !values) return;
    const view = shown.view(part);
    const { fold } = this.foldOf(part, view);
    const { canvas } = this.#stamp(part, values, shown);
    const ratio = this.#ratio;
    const alpha = context.globalAlpha;
    if (shown.lit && part !== "input") context.globalAlpha = alpha * RECEDED;
    context.drawImage(canvas, x, y, canvas.width / ratio, canvas.height / ratio);
    context.globalAlpha = alpha;
    const index = Math.floor((shown.unit - view.first) / view.group);
    if (part === "input" || index < 0 || index >= view.count) return;
    const cell = cellBox(fold, index);
    if (shown.lit) {
      const { x: left, y: top, width, height } = cell;
      context.drawImage(
        canvas,
        left * ratio,
        top * ratio,
        width * ratio,
        height * ratio,
        x + left,
        y + top,
        width,
        height,
      );
    }
    const gap = gapOf(fold);
    context.strokeStyle = this.#ground;
    context.lineWidth = 3.5;
    context.strokeRect(x + cell.x - 0.75, y + cell.y - 0.75, cell.width - gap + 1.5, cell.height - gap + 1.5);
    context.strokeStyle = this.#ink;
    context.lineWidth = 1.5;
    context.strokeRect(x + cell.x - 0.75, y + cell.y - 0.75, cell.width - gap + 1.5, cell.height - gap + 1.5);
  }

  /**
   * @param {string} part
   * @param {Float32Array} values
   * @param {StripView} shown
   */
  #stamp(part, values, shown) {
    const scale = shown.scale(part);
    const view = shown.view(part);
    const known = this.#stamps.get(part);
    if (known && known.values === values && known.scale === scale && known.view === view) return known;
    const canvas = known?.canvas ?? document.createElement("canvas");
    const { fold } = this.foldOf(part, view);
    paintStrip(canvas, { cells: cellsOf(values, view), fold, scale, ratio: this.#ratio, font: this.#font });
    const stamp = { canvas, values, scale, view };
    this.#stamps.set(part, stamp);
    return stamp;
  }

  /**
   * All units on the curve of their gate, faintly: this shows how many are wide open or shut.
   * @param {import("./picture.js").CurvePicture} curve
   * @param {StripView} shown
   */
  #cloud({ part, function: name, up, opacity, ahead }, { vectors, lit }) {
    const { context } = this;
    const card = this.stage.layout.cards.find((candidate) => candidate.part === part);
    const values = vectors.get(part.replace(/\.function$/, ""));
    if (!context || !card?.curve || !values || up <= 0) return;
    const { x, y, width, height } = card.curve;
    const cloud = this.#cloudStamp(part, name, values, { x: DOT, y: DOT, width, height });
    context.globalAlpha = up * opacity * ahead * (lit ? 0.12 : 0.3);
    context.drawImage(cloud, x - DOT, y - DOT, width + 2 * DOT, height + 2 * DOT);
    context.globalAlpha = 1;
  }

  /**
   * @param {string} part
   * @param {string} name of the function
   * @param {Float32Array} values
   * @param {Box} box
   */
  #cloudStamp(part, name, values, box) {
    const known = this.#clouds.get(part);
    if (known?.values === values) return known.canvas;
    const canvas = known?.canvas ?? document.createElement("canvas");
    canvas.width = Math.ceil((box.width + 2 * DOT) * this.#ratio);
    canvas.height = Math.ceil((box.height + 2 * DOT) * this.#ratio);
    const context = canvas.getContext("2d");
    if (context) {
      context.scale(this.#ratio, this.#ratio);
      context.fillStyle = this.#ink;
      const frame = frameOf(name);
      for (const value of values) {
        const input = inverse(name, value);
        const [x, y] = pointOf(box, frame, input, squashed(name, input));
        context.fillRect(x - DOT, y - DOT, 2 * DOT, 2 * DOT);
      }
    }
    this.#clouds.set(part, { canvas, values });
    return canvas;
  }
}
