// @ts-check
/** The positions of the words, states and arcs of the unrolled translation: pure functions of sizes, in pixels. */

import { clamp } from "../page/numbers.js";
import { DECODER, ENCODER } from "./translation-scene.js";

/**
 * @typedef {object} Layout
 * @property {number} width of the sheet
 * @property {number} visible of the view
 * @property {number} height
 * @property {number} column
 * @property {number} size of a state's box
 * @property {boolean} narrow whether words hardly fit
 * @property {{ source: number, states: number[], target: number, state: number, fed: number }} rows their tops
 * @property {number} sources
 * @property {number} targets
 * @property {(step: number) => number} sourceAt the middle of its column
 * @property {(step: number) => number} targetAt
 * @property {(part: string, row: number, step: number) => { x: number, y: number }} box the middle of a state's top
 * @property {(target: number, source: number) => string} arc
 */

/** The size of type (px) that the sizes below go with. */
const TYPE = 16;
/** Columns narrower than `small` have small words; between words and boxes is a `gap`. */
const SIZES = { narrowest: 34, widest: 116, small: 58, word: 30, gap: 6, box: 30, row: 40 };
/** Height of the arcs' space, with attention and without. */
const ARCS = { looks: 118, none: 66 };

/**
 * @param {{ width: number, type: number, sources: number, targets: number, directions: number, looks: boolean }} sizes
 *   `type` is the size of the page's type
 * @returns {Layout}
 */
export function layoutOf({ width, type, sources, targets, directions, looks }) {
  const scaled = (/** @type {number} */ pixels) => (pixels * type) / TYPE;
  const [word, size, row] = [scaled(SIZES.word), scaled(SIZES.box), scaled(SIZES.row)];
  const head = word + scaled(SIZES.gap);
  const most = Math.max(sources, targets, 1);
  const column = clamp(width / most, scaled(SIZES.narrowest), scaled(SIZES.widest));
  const sheet = Math.max(width, Math.ceil(column * most));
  const at = (/** @type {number} */ count) => {
    const left = (sheet - count * column) / 2;
    return (/** @type {number} */ step) => left + (step + 0.5) * column;
  };
  const states = Array.from({ length: directions }, (_, index) => head + index * row);
  const below = head + directions * row;
  const target = below + scaled(looks ? ARCS.looks : ARCS.none);
  const rows = { source: 0, states, target, state: target + head, fed: target + head + row };
  const [sourceAt, targetAt] = [at(sources), at(targets)];
  return {
    width: sheet,
    visible: width,
    height: rows.fed + word,
    column,
    size,
    narrow: column < scaled(SIZES.small),
    rows,
    sources,
    targets,
    sourceAt,
    targetAt,
    box: (part, row, step) =>
      part === ENCODER ? { x: sourceAt(step), y: states[row] ?? 0 } : { x: targetAt(step), y: rows.state },
    arc: (step, source) => {
      const [x, y] = [targetAt(step), target];
      const [to, top] = [sourceAt(source), below - row + size + 4];
      const middle = (y + top) / 2;
      return `M${x} ${y}C${x} ${middle} ${to} ${middle} ${to} ${top}`;
    },
  };
}

/**
 * The recurrence: a link from each state to the next in its direction, and from the encoder's last states to the
 * decoder's first. A link belongs to the state that it leads to.
 * @param {Layout} layout
 * @param {string[]} directions
 */
export function linksOf(layout, directions) {
  const half = layout.size / 2;
  /** @type {{ part: string, direction: string, step: number, path: string }[]} */
  const links = [];
  const link = (
    /** @type {string} */ part,
    /** @type {string} */ direction,
    /** @type {number} */ from,
    /** @type {number} */ step,
  ) => {
    const row = Math.max(directions.indexOf(direction), 0);
    const [start, end] = [layout.box(part, row, from), layout.box(part, row, step)];
    const side = Math.sign(end.x - start.x) * half;
    const y = start.y + half;
    links.push({ part, direction, step, path: `M${start.x + side} ${y}H${end.x - side}` });
  };
  for (const direction of directions) {
    for (let step = 0; step < layout.sources - 1; step += 1) {
      if (direction === "backward") link(ENCODER, direction, step + 1, step);
      else link(ENCODER, direction, step, step + 1);
    }
  }
  for (let step = 1; step < layout.targets; step += 1) link(DECODER, "forward", step - 1, step);
  directions.forEach((direction, row) => {
    const last = layout.box(ENCODER, row, direction === "backward" ? 0 : layout.sources - 1);
    const first = layout.box(DECODER, 0, 0);
    const [x, y] = [first.x - half, first.y + half];
    const out = direction === "backward" ? last.x - half - 8 : last.x + half + 8;
    const from = last.x + Math.sign(out - last.x) * half;
    const turn = layout.rows.target - 12 - row * 6;
    const path = `M${from} ${last.y + half}H${out}V${turn}H${x - 10 - row * 5}V${y}H${x}`;
    links.push({ part: DECODER, direction: "forward", step: 0, path });
  });
  return links;
}
