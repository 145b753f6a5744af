// @ts-check
/** Where the tour's card goes: never over its target, and as little as possible over what the user should watch. */

import { clamp } from "./numbers.js";

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/**
 * @typedef {object} Given
 * @property {Box} target
 * @property {Box[]} keep what should not be covered if possible
 * @property {{ width: number, height: number }} card
 * @property {Box} view the visible part of the page
 */

const GAP = 16;
/** How much worse covering the target is than covering what should stay clear. */
const TARGET = 1000;

/**
 * Beside the target.
 * @param {Given} given
 * @returns {{ x: number, y: number }} the card's corner
 */
export function placeCard({ target, keep, card, view }) {
  const right = view.x + view.width - card.width;
  const bottom = view.y + view.height - card.height;
  const xs = [
    target.x,
    target.x + target.width / 2 - card.width / 2,
    target.x - card.width - GAP,
    target.x + target.width + GAP,
    ...keep.flatMap((box) => [box.x - card.width - GAP, box.x + box.width + GAP]),
    view.x + GAP,
    right - GAP,
  ];
  const ys = [
    target.y - card.height - GAP,
    target.y + target.height + GAP,
    target.y + target.height / 2 - card.height / 2,
    ...keep.flatMap((box) => [box.y - card.height - GAP, box.y + box.height + GAP]),
    view.y + GAP,
    bottom - GAP,
  ];
  let best = { x: right - GAP, y: bottom - GAP };
  let least = Infinity;
  for (const x of xs.map((value) => clamp(value, view.x + GAP, right - GAP))) {
    for (const y of ys.map((value) => clamp(value, view.y + GAP, bottom - GAP))) {
      const box = { x, y, ...card };
      const cost = covered(box, { target, keep }) + distance(box, target);
      if (cost < least) {
        least = cost;
        best = { x, y };
      }
    }
  }
  return best;
}

/**
 * At the bottom of a narrow screen, or at its top if that is better.
 * @param {Given} given
 * @returns {{ x: number, y: number }}
 */
export function dockCard({ target, keep, card, view }) {
  const x = view.x + (view.width - card.width) / 2;
  const foot = { x, y: view.y + view.height - card.height - (x - view.x), ...card };
  const head = { ...foot, y: view.y + (x - view.x) };
  const { y } = covered(head, { target, keep }) < covered(foot, { target, keep }) ? head : foot;
  return { x, y };
}

/**
 * @param {Box} box
 * @param {{ target: Box, keep: Box[] }} given
 */
function covered(box, { target, keep }) {
  return overlap(box, target) * TARGET + keep.reduce((sum, each) => sum + overlap(box, each), 0);
}

/**
 * The overlap of two boxes (area).
 * @param {Box} one
 * @param {Box} other
 */
export function overlap(one, other) {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return Math.max(width, 0) * Math.max(height, 0);
}

/**
 * The distance between two boxes, horizontal plus vertical.
 * @param {Box} one
 * @param {Box} other
 */
function distance(one, other) {
  const across = Math.max(one.x - other.x - other.width, other.x - one.x - one.width, 0);
  const down = Math.max(one.y - other.y - other.height, other.y - one.y - one.height, 0);
  return across + down;
}
