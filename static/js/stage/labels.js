// @ts-check
/** The labels of the diagram's parts: their symbols with the step they belong to, and their names. */

import { say } from "../page/words.js";
import { svg } from "./svg.js";
import { sharesOf } from "./values.js";
import { before, inside } from "./structure.js";

/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {import("./structure.js").Structure} Structure */
/** @typedef {{ text: string, signal: string, sub: boolean }} Piece text, in the colour of a signal, or its index */
/** @typedef {{ pieces: Piece[], title: string, signal: string }} Label `signal` gives the colour */

/**
 * @param {Structure} structure
 * @param {Cell} cell
 * @param {string} part
 * @param {string} [direction] in which the layer reads: backward, the step before is to the right
 * @returns {Label}
 */
export function labelOf(structure, cell, part, direction = "forward") {
  const now = say("stage.now");
  const earlier = say(direction === "backward" ? "stage.later" : "stage.earlier");
  /** @param {string} name */
  const signal = (name) => cell.signals.find((candidate) => candidate.name === name);
  /**
   * @param {string} name
   * @param {string} index
   * @returns {Piece[]}
   */
  const symbol = (name, index) => [
    { text: signal(name)?.symbol ?? name, signal: name, sub: false },
    { text: index, signal: name, sub: true },
  ];
  /** @param {string} text @returns {Piece} */
  const plain = (text) => ({ text, signal: "", sub: false });

  if (part === "input") {
    const pieces = [{ text: "x", signal: "", sub: false }, { text: now, signal: "", sub: true }];
    return { pieces, title: say("stage.input"), signal: "" };
  } // prettier-ignore
  const state = structure.states.find((name) => before(name) === part);
  if (state) return { pieces: symbol(state, earlier), title: signal(state)?.title ?? "", signal: state };
  const share = sharesOf(structure).find((candidate) => candidate.name === part && !signal(part));
  if (share) {
    const gate = symbol(share.gate, now);
    const open = share.complement ? [plain("(1 − "), ...gate, plain(")")] : gate;
    const kept = share === structure.line?.kept;
    return {
      pieces: [...open, plain(" ⊙ "), ...symbol(share.of, share.back ? earlier : now)],
      title: say(kept ? "stage.kept" : "stage.written"),
      signal: share.of,
    };
  }
  const exposed = structure.exposed;
  if (exposed && part === inside(exposed)) return { pieces: [], title: "", signal: exposed.of };
  const name = part.replace(/\.function$/, "");
  if (name !== part) return { pieces: [], title: "", signal: name };
  return { pieces: symbol(name, now), title: signal(name)?.title ?? "", signal: name };
}

/**
 * A part's name in words, for screen readers.
 * @param {Label} label
 */
export function spokenLabel({ pieces, title }) {
  return `${title}, ${pieces.map(({ text }) => text).join("")}`;
}

/**
 * @param {Cell} cell
 * @param {string} signal
 */
export function colourOf(cell, signal) {
  const css = cell.signals.find((candidate) => candidate.name === signal)?.css;
  return css ? `var(${css})` : "var(--ink)";
}

/**
 * @param {Cell} cell
 * @param {Piece[]} pieces
 */
export function symbolText(cell, pieces) {
  let lowered = false;
  return pieces.map(({ text, signal, sub }) => {
    const shift = sub === lowered ? "0" : sub ? "0.28em" : "-0.2em";
    lowered = sub;
    return svg(
      "tspan",
      { class: sub ? "sub" : "symbol", style: `fill: ${colourOf(cell, signal)}`, dy: shift },
      [text],
    );
  });
}
