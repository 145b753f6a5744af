// @ts-check
/**
 * The diagram from top to bottom, for narrow screens: the gates are rows, the state's line runs down the right side,
 * and the input and the previous hidden state run down the left side.
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

const COLUMNS = 16;
const ROWS = 8;
const PAD = 4;
const HEAD = 21;
const FOOT = 17;
/** Widths: the two lanes at the left, the sums beside them, and the wires between the columns. */
const LANES = 17;
const SUMS = 24;
const GAP = 8;
const VALVE_GAP = 24;
const RADIUS = 10;
/** Gaps between rows, larger around a valve, and below the last row, above the prediction. */
const ROW_GAP = 13;
const VALVE_ROOM = 14;
const TAIL = 46;

/**
 * @param {Structure} structure
 * @param {Size} size
 * @returns {Layout}
 */
export function portrait(structure, { width, height }) {
  const { gates, line, exposed, output } = structure;
  const place = measure(structure, width, height);
  const { gw, gh, cw, ch, columns, rowOf, outRow } = place;
  const [first, second, third] = columns;
  /** @type {Layout} */
  const layout = {
    width, height, cards: [], wires: [], valves: [], travels: [], sums: [], plus: null, lost: null,
    prediction: { x: 0, y: 0, width: 0, height: 0 },
  }; // prettier-ignore
  const { cards, wires, valves, travels } = layout;

  /**
   * @param {string} part
   * @param {Card["role"]} role
   * @param {number} x
   * @param {number} row
   */
  const put = (part, role, x, row) => {
    const y = rowOf(row);
    const grid = { x: x + PAD, y: y + HEAD, width: gw, height: gh };
    cards.push({ part, role, box: { x, y, width: cw, height: ch }, grid, curve: null });
  };
  /** @param {string} part */
  const grid = (part) => /** @type {Box} */ (cards.find((card) => card.part === part)?.grid);
  /** @param {string} part */
  const corner = (part) => /** @type {Point} */ ([grid(part).x, grid(part).y]);
  /** @param {string} part */
  const box = (part) => /** @type {Box} */ (cards.find((card) => card.part === part)?.box);
  /** @param {number} row */
  const middle = (row) => rowOf(row) + HEAD + gh / 2;
  /** @param {string} signal */
  const gateRow = (signal) => place.gateRows[gates.findIndex((gate) => gate.signal === signal)] ?? 1;
  /** @type {(points: Point[], carries: string, signal: string, when: string, kind: "pipe" | "control" | "lane") => void} */
  const run = (points, carries, signal, when, kind) => {
    wires.push({ points, carries, signal, when, kind });
  };

  // The states before.
  if (line) put(before(line.signal), "before", third, 0);
  if (line?.signal !== output) put(before(output), "before", line ? second : third, 0);
  const inputBox = { x: 0, y: rowOf(0), width: first + cw, height: HEAD + gh + PAD };
  cards.push({ part: "input", role: "input", box: inputBox, grid: { x: (first + cw - gw) / 2, y: rowOf(0) + HEAD, width: gw, height: gh }, curve: null }); // prettier-ignore

  // The lanes, the sums and the gates.
  const [laneX, laneH] = [4, 12];
  const weighing = gates[0] ? weighed(gates[0]) : "";
  const lastRow = place.gateRows.at(-1) ?? 1;
  const turn = bottom(box(before(output))) + place.gap / 2;
  const start = centre(box(before(output)))[0] - (line?.signal === output ? 20 : 0);
  run([[start, bottom(box(before(output)))], [start, turn], [laneH, turn], [laneH, middle(lastRow) - 6]], before(output), output, weighing, "lane"); // prettier-ignore
  run(
    [
      [laneX, bottom(inputBox)],
      [laneX, middle(lastRow) + 6],
    ],
    "input",
    "input",
    weighing,
    "lane",
  );
  gates.forEach((gate, index) => {
    const row = place.gateRows[index] ?? 1;
    const y = middle(row);
    const own = !structure.states.includes(gate.signal);
    const left = first + SUMS;
    const graph = { x: left + PAD, y: rowOf(row) + HEAD, width: cw - SUMS - PAD, height: gh };
    const frame = {
      x: left,
      y: rowOf(row),
      width: right({ ...graph, width: graph.width }) + PAD - left,
      height: ch,
    };
    if (own) frame.width = second + cw - left;
    cards.push({
      part: own ? gate.signal : `${gate.signal}.function`,
      role: own ? "gate" : "function",
      box: frame,
      grid: own ? { x: second + PAD, y: rowOf(row) + HEAD, width: gw, height: gh } : null,
      curve: graph,
    });
    const sum = /** @type {Point} */ ([first + 9, y]);
    layout.sums.push({ gate: gate.signal, at: sum, number: [graph.x, bottom(frame) - 5], parts: [] });
    run([[laneH, y - 6], [sum[0] - 8, y - 6]], before(output), output, weighed(gate), "lane"); // prettier-ignore
    run([[laneX, y + 6], [sum[0] - 8, y + 6]], "input", "input", weighed(gate), "lane"); // prettier-ignore
    run(
      [
        [sum[0] + 11, y],
        [left, y],
      ],
      gate.signal,
      gate.signal,
      `${gate.signal}.pre`,
      "control",
    );
    if (gate.scaledBy) {
      const scaling = box(gate.scaledBy);
      const x = first - 2;
      const when = `${gate.signal}.pre`;
      const level = bottom(scaling) + place.gap / 2;
      valves.push({ gate: gate.scaledBy, complement: false, at: [x, y - 6], axis: "x", when, radius: 6 });
      run([[scaling.x + 14, bottom(scaling)], [scaling.x + 14, level], [x, level], [x, y - 12]], gate.scaledBy, gate.scaledBy, when, "control"); // prettier-ignore
    }
  });

  const side = second + cw;
  const across = third + cw / 2;
  if (line) {
    const { kept, written, signal } = line;
    const down = second + cw / 2;
    const signalRow = exposed ? gateRow(exposed.gate) : outRow;
    const keepRow = gateRow(kept.gate);
    put(kept.name, "term", third, keepRow + 1);
    put(written.name, "term", second, place.writtenRow);
    put(signal, "state", third, signalRow);
    const valve = /** @type {Point} */ ([across, middle(keepRow)]);
    const plus = /** @type {Point} */ ([across, middle(place.writtenRow)]);
    layout.plus = plus;
    valves.push({ gate: kept.gate, complement: kept.complement, at: valve, axis: "y", when: kept.name, radius: RADIUS + 4 }); // prettier-ignore
    run([[across, bottom(box(source(kept)))], valve], source(kept), signal, kept.name, "pipe");
    run([valve, [across, box(kept.name).y]], kept.name, signal, kept.name, "pipe");
    run(
      [
        [across, bottom(box(kept.name))],
        [across, plus[1] - 13],
      ],
      kept.name,
      signal,
      signal,
      "pipe",
    );
    run(
      [
        [across, plus[1] + 13],
        [across, box(signal).y],
      ],
      signal,
      signal,
      signal,
      "pipe",
    );
    run(
      [
        [side, valve[1]],
        [across - RADIUS - 4, valve[1]],
      ],
      kept.gate,
      kept.gate,
      kept.name,
      "control",
    );
    travels.push({ part: kept.name, carries: source(kept), when: kept.name, legs: [{ from: corner(source(kept)), to: corner(kept.name), cuts: [{ axis: "y", at: valve[1], becomes: kept.name }] }] }); // prettier-ignore
    layout.lost = {
      from: [third + PAD, valve[1] - gh / 2],
      to: [third + PAD, valve[1] - gh / 2 + 16],
      cuts: [],
    };

    const gap = box(written.name).y - (place.gap + VALVE_ROOM) / 2;
    valves.push({ gate: written.gate, complement: written.complement, at: [down, gap], axis: "y", when: written.name, radius: RADIUS }); // prettier-ignore
    run(
      [
        [down, bottom(box(written.of))],
        [down, gap],
      ],
      written.of,
      written.of,
      written.name,
      "pipe",
    );
    run(
      [
        [down, gap],
        [down, box(written.name).y],
      ],
      written.name,
      written.of,
      written.name,
      "pipe",
    );
    run(
      [
        [side, plus[1]],
        [plus[0] - 13, plus[1]],
      ],
      written.name,
      written.of,
      signal,
      "pipe",
    );
    const level = middle(gateRow(written.gate)) + (written.gate === kept.gate ? 10 : 0);
    run([[side, level], [side + 9, level], [side + 9, gap], [down + RADIUS, gap]], written.gate, written.gate, written.name, "control"); // prettier-ignore
    travels.push(
      { part: written.name, carries: written.of, when: written.name, legs: [{ from: corner(written.of), to: corner(written.name), cuts: [{ axis: "y", at: gap, becomes: written.name }] }] },
      { part: signal, carries: written.name, when: signal, legs: [{ from: corner(written.name), to: [third + PAD, corner(written.name)[1]], cuts: [] }] },
      { part: signal, carries: kept.name, when: signal, legs: [{ from: corner(kept.name), to: corner(signal), cuts: [{ axis: "y", at: plus[1], becomes: signal }] }] },
    ); // prettier-ignore
  }

  const level = middle(outRow);
  if (exposed) {
    put(exposed.name, "state", second, outRow);
    const graph = { x: third, y: rowOf(outRow), width: cw, height: ch };
    cards.push({ part: inside(exposed), role: "function", box: graph, grid: null, curve: { x: third + PAD, y: graph.y + PAD, width: gw, height: ch - 2 * PAD } }); // prettier-ignore
    const valve = /** @type {Point} */ ([(side + third) / 2, level]);
    valves.push({ gate: exposed.gate, complement: exposed.complement, at: valve, axis: "x", when: exposed.name, radius: RADIUS }); // prettier-ignore
    run(
      [
        [across, bottom(box(exposed.of))],
        [across, graph.y],
      ],
      exposed.of,
      exposed.of,
      exposed.name,
      "pipe",
    );
    run([[third, level], valve], inside(exposed), exposed.of, exposed.name, "pipe");
    run([valve, [side, level]], exposed.name, output, exposed.name, "pipe");
    const from = middle(gateRow(exposed.gate));
    run([[side, from], [valve[0], from], [valve[0], level - RADIUS]], exposed.gate, exposed.gate, exposed.name, "control"); // prettier-ignore
    const turning = /** @type {Point} */ ([third + PAD, rowOf(outRow) + HEAD]);
    travels.push({ part: exposed.name, carries: exposed.of, when: exposed.name, legs: [
      { from: corner(exposed.of), to: turning, cuts: [{ axis: "y", at: centre(graph)[1], becomes: inside(exposed) }] },
      { from: turning, to: corner(exposed.name), cuts: [{ axis: "x", at: valve[0], becomes: exposed.name }] },
    ] }); // prettier-ignore
  } else if (!line) {
    put(output, "state", second, outRow);
    const from = box(`${output}.function`);
    const x = second + cw / 2;
    run([[right(from), centre(from)[1]], [x, centre(from)[1]], [x, rowOf(outRow)]], output, output, output, "pipe"); // prettier-ignore
  }
  layout.prediction = { x: 0, y: rowOf(outRow), width: first + cw, height: height - rowOf(outRow) };
  run(
    [
      [box(output).x, level],
      [first + cw + 3, level],
    ],
    output,
    output,
    "prediction",
    "pipe",
  );
  return layout;
}

/**
 * All sizes, from the available space.
 * @param {Structure} structure
 * @param {number} width
 * @param {number} height
 */
function measure({ gates, line }, width, height) {
  const most = Math.floor((width - LANES - GAP - VALVE_GAP) / 3);
  const cell = clamp(Math.floor((most - 2 * PAD) / COLUMNS), 4, 14);
  const gw = cell * COLUMNS;
  const cw = gw + 2 * PAD;
  const spare = Math.max(width - LANES - 3 * cw, GAP + VALVE_GAP);
  const first = LANES;
  const second = Math.round(first + cw + spare * 0.25);
  const third = width - cw;

  const written = line ? gates.findIndex((gate) => gate.signal === line.written.of) : gates.length;
  const gateRows = gates.map((_, index) => (index > written ? index + 2 : index + 1));
  const writtenRow = written + 2;
  const outRow = gates.length + (line ? 2 : 1);
  const room = (height - TAIL - (line ? VALVE_ROOM : 0) - outRow * ROW_GAP) / (outRow + 1);
  const gh = ROWS * clamp(Math.floor((room - HEAD - FOOT) / ROWS), 4, cell + 2);
  const ch = HEAD + gh + FOOT;
  const gap = ROW_GAP + clamp(room - ch, 0, ROW_GAP);
  return {
    gw, gh, cw, ch, gateRows, writtenRow, outRow,
    gap, columns: /** @type {const} */ ([first, second, third]),
    /** @param {number} row */
    rowOf: (row) => Math.round(row * (ch + gap)) + (line && row >= writtenRow ? VALVE_ROOM : 0),
  }; // prettier-ignore
}
