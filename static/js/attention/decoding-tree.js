// @ts-check
/** The tree of hypotheses that a beam kept, and the complete ones with their scores. A click on a branch continues from it. */

import { find, setAttribute, setText, stamp } from "../page/dom.js";
import { fixed } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { svg } from "../stage/svg.js";
import { say } from "../page/words.js";
import { labelsOf } from "./labels.js";
import { treeLayout } from "./tree-layout.js";

/** @typedef {import("../trace/contracts.js").Beam} Beam */
/** @typedef {import("./translation-scene.js").TranslationScene} TranslationScene */

/** Pixels of a column, and of a row. */
const [WIDE, HIGH] = [112, 34];
/** Pixels of a node's button. */
const [BUTTON, TALL] = [92, 26];

/** @extends {Part<TranslationScene>} */
export class DecodingTree extends Part {
  /** @type {Beam | null} */
  #beam = null;

  /** @param {TranslationScene} scene */
  connect(scene) {
    for (const change of /** @type {const} */ (["trace", "chunk"])) {
      scene.on(change, () => this.#show(scene), this.life);
    }
    this.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button[data-node]") : null;
      const node = this.#beam?.nodes[Number(/** @type {HTMLElement | null} */ (button)?.dataset.node)];
      if (!node) return;
      this.dispatchEvent(new CustomEvent("options", { detail: { prefix: node.text }, bubbles: true }));
    });
  }

  /** @param {TranslationScene} scene */
  #show({ shown }) {
    const beam = shown?.end()?.beam ?? null;
    const section = this.closest("section");
    if (section) section.hidden = beam === null;
    if (beam === this.#beam) return;
    this.#beam = beam;
    if (beam && shown) this.#draw(beam, shown.model.vocabulary);
  }

  /**
   * @param {Beam} beam
   * @param {import("../trace/contracts.js").Entry[]} vocabulary
   */
  #draw(beam, vocabulary) {
    const ends = beam.nodes.map((node) => ({ ...node, special: vocabulary[node.id]?.special ?? false }));
    const { nodes, columns, rows } = treeLayout({ ...beam, nodes: ends });
    const sheet = find(this, ".tree-sheet", HTMLElement);
    const [width, height] = [columns * WIDE, rows * HIGH];
    sheet.style.inlineSize = `${width}px`;
    sheet.style.blockSize = `${height}px`;
    const wires = find(this, "svg", SVGSVGElement);
    setAttribute(wires, "viewBox", `0 0 ${width} ${height}`);
    const at = new Map(nodes.map((node) => [node.index, node]));
    wires.replaceChildren(
      ...nodes.flatMap(({ column, row, parent, winning }) => {
        const from = parent === null ? undefined : at.get(parent);
        if (!from) return [];
        const [x, y] = [from.column * WIDE + BUTTON, from.row * HIGH + TALL / 2];
        const [to, down] = [column * WIDE, row * HIGH + TALL / 2];
        const middle = (x + to) / 2;
        const d = `M${x} ${y}C${middle} ${y} ${middle} ${down} ${to} ${down}`;
        return [svg("path", { d, class: winning ? "branch winning" : "branch" })];
      }),
    );
    find(this, ".tree-nodes", HTMLElement).replaceChildren(
      ...nodes.map(({ index, column, row, rank, winning }) => {
        const node = /** @type {import("../trace/contracts.js").BeamNode} */ (beam.nodes[index]);
        const entry = vocabulary[node.id] ?? { text: node.token };
        const button = /** @type {HTMLButtonElement} */ (stamp(this, "template.tree-node"));
        const [label] = labelsOf([entry]);
        setText(find(button, "span", HTMLElement), label?.text ?? "");
        setText(find(button, "small", HTMLElement), fixed(node.score, 2));
        button.dataset.node = String(index);
        button.dataset.score = String(node.score);
        button.style.insetInlineStart = `${column * WIDE}px`;
        button.style.insetBlockStart = `${row * HIGH}px`;
        button.toggleAttribute("data-winning", winning);
        button.toggleAttribute("data-ended", rank >= 0);
        button.title = say("tree.node", { text: node.text, score: fixed(node.score, 4) });
        return button;
      }),
    );
    find(this, ".tree-hypotheses", HTMLElement).replaceChildren(
      ...beam.hypotheses.map(({ text, score }) => {
        const item = stamp(this, "template.tree-hypothesis");
        setText(find(item, "span", HTMLElement), text);
        const number = find(item, "b", HTMLElement);
        setText(number, fixed(score, 3));
        number.dataset.value = String(score);
        return item;
      }),
    );
  }
}
