// @ts-check
/**
 * What the diagram shows at a moment: a pure function of the layout, the values of the step, the fraction of it that
 * has passed, and the unit. Nothing here touches the DOM.
 */

import { inverse } from "./curve.js";
import { focus, mix, progress, within } from "./schedule.js";
import { before, inside } from "./structure.js";

/** @typedef {import("./geometry.js").Layout} Layout */
/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./schedule.js").Schedule} Schedule */
/** @typedef {import("./structure.js").Structure} Structure */
/** @typedef {import("./values.js").Vectors} Vectors */
/**
 * A strip as drawn: the values of `part` at `at`, clipped to between `after` and `until`; a moving strip has its own
 * background.
 * @typedef {{ part: string, at: Point, opacity: number, axis: "x" | "y", after: number, until: number,
 *   travels: boolean }} Sprite
 *
 * @typedef {{ part: string, opacity: number, focus: number, value: number }} CardPicture
 * @typedef {{ opacity: number, focus: number, run: number, strength: number }} WirePicture
 * @typedef {{ opacity: number, focus: number, open: number, mean: number }} ValvePicture The path of the unit's value
 *   through a graph: `along` the input axis, `up` to the curve, `across` to the output.
 * @typedef {{ part: string, function: string, input: number, output: number, along: number, up: number,
 *   across: number, opacity: number }} CurvePicture
 * @typedef {{ sprites: Sprite[], cards: CardPicture[], wires: WirePicture[], valves: ValvePicture[],
 *   curves: CurvePicture[], plus: { opacity: number, focus: number }, lost: { at: Point, opacity: number } | null,
 *   prediction: { opacity: number, grow: number, focus: number } }} Picture
 *
 * @typedef {{ layout: Layout, structure: Structure, schedule: Schedule }} Stage
 * @typedef {{ vectors: Vectors, pre: Map<string, import("./pre-activations.js").Weighed>, unit: number, largest: (part: string) => number }} Values
 */

/** The opacity of what is not known yet. */
const FAINT = 0.34;
/** How far from its place a strip starts to move in (px). */
const AWAY = 10;

/**
 * @param {Stage} stage
 * @param {Values} values `pre`: the unit's pre-activations as far as they are known
 * @param {number} fraction of the step that has passed, in [0, 1]
 * @returns {Picture}
 */
export function pictureOf(stage, values, fraction) {
  const { layout, structure, schedule } = stage;
  /** @param {string} name */
  const done = (name) => progress(schedule.get(name), fraction);
  /** @param {string} name */
  const lit = (name) => focus(schedule.get(name), fraction);
  /** @param {string} name */
  const faded = (name) => mix(FAINT, 1, done(name));
  const reading = Math.max(
    lit("input"),
    ...structure.gates.map(({ signal }) => lit(weighs(schedule, signal))),
  );

  const leaving = [...layout.travels, ...layout.wires.filter(({ kind }) => kind === "control")];

  const cards = layout.cards.map(({ part, role }) => {
    const settled = settling(stage, part);
    const own = settled === null ? 0 : lit(settled);
    const earlier = part === before(structure.output) || part === "input" ? reading : 0;
    const used = leaving.filter(({ carries }) => carries === part).map(({ when }) => lit(when));
    return {
      part,
      opacity: role === "before" || settled === null ? 1 : faded(settled),
      focus: Math.max(own, earlier, ...used),
      value: valueOf(values, part),
    };
  });

  const wires = layout.wires.map((wire) => ({
    opacity: mix(0.35, 1, done(wire.when)),
    focus: lit(wire.when),
    run: within(fraction, schedule.get(wire.when)?.start ?? 0, schedule.get(wire.when)?.stop ?? 1),
    strength:
      Math.sqrt(Math.min(meansOf(values.vectors.get(wire.carries)).size / values.largest(wire.carries), 1)) ||
      0,
  }));

  const valves = layout.valves.map(({ gate, complement, when }) => {
    const set = done(gate);
    const value = valueOf(values, gate);
    const mean = meansOf(values.vectors.get(gate)).mean;
    /** @param {number} open */
    const turned = (open) => mix(1, complement ? 1 - open : open, set) || 0;
    return { opacity: faded(gate), focus: lit(when), open: turned(value), mean: turned(mean) };
  });

  const curves = layout.cards.flatMap(({ part, curve }) =>
    curve ? [curveOf(stage, values, part, done, faded)] : [],
  );

  return {
    cards, wires, valves, curves,
    sprites: [...resting(stage, done), ...travelling(stage, done)],
    plus: { opacity: structure.line ? faded(structure.line.signal) : 0, focus: structure.line ? lit(structure.line.signal) : 0 },
    lost: lostAt(stage, done),
    prediction: { opacity: faded("prediction"), grow: done("prediction"), focus: lit("prediction") },
  }; // prettier-ignore
}

/**
 * The name in the schedule for when a part becomes known; null if it was known before the step.
 * @param {Stage} stage
 * @param {string} part
 */
function settling({ structure, schedule }, part) {
  if (structure.states.some((state) => part === before(state))) return null;
  if (schedule.has(part)) return part;
  const { exposed } = structure;
  return exposed && part === inside(exposed) ? exposed.name : part.replace(/\.function$/, "");
}

/**
 * @param {Schedule} schedule
 * @param {string} signal
 */
function weighs(schedule, signal) {
  return schedule.has(`${signal}.recurrent`) ? `${signal}.recurrent` : `${signal}.pre`;
}

/**
 * The strips that are in place.
 * @param {Stage} stage
 * @param {(name: string) => number} done
 * @returns {Sprite[]}
 */
function resting(stage, done) {
  return stage.layout.cards.flatMap(({ part, grid, role, curve }) => {
    if (!grid) return [];
    const settled = settling(stage, part);
    const there = settled === null ? 1 : done(settled);
    const travels = stage.layout.travels.some((travel) => travel.part === part);
    const away = AWAY * (1 - there);
    const beside = curve !== null && curve.x < grid.x;
    /** @type {Point} a gate moves in from its curve, the input from above */
    const at = [grid.x, grid.y];
    if (role === "gate") at[beside ? 0 : 1] += beside ? -away : away;
    if (role === "input") at[1] -= away;
    // A strip that is still moving here is drawn faintly in its place.
    const opacity = travels && there < 1 ? FAINT : mix(FAINT, 1, there);
    return [{ part, at, opacity, axis: "x", after: -Infinity, until: Infinity, travels: false }];
  });
}

/**
 * The moving strips, in pieces where a valve or a function has already changed a part of them.
 * @param {Stage} stage
 * @param {(name: string) => number} done
 * @returns {Sprite[]}
 */
function travelling({ layout }, done) {
  return layout.travels.flatMap(({ carries, when, legs }) => {
    const share = done(when);
    if (share <= 0 || share >= 1) return [];
    const index = Math.min(Math.floor(share * legs.length), legs.length - 1);
    const leg = legs[index];
    if (!leg) return [];
    const along = share * legs.length - index;
    /** @type {Point} */
    const at = [mix(leg.from[0], leg.to[0], along), mix(leg.from[1], leg.to[1], along)];
    const passed = legs.slice(0, index).flatMap((earlier) => earlier.cuts);
    let part = passed.at(-1)?.becomes ?? carries;
    const axis = leg.cuts[0]?.axis ?? "x";
    const forward = axis === "x" ? leg.to[0] > leg.from[0] : leg.to[1] > leg.from[1];
    /** @type {Sprite[]} */
    const pieces = [];
    let behind = forward ? -Infinity : Infinity;
    for (const cut of leg.cuts) {
      pieces.push(piece(part, at, axis, behind, cut.at));
      behind = cut.at;
      part = cut.becomes;
    }
    pieces.push(piece(part, at, axis, behind, forward ? Infinity : -Infinity));
    return pieces;
  });
}

/**
 * @param {string} part
 * @param {Point} at
 * @param {"x" | "y"} axis
 * @param {number} one
 * @param {number} other
 * @returns {Sprite}
 */
function piece(part, at, axis, one, other) {
  return {
    part,
    at,
    opacity: 1,
    axis,
    after: Math.min(one, other),
    until: Math.max(one, other),
    travels: true,
  };
}

/**
 * What the forget gate erases drops out of the line and fades.
 * @param {Stage} stage
 * @param {(name: string) => number} done
 */
function lostAt({ layout, structure }, done) {
  if (!layout.lost || !structure.line) return null;
  const share = within(done(structure.line.kept.name), 0.3, 1);
  if (share <= 0 || share >= 1) return null;
  const { from, to } = layout.lost;
  return {
    at: /** @type {Point} */ ([mix(from[0], to[0], share), mix(from[1], to[1], share)]),
    opacity: Math.min(share * 5, 1) * (1 - share),
  };
}

/**
 * @param {Stage} stage
 * @param {Values} values
 * @param {string} part
 * @param {(name: string) => number} done
 * @param {(name: string) => number} faded
 * @returns {CurvePicture}
 */
function curveOf({ structure, schedule }, values, part, done, faded) {
  const { exposed } = structure;
  if (exposed && part === inside(exposed)) {
    const share = done(exposed.name);
    return {
      part,
      function: exposed.function ?? "",
      input: valueOf(values, exposed.of),
      output: valueOf(values, part),
      along: within(share, 0, 0.25),
      up: within(share, 0.25, 0.5),
      across: within(share, 0.5, 0.75),
      opacity: faded(exposed.name),
    };
  }
  const signal = part.replace(/\.function$/, "");
  const gate = structure.gates.find((candidate) => candidate.signal === signal);
  const name = gate?.function ?? "";
  const output = valueOf(values, signal);
  const squashed = done(signal);
  return {
    part,
    function: name,
    input: values.pre.get(signal)?.sum ?? inverse(name, output),
    output,
    along: schedule.has(`${signal}.pre`) ? done(`${signal}.pre`) : 1,
    up: within(squashed, 0, 0.5),
    across: within(squashed, 0.5, 1),
    opacity: faded(`${signal}.pre`),
  };
}

/**
 * @param {Values} values
 * @param {string} part
 */
function valueOf({ vectors, unit }, part) {
  return vectors.get(part)?.[unit] ?? Number.NaN;
}

/** @type {WeakMap<Float32Array, { mean: number, size: number }>} */
const means = new WeakMap();

/**
 * The mean of a vector's values and of their magnitudes; cached, because a vector stays for a whole step.
 * @param {Float32Array | undefined} vector
 */
function meansOf(vector) {
  const known = vector && means.get(vector);
  if (!vector?.length || known) return known ?? { mean: Number.NaN, size: 0 };
  const sums = vector.reduce((sum, value) => ({ mean: sum.mean + value, size: sum.size + Math.abs(value) }), {
    mean: 0,
    size: 0,
  });
  const result = { mean: sums.mean / vector.length, size: sums.size / vector.length };
  means.set(vector, result);
  return result;
}
