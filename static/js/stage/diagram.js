// @ts-check
/** The diagram's SVG: built once per layout; each picture changes only what differs. */

import { setText } from "../page/dom.js";
import { fixed } from "../page/numbers.js";
import { curvePath, frameOf, pointOf } from "./curve.js";
import { colourOf, labelOf, symbolText } from "./labels.js";
import { linePath, setNumber, svg } from "./svg.js";

/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./geometry.js").Card} Card */
/** @typedef {import("./geometry.js").Valve} Valve */
/** @typedef {import("./geometry.js").Wire} Wire */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./picture.js").Stage} Stage */
/**
 * @template T
 * @typedef {(picture: T) => void} Draw
 */

/** How far the marks on a wire move while it carries a value (px). */
const RUN = 72;
/** A wire is full before its span ends. */
const FILL = 2.2;
/** The width of a character of a title, and of a small title, which has two lines. */
const CHARACTER = 6.4;
const SMALL = { character: 5.2, line: 9.5 };

/**
 * @param {{ root: SVGSVGElement, over: SVGSVGElement }} layers `over` lies over the moving strips: what they pass stays readable
 * @param {Stage} stage
 * @param {Cell} cell
 * @param {string} direction
 * @returns {(picture: Picture, token: string) => void}
 */
export function buildDiagram({ root, over }, stage, cell, direction) {
  const { layout } = stage;
  for (const layer of [root, over]) {
    layer.setAttribute("viewBox", `0 0 ${layout.width} ${layout.height}`);
    layer.replaceChildren();
  }
  const wires = layout.wires.map((wire) => buildWire(root, wire, cell));
  const cards = layout.cards.map((card) =>
    buildCard({ root, over }, card, cell, labelOf(stage.structure, cell, card.part, direction)),
  );
  const curves = layout.cards.flatMap((card) =>
    card.curve ? [buildCurve(root, card, card.curve, stage, cell)] : [],
  );
  const sums = layout.sums.map((sum) => buildSum(root, sum, cell));
  const valves = layout.valves.map((valve, index) => buildValve(root, valve, index, cell));
  const plus =
    layout.plus && buildPlus(over, layout.plus, colourOf(cell, stage.structure.line?.signal ?? ""));
  return (picture, token) => {
    wires.forEach((draw, index) => draw(at(picture.wires, index)));
    cards.forEach((draw, index) => {
      const card = at(picture.cards, index);
      draw({ ...card, text: card.part === "input" ? token : fixed(card.value) });
    });
    curves.forEach((draw, index) => draw(at(picture.curves, index)));
    sums.forEach((draw, index) => draw(at(picture.sums, index)));
    valves.forEach((draw, index) => draw(at(picture.valves, index)));
    plus?.(picture.plus);
  };
}

/**
 * @param {Element} root
 * @param {Wire} wire
 * @param {Cell} cell
 * @returns {Draw<import("./picture.js").WirePicture>}
 */
function buildWire(root, { points, signal, kind }, cell) {
  const d = linePath(points);
  const base = svg("path", { d, class: `wire-${kind}` });
  const marks = svg("path", { d, class: "wire-marks" });
  const tube = kind === "pipe" ? [svg("path", { d, class: "wire-tube" })] : [];
  const through = svg("path", { d, class: "wire-unit" });
  // On their way to be summed, values fill the wire; elsewhere, marks run along it.
  const fills = kind === "lane";
  if (fills) {
    marks.setAttribute("class", "wire-fill");
    marks.setAttribute("pathLength", "1");
  }
  root.append(svg("g", { style: `--signal: ${colourOf(cell, signal)}` }, [...tube, base, marks, through]));
  return ({ opacity, focus, run, strength }) => {
    setNumber(base, "opacity", opacity);
    setNumber(base, "stroke-width", kind === "pipe" ? 1.5 + 9 * strength : 1.5 + focus * 0.75);
    setNumber(marks, "opacity", focus);
    if (fills) setNumber(marks, "stroke-dashoffset", focus > 0 ? 1 - Math.min(run * FILL, 1) : 1);
    else setNumber(marks, "stroke-dashoffset", focus > 0 ? -run * RUN : 0);
  };
}

/**
 * @param {{ root: Element, over: Element }} layers
 * @param {Card} card
 * @param {Cell} cell
 * @param {import("./labels.js").Label} label
 * @returns {Draw<import("./picture.js").CardPicture & { text: string }>}
 */
function buildCard({ root, over }, card, cell, label) {
  const { part, box, role, curve } = card;
  const group = svg("g", { class: "card", "data-part": part, "data-role": role, style: `--signal: ${colourOf(cell, label.signal)}` }); // prettier-ignore
  const { x, y, width, height } = box;
  root.append(svg("rect", { x, y, width, height, rx: 7, class: "ground" }));
  const frame = svg("rect", { x, y, width, height, rx: 7, class: "card-frame" });
  const light = svg("rect", { x, y, width, height, rx: 7, class: "card-light" });
  const pieces = symbolText(cell, label.pieces);
  const long = label.pieces.reduce((sum, { text, sub }) => sum + text.length * (sub ? 6 : 9), 0);
  const size = Math.min((15 * (width - 12)) / Math.max(long, 1), 15);
  const heading = svg(
    "text",
    { x: x + 8, y: y + 16, class: "card-head", style: `font-size: ${size}px` },
    pieces,
  );
  if (role !== "term") heading.append(...titleOf(label.title, box, long));
  const number = svg("text", { x: x + width - 8, y: y + height - 6.5, class: "card-number" });
  const hint =
    role === "term" && width > 100
      ? svg("text", { x: x + 8, y: y + height - 6.5, class: "card-title" }, [label.title])
      : "";
  group.append(frame, light, heading, hint);
  if (role === "input") number.setAttribute("y", String(y + 16));
  root.append(group);
  if (!curve || isBeside(card)) over.append(svg("g", { "data-part": part }, [number]));
  return ({ opacity, focus, there, text }) => {
    setNumber(group, "opacity", opacity);
    setNumber(light, "opacity", focus);
    setNumber(number, "opacity", opacity * there);
    setText(number, there > 0 ? text : "");
  };
}

/**
 * A card's title beside its symbol, or in two small lines where there is no room for one.
 * @param {string} title
 * @param {Box} box
 * @param {number} taken by the symbol
 */
function titleOf(title, { x, y, width }, taken) {
  const room = width - 20 - taken;
  if (title.length * CHARACTER <= room) {
    return [svg("tspan", { class: "card-title", dy: "-0.2em", dx: 6 }, [title])];
  }
  const lines = title.split(" ");
  if (lines.length > 2 || lines.some((line) => line.length * SMALL.character > room)) return [];
  return lines.map((line, index) => {
    const at = { x: x + 14 + taken, y: y + (index + 1) * SMALL.line };
    return svg("tspan", { class: "card-title small", ...at }, [line]);
  });
}

/**
 * @param {Element} root
 * @param {Card} card
 * @param {Box} box
 * @param {Stage} stage
 * @param {Cell} cell
 * @returns {Draw<import("./picture.js").CurvePicture>}
 */
function buildCurve(root, card, box, { structure }, cell) {
  const { part } = card;
  const { signal } = labelOf(structure, cell, part);
  const name = part.replace(/\.function$/, "");
  const gate = structure.gates.find((candidate) => candidate.signal === name);
  const title = gate?.function ?? structure.exposed?.function ?? "";
  const frame = frameOf(title);
  const [left, zero] = pointOf(box, frame, frame.from, 0);
  const [middle] = pointOf(box, frame, 0, 0);
  const ground = svg("rect", { ...box, class: "curve-ground" });
  const axes = svg("path", {
    d: `M${left} ${zero}h${box.width}M${middle} ${box.y}v${box.height}`,
    class: "curve-axes",
  });
  const line = svg("path", { d: curvePath(box, title), class: "curve-line" });
  const guide = svg("path", { class: "curve-guide" });
  const dot = svg("circle", { r: 4, class: "curve-dot" });
  const text = svg("text", { x: box.x + 5, y: box.y + 13, class: "curve-name" }, [title]);
  const number = svg("text", { x: box.x + box.width - 4, y: box.y + box.height - 6, class: "card-number" });
  const group = svg("g", { style: `--signal: ${colourOf(cell, signal)}`, "data-curve": part }, [ground, axes, line, guide, text, number, dot]); // prettier-ignore
  root.append(group);
  return ({ opacity, input, output, along, up, across, there, ahead }) => {
    setNumber(group, "opacity", opacity);
    setNumber(number, "opacity", there);
    setText(number, isBeside(card) || there === 0 ? "" : fixed(output));
    for (const mark of [guide, dot]) setNumber(mark, "opacity", ahead);
    const known = !Number.isNaN(input) && !Number.isNaN(output);
    for (const mark of [guide, dot]) mark.toggleAttribute("hidden", !known);
    if (!known) return;
    const [x] = pointOf(box, frame, input * along, 0);
    const [, top] = pointOf(box, frame, input, output);
    const y = zero + (top - zero) * up;
    const end = x + (left - x) * across;
    guide.setAttribute("d", `M${round(x)} ${round(zero)}V${round(y)}H${round(end)}`);
    setNumber(dot, "cx", x);
    setNumber(dot, "cy", y);
  };
}

/**
 * @param {Element} root
 * @param {import("./geometry.js").Layout["sums"][number]} sum
 * @param {Cell} cell
 * @returns {Draw<import("./picture.js").SumPicture>}
 */
function buildSum(root, { gate, at: [x, y], number, parts }, cell) {
  const text = svg("text", { x: number[0], y: number[1], class: "sum-number" });
  root.append(svg("circle", { cx: x, cy: y, r: 11, class: "ground" }));
  const group = svg("g", { style: `--signal: ${colourOf(cell, gate)}`, "data-sum": gate }, [
    svg("circle", { cx: x, cy: y, r: 11, class: "node" }),
    svg("text", { x, y: y + 4.5, class: "node-text" }, ["Σ"]),
    text,
  ]);
  root.append(group);
  const terms = parts.map(({ of, at: [left, top], anchor }) => {
    const term = svg("text", { x: left, y: top, class: "sum-part", "text-anchor": anchor, "data-from": of });
    root.append(term);
    return { of, term };
  });
  return ({ opacity, input, hidden, sum, parts: shown, there }) => {
    setNumber(group, "opacity", opacity);
    setNumber(text, "opacity", there);
    setText(text, there > 0 ? fixed(sum) : "");
    for (const { of, term } of terms) {
      const value = of === "input" ? input : hidden;
      setNumber(term, "opacity", shown);
      setText(term, shown > 0 && !Number.isNaN(value) ? fixed(value) : "");
    }
  };
}

/**
 * @param {Element} root
 * @param {import("./geometry.js").Point} at
 * @param {string} colour
 * @returns {Draw<{ opacity: number, focus: number }>}
 */
function buildPlus(root, [x, y], colour) {
  root.append(svg("circle", { cx: x, cy: y, r: 13, class: "ground" }));
  const group = svg("g", { style: `--signal: ${colour}` }, [
    svg("circle", { cx: x, cy: y, r: 13, class: "node" }),
    svg("path", { d: `M${x - 6} ${y}h12M${x} ${y - 6}v12`, class: "node-sign" }),
  ]);
  root.append(group);
  return ({ opacity }) => setNumber(group, "opacity", opacity);
}

/**
 * A ring with two blades: wide open lets everything through, closed is a full disc. The opening of the paler blades
 * behind them is the gate's mean over all units.
 * @param {Element} root
 * @param {Valve} valve
 * @param {number} index
 * @param {Cell} cell
 * @returns {Draw<import("./picture.js").ValvePicture>}
 */
function buildValve(root, { gate, at: [x, y], axis, radius }, index, cell) {
  const clip = `stage-valve-${index}`;
  const size = { x: -radius, width: 2 * radius, height: radius };
  const pair = (/** @type {string} */ name) => [
    svg("rect", { ...size, class: name }),
    svg("rect", { ...size, class: name }),
  ];
  const means = pair("blade-mean");
  const blades = pair("blade");
  root.append(svg("circle", { cx: x, cy: y, r: radius, class: "ground" }));
  const group = svg("g", { transform: `translate(${x} ${y})${axis === "y" ? " rotate(90)" : ""}`, style: `--signal: ${colourOf(cell, gate)}`, "data-valve": gate }, [
    svg("clipPath", { id: clip }, [svg("circle", { r: radius - 1 })]),
    svg("g", { "clip-path": `url(#${clip})` }, [...means, ...blades]),
    svg("circle", { r: radius, class: "valve-ring" }),
  ]); // prettier-ignore
  root.append(group);
  return ({ opacity, open, mean }) => {
    setNumber(group, "opacity", opacity);
    turn(means, mean * radius, radius);
    turn(blades, open * radius, radius);
  };
}

/**
 * @param {Element[]} blades the upper and the lower blade
 * @param {number} opening half of the gap between them
 * @param {number} radius
 */
function turn([upper, lower], opening, radius) {
  if (upper) setNumber(upper, "y", -radius - opening);
  if (lower) setNumber(lower, "y", opening);
}

/**
 * Whether a card's graph is beside its strip, with room for the number below.
 * @param {Card} card
 */
function isBeside({ grid, curve }) {
  return Boolean(grid && curve && grid.x > curve.x);
}

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;

/**
 * @template T
 * @param {T[]} list
 * @param {number} index
 * @returns {T}
 */
function at(list, index) {
  return /** @type {T} */ (list[index]);
}
