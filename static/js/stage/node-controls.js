// @ts-check
/** The valves, the sums and the graphs of functions as controls: pointing shows their number, a click chooses its signal. */

import { setAttribute } from "../page/dom.js";
import { say } from "../page/words.js";
import { inside } from "./structure.js";

/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./picture.js").Stage} Stage */
/**
 * What a control stands for: the number of `signal` (of its sum, of what its valve lets through), and where it is.
 * @typedef {{ kind: "valve" | "sum" | "plus" | "curve", signal: string, complement: boolean, box: Box }} Node
 *
 * @typedef {object} NodeAnswers
 * @property {(node: Node | null, event: Event) => void} point
 * @property {(node: Node) => void} choose
 */

/** The smallest target (px). */
const TARGET = 24;

/**
 * @param {Stage} stage
 * @returns {Node[]}
 */
export function nodesOf({ layout, structure: { line, exposed } }) {
  const { valves, sums, plus, cards } = layout;
  return [
    ...valves.map(({ gate, complement, at, radius }) =>
      nodeAt("valve", { signal: gate, complement, at, radius }),
    ),
    ...sums.map(({ gate, at }) => nodeAt("sum", { signal: gate, at, radius: 11 })),
    ...(line && plus ? [nodeAt("plus", { signal: line.signal, at: plus, radius: 13 })] : []),
    ...cards.flatMap(({ part, curve }) => {
      if (!curve) return [];
      const signal = exposed && part === inside(exposed) ? exposed.name : part.replace(/\.function$/, "");
      return [{ kind: /** @type {const} */ ("curve"), signal, complement: false, box: curve }];
    }),
  ];
}

/**
 * @param {Node["kind"]} kind
 * @param {{ signal: string, complement?: boolean, at: import("./geometry.js").Point, radius: number }} circle
 * @returns {Node}
 */
function nodeAt(kind, { signal, complement = false, at: [x, y], radius }) {
  return {
    kind,
    signal,
    complement,
    box: { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius },
  };
}

export class NodeControls {
  #controls;

  /**
   * @param {Stage} stage
   * @param {Cell} cell
   * @param {{ scale: number, answers: NodeAnswers }} options `scale` is pixels per layout unit
   */
  constructor(stage, cell, { scale, answers }) {
    this.#controls = nodesOf(stage).map((node) => {
      const title = cell.signals.find(({ name }) => name === node.signal)?.title ?? node.signal;
      return { node, title, element: control(node, scale, answers) };
    });
  }

  get elements() {
    return this.#controls.map(({ element }) => element);
  }

  /** @param {(node: Node) => string} textOf the number at a node in words */
  update(textOf) {
    for (const { node, title, element } of this.#controls) {
      setAttribute(element, "aria-label", say(`stage.node.${node.kind}`, { title, value: textOf(node) }));
    }
  }
}

/**
 * @param {Node} node
 * @param {number} scale
 * @param {NodeAnswers} answers
 */
function control(node, scale, answers) {
  const { kind, signal, box } = node;
  const element = document.createElement("button");
  element.type = "button";
  element.className = "node-control";
  element.dataset.node = kind;
  element.dataset.signal = signal;
  // The keyboard reaches the same number on the gate's strip.
  if (kind === "curve") element.tabIndex = -1;
  const width = Math.max(box.width * scale, TARGET);
  const height = Math.max(box.height * scale, TARGET);
  element.style.insetInlineStart = `${(box.x + box.width / 2) * scale - width / 2}px`;
  element.style.insetBlockStart = `${(box.y + box.height / 2) * scale - height / 2}px`;
  element.style.inlineSize = `${width}px`;
  element.style.blockSize = `${height}px`;
  for (const name of ["pointermove", "focus"]) {
    element.addEventListener(name, (event) => answers.point(node, event));
  }
  for (const name of ["pointerleave", "blur"]) {
    element.addEventListener(name, (event) => answers.point(null, event));
  }
  element.addEventListener("click", () => answers.choose(node));
  return element;
}
