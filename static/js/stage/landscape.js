// @ts-check
/**
 * The diagram from left to right: the states before, the gates, the states after. The state's line runs along the top;
 * the input and the previous hidden state run along the bottom and rise into every gate.
 */

import { clamp } from "../page/numbers.js";
import { bottom, centre, right } from "./geometry.js";
import { before, inside, source, weighed } from "./structure.js";

/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./geometry.js").Card} Card */
/** @typedef {import("./geometry.js").Layout} Layout */
/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./geometry.js").Size} Size */
/** @typedef {import("./structure.js").Structure} Structure */

/** Grid cells: 128 units in 16 columns and 8 rows. */
const COLUMNS = 16;
const ROWS = 8;
const PAD = 7;
const HEAD = 22;
const FOOT = 19;
const CURVE = 52;
const CURVE_GAP = 9;
/** Gaps between the rows of cards, and below the gates for sums and lanes; minimum sizes. */
const RISE = 12;
const VALVE_ROOM = 38;
const FEET = 88;
const GUTTER = 26;
const TAP = 15;
/** Columns of this width have room for the two numbers that are summed. */
const PARTS = 124;

/**
 * @param {Structure} structure
 * @param {Size} size
 * @returns {Layout}
 */
export function landscape(structure, { width, height, features }) {
  const { gates, line, exposed, output: hidden } = structure;
  const place = measure(structure, width, height);
  const { gw, gh, cw, ch, y1, y2, curve, column } = place;
  const last = gates.length + 1;
  /** @type {Layout} */
  const layout = {
    width, height, cards: [], wires: [], valves: [], travels: [], sums: [], plus: null, lost: null,
    prediction: { x: 0, y: 0, width: 0, height: 0 },
  }; // prettier-ignore
  const { cards, wires, valves, travels } = layout;

  /**
   * @param {string} part
   * @param {Card["role"]} role
   * @param {number} slot
   * @param {number} y
   */
  const put = (part, role, slot, y) => {
    const grid = { x: column(slot) + PAD, y: y + HEAD, width: gw, height: gh };
    /** @type {Card} */
    const card = { part, role, box: { x: column(slot), y, width: cw, height: ch }, grid, curve: null };
    cards.push(card);
    return card;
  };
  /** @param {string} part */
  const grid = (part) => /** @type {Box} */ (cards.find((card) => card.part === part)?.grid);
  /** @param {string} part */
  const corner = (part) => /** @type {Point} */ ([grid(part).x, grid(part).y]);
  /** @param {string} part */
  const box = (part) => /** @type {Box} */ (cards.find((card) => card.part === part)?.box);

  // The states before.
  const separate = line !== null && line.signal !== hidden;
  if (line) put(before(line.signal), "before", 0, 0);
  if (!line || separate) put(before(hidden), "before", 0, y2);
  const rows = features > (COLUMNS * ROWS) / 2 ? ROWS : ROWS / 2;
  const inputHeight = HEAD + (gh * rows) / ROWS + PAD;
  const floor = y2 + place.gateHeight + place.feet;
  const inputBox = { x: column(0), y: floor - inputHeight, width: cw, height: inputHeight };
  const inputGrid = { x: column(0) + PAD, y: inputBox.y + HEAD, width: gw, height: (gh * rows) / ROWS };
  cards.push({ part: "input", role: "input", box: inputBox, grid: inputGrid, curve: null });

  // The gates.
  const sumY = y2 + place.gateHeight + 24;
  const laneX = floor - PAD - 10;
  const laneH = laneX - 20;
  gates.forEach((gate, index) => {
    const slot = index + 1;
    const own = !structure.states.includes(gate.signal);
    const top = own ? y2 : y2 + (place.gateHeight - HEAD - curve - PAD);
    const graph = {
      x: column(slot) + PAD,
      y: y2 + place.gateHeight - PAD - curve,
      width: gw,
      height: curve,
    };
    const frame = { x: column(slot), y: top, width: cw, height: y2 + place.gateHeight - top };
    const grid = { x: column(slot) + PAD, y: y2 + HEAD, width: gw, height: gh };
    cards.push({ part: own ? gate.signal : `${gate.signal}.function`, role: own ? "gate" : "function", box: frame, grid: own ? grid : null, curve: graph }); // prettier-ignore
    const x = column(slot) + cw / 2;
    layout.sums.push({
      gate: gate.signal,
      at: [x, sumY],
      number: [x + 15, sumY + 4],
      parts: partsAt(x, sumY),
    });
    const when = weighed(gate);
    wires.push(
      { points: [[x - TAP, laneH], [x - TAP, sumY + 12], [x - 6, sumY + 4]], carries: before(hidden), signal: hidden, when, kind: "lane" },
      { points: [[x + TAP, laneX], [x + TAP, sumY + 12], [x + 6, sumY + 4]], carries: "input", signal: "input", when, kind: "lane" },
      { points: [[x, sumY - 11], [x, bottom(frame)]], carries: gate.signal, signal: gate.signal, when: `${gate.signal}.pre`, kind: "control" },
    ); // prettier-ignore
  });

  /** @param {number} x @param {number} y @returns {import("./geometry.js").Part[]} */
  function partsAt(x, y) {
    if (column(1) - column(0) < PARTS) return [];
    return [
      { of: "hidden", at: [x - TAP - 5, y + 25], anchor: "end" },
      { of: "input", at: [x + TAP + 5, y + 25], anchor: "start" },
    ];
  }

  // The two lanes under the gates.
  const first = gates[0];
  const from = box(before(hidden));
  const gap = right(from);
  const end = column(last - 1) + cw / 2;
  const when = first ? weighed(first) : "";
  const [, fromY] = line && !separate ? [0, bottom(from) - FOOT] : centre(grid(before(hidden)));
  wires.unshift(
    { points: [[gap, fromY], [gap + 13, fromY], [gap + 13, laneH], [end - TAP, laneH]], carries: before(hidden), signal: hidden, when, kind: "lane" },
    { points: [[gap, laneX], [end + TAP, laneX]], carries: "input", signal: "input", when, kind: "lane" },
  ); // prettier-ignore

  // A gate that scales what another gate takes from the hidden state.
  gates.forEach((gate, index) => {
    if (!gate.scaledBy) return;
    const x = column(index + 1) + cw / 2 - TAP;
    const y = (laneH + sumY + 12) / 2 + 2;
    const start = box(gate.scaledBy);
    const side = right(start) + 13;
    const level = centre(grid(gate.scaledBy))[1];
    valves.push({ gate: gate.scaledBy, complement: false, at: [x, y], axis: "y", when: `${gate.signal}.pre`, radius: 8 });
    wires.push({ points: [[right(start), level], [side, level], [side, y], [x - 8, y]], carries: gate.scaledBy, signal: gate.scaledBy, when: `${gate.signal}.pre`, kind: "control" });
  }); // prettier-ignore

  const valveY = y2 - place.valveRoom / 2;
  const radius = clamp(place.valveRoom / 2 - 4, 12, 18);
  if (line) {
    const { kept, written, signal } = line;
    const y = HEAD + gh / 2;
    const plusSlot = gates.findIndex((gate) => gate.signal === written.of) + 1;
    const plus = /** @type {Point} */ ([column(plusSlot) + cw / 2, y]);
    const valve = /** @type {Point} */ ([column(1) + cw / 2, y]);
    put(kept.name, "term", plusSlot - 1, 0);
    put(written.name, "term", plusSlot, y1);
    put(signal, "state", last, 0);
    layout.plus = plus;
    valves.push({
      gate: kept.gate,
      complement: kept.complement,
      at: valve,
      axis: "x",
      when: kept.name,
      radius: radius + 2,
    });
    wires.push(
      pipe([[right(box(source(kept))), y], [valve[0], y]], source(kept), signal, kept.name),
      pipe([[valve[0], y], [box(kept.name).x, y]], kept.name, signal, kept.name),
      pipe([[right(box(kept.name)), y], [plus[0] - 13, y]], kept.name, signal, signal),
      pipe([[plus[0] + 13, y], [box(signal).x, y]], signal, signal, signal),
    ); // prettier-ignore
    const keeper = gates.findIndex((gate) => gate.signal === kept.gate) + 1;
    const keeperX = column(keeper) + cw / 2;
    wires.push({ points: [[keeperX, y2], [keeperX, y + radius + 2]], carries: kept.gate, signal: kept.gate, when: kept.name, kind: "control" }); // prettier-ignore
    travels.push({ part: kept.name, carries: source(kept), when: kept.name, legs: [{ from: corner(source(kept)), to: corner(kept.name), cuts: [{ axis: "x", at: valve[0], becomes: kept.name }] }] }); // prettier-ignore
    layout.lost = { from: [valve[0] - gw / 2, y - gh / 2], to: [valve[0] - gw / 2, y1 + HEAD], cuts: [] };

    const x = plus[0];
    valves.push({
      gate: written.gate,
      complement: written.complement,
      at: [x, valveY],
      axis: "y",
      when: written.name,
      radius,
    });
    wires.push(
      pipe([[x, y2], [x, valveY]], written.of, written.of, written.name),
      pipe([[x, valveY], [x, bottom(box(written.name))]], written.name, written.of, written.name),
      pipe([[x, y1], [x, y + 13]], written.name, written.of, signal),
    ); // prettier-ignore
    const writer = gates.findIndex((gate) => gate.signal === written.gate) + 1;
    const writerX = column(writer) + cw / 2;
    wires.push({ points: [[writerX, writer === keeper ? valveY : y2], [writerX, valveY], [x - radius, valveY]], carries: written.gate, signal: written.gate, when: written.name, kind: "control" }); // prettier-ignore
    travels.push(
      { part: written.name, carries: written.of, when: written.name, legs: [{ from: corner(written.of), to: corner(written.name), cuts: [{ axis: "y", at: valveY, becomes: written.name }] }] },
      { part: signal, carries: written.name, when: signal, legs: [{ from: corner(written.name), to: [corner(written.name)[0], HEAD], cuts: [] }] },
      { part: signal, carries: kept.name, when: signal, legs: [{ from: corner(kept.name), to: corner(signal), cuts: [{ axis: "x", at: x, becomes: signal }] }] },
    ); // prettier-ignore
  }

  const rightX = column(last) + cw / 2;
  if (exposed) {
    put(exposed.name, "state", last, y2);
    const top = ch + RISE + 2;
    const graph = { x: column(last), y: top, width: cw, height: valveY - radius - 10 - top };
    cards.push({ part: inside(exposed), role: "function", box: graph, grid: null, curve: { x: graph.x + PAD, y: graph.y + PAD, width: gw, height: graph.height - 2 * PAD } }); // prettier-ignore
    valves.push({
      gate: exposed.gate,
      complement: exposed.complement,
      at: [rightX, valveY],
      axis: "y",
      when: exposed.name,
      radius,
    });
    wires.push(
      pipe([[rightX, ch], [rightX, top]], exposed.of, exposed.of, exposed.name),
      pipe([[rightX, bottom(graph)], [rightX, valveY]], inside(exposed), exposed.of, exposed.name),
      pipe([[rightX, valveY], [rightX, y2]], exposed.name, hidden, exposed.name),
    ); // prettier-ignore
    const shower = column(gates.findIndex((gate) => gate.signal === exposed.gate) + 1) + cw / 2;
    wires.push({ points: [[shower, y2], [shower, valveY], [rightX - radius, valveY]], carries: exposed.gate, signal: exposed.gate, when: exposed.name, kind: "control" }); // prettier-ignore
    const cuts = [
      { axis: /** @type {const} */ ("y"), at: graph.y + graph.height / 2, becomes: inside(exposed) },
      { axis: /** @type {const} */ ("y"), at: valveY, becomes: exposed.name },
    ];
    travels.push({ part: exposed.name, carries: exposed.of, when: exposed.name, legs: [{ from: corner(exposed.of), to: corner(exposed.name), cuts }] }); // prettier-ignore
  } else if (!line) {
    put(hidden, "state", last, y2);
    const graph = box(`${hidden}.function`);
    const [from, to] = [centre(graph)[1], centre(grid(hidden))[1]];
    const turn = (right(graph) + box(hidden).x) / 2;
    wires.push(pipe([[right(graph), from], [turn, from], [turn, to], [box(hidden).x, to]], hidden, hidden, hidden)); // prettier-ignore
  }

  const out = box(hidden);
  const top = Math.max(bottom(out), y2) + 26;
  layout.prediction = { x: column(last), y: top, width: cw, height: floor - top };
  wires.push(
    pipe(
      [
        [rightX, bottom(out)],
        [rightX, top],
      ],
      hidden,
      hidden,
      "prediction",
    ),
  );
  return layout;
}

/**
 * @param {Point[]} points
 * @param {string} carries
 * @param {string} signal
 * @param {string} when
 * @returns {import("./geometry.js").Wire}
 */
function pipe(points, carries, signal, when) {
  return { points, carries, signal, when, kind: "pipe" };
}

/**
 * All sizes, from the available space.
 * @param {Structure} structure
 * @param {number} width
 * @param {number} height
 */
function measure({ gates, line }, width, height) {
  const slots = gates.length + 2;
  const cards = line ? 2 : 0;
  const fixed =
    cards * (HEAD + FOOT) + (line ? RISE + VALVE_ROOM : 0) + HEAD + CURVE_GAP + CURVE + PAD + FEET;
  const cellHeight = clamp(Math.floor((height - fixed) / (ROWS * (cards + 1))), 4, 12);
  const cellWidth = clamp(Math.floor((width / slots - GUTTER - 2 * PAD) / COLUMNS), 4, cellHeight + 3);
  const [gw, gh] = [cellWidth * COLUMNS, cellHeight * ROWS];
  const [cw, ch] = [gw + 2 * PAD, HEAD + gh + FOOT];
  const spare = Math.max(height - fixed - gh * (cards + 1), 0);
  const share = line ? spare : Math.min(spare, 120);
  const curve = CURVE + Math.round(share * 0.3);
  const valveRoom = VALVE_ROOM + Math.round(share * 0.2);
  const y1 = line ? ch + RISE + Math.round(share * 0.2) : 0;
  const y2 = line ? y1 + ch + valveRoom : Math.round((spare - share) / 2);
  const gutter = Math.min((width - slots * cw) / (slots - 1), cw * 1.2);
  const edge = (width - slots * cw - (slots - 1) * gutter) / 2;
  return {
    gw, gh, cw, ch, y1, y2, curve, valveRoom,
    gateHeight: HEAD + gh + CURVE_GAP + curve + PAD,
    feet: FEET + Math.round(share * 0.3),
    /** @param {number} slot */
    column: (slot) => Math.round(edge + slot * (cw + gutter)),
  }; // prettier-ignore
}
