// @ts-check
/**
 * What the diagram shows at a moment: a pure function of the layout, the values of the step, the fraction of it that
 * has passed, and the unit. Nothing here touches the DOM.
 */

import { inverse } from "./curve.js";
import { REST } from "../time/clock.js";
import { focus, HANDED, isKnown, mix, progress, within } from "./schedule.js";
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
 * `there` is how visible its number is: 0 before it is computed.
 * @typedef {{ part: string, opacity: number, focus: number, value: number, there: number }} CardPicture
 * @typedef {{ opacity: number, focus: number, run: number, strength: number }} WirePicture
 * @typedef {{ opacity: number, focus: number, open: number, mean: number }} ValvePicture
 *
 * A gate's sum: what came from the input and from the hidden state, and together.
 * @typedef {{ opacity: number, input: number, hidden: number, sum: number, parts: number, there: number }} SumPicture
 *
 * The path of the unit's value
 *   through a graph: `along` the input axis, `up` to the curve, `across` to the output.
 * @typedef {{ part: string, function: string, input: number, output: number, along: number, up: number,
 *   across: number, opacity: number, there: number, ahead: number }} CurvePicture
 * @typedef {{ sprites: Sprite[], cards: CardPicture[], wires: WirePicture[], valves: ValvePicture[],
 *   curves: CurvePicture[], sums: SumPicture[], plus: { opacity: number, focus: number }, lost: { at: Point, opacity: number } | null,
 *   prediction: { opacity: number, grow: number, focus: number } }} Picture
 *
 * Where the states before the step come from: the step drawn before it, whose picture ends with them; or they are there
 * (the first step); or elsewhere. `goes` if the next step drawn goes on from this one.
 * @typedef {{ comes: "back" | "there" | "elsewhere", goes: boolean }} Handing
 *
 * `calm` if the parts appear in their places and are not followed one by one.
 * @typedef {{ layout: Layout, structure: Structure, schedule: Schedule, calm: boolean }} Stage
 * @typedef {{ vectors: Vectors, pre: Map<string, import("./pre-activations.js").Weighed>, unit: number,
 *   largest: (part: string) => number, handing: Handing }} Values
 */

/** The opacity of a place that is still empty: its frame and its name. */
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
  const { layout, structure, schedule, calm } = stage;
  // At its end the picture makes room for the next step.
  const stays = 1 - within(fraction, REST, 1);
  /** @param {string} name */
  const done = (name) => progress(schedule.get(name), fraction);
  /** @param {string} name */
  const lit = (name) => (calm ? 0 : focus(schedule.get(name), fraction) * stays);
  /** @param {string} name */
  const faded = (name) => mix(FAINT, 1, done(name) * stays);
  /** @param {string | null} name */
  const there = (name) => (name === null || isKnown(schedule.get(name), fraction) ? stays : 0);
  const handed = values.handing.comes === "there" ? 1 : done(HANDED);
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
      there: settled === null ? (handed >= 1 ? stays : 0) : there(settled),
    };
  });

  const wires = layout.wires.map((wire) => ({
    opacity: mix(0.35, 1, done(wire.when) * stays),
    focus: lit(wire.when),
    run: within(fraction, schedule.get(wire.when)?.start ?? 0, schedule.get(wire.when)?.stop ?? 1),
    strength: done(wire.when) * stays * strengthOf(values, wire.carries),
  }));

  const valves = layout.valves.map(({ gate, complement, when }) => {
    const set = done(gate) * stays;
    const value = valueOf(values, gate);
    const mean = meansOf(values.vectors.get(gate)).mean;
    /** @param {number} open */
    const turned = (open) => mix(1, complement ? 1 - open : open, set) || 0;
    return { opacity: faded(gate), focus: lit(when), open: turned(value), mean: turned(mean) };
  });

  const curves = layout.cards.flatMap(({ part, curve }) =>
    curve ? [curveOf(stage, values, part, done, faded, stays)] : [],
  );

  const sums = layout.sums.map(({ gate }) => {
    const before = `${gate}.pre`;
    const { input = Number.NaN, hidden = Number.NaN } = values.pre.get(gate) ?? {};
    const sum = curves.find(({ part }) => part.replace(/\.function$/, "") === gate)?.input ?? Number.NaN;
    const parts = calm ? 0 : within(done(before), 0, 0.5) * stays;
    return { opacity: faded(before), input, hidden, sum, parts, there: there(before) };
  });

  return {
    cards, wires, valves, curves, sums,
    sprites: [...resting(stage, values.handing, done, stays), ...(calm ? [] : travelling(stage, done)), ...comingBack(stage, values.handing, done)],
    plus: { opacity: structure.line ? faded(structure.line.signal) : 0, focus: structure.line ? lit(structure.line.signal) : 0 },
    lost: calm ? null : lostAt(stage, done),
    prediction: { opacity: faded("prediction"), grow: done("prediction") * stays, focus: lit("prediction") },
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
 * @param {Handing} handing
 * @param {(name: string) => number} done
 * @param {number} stays
 * @returns {Sprite[]}
 */
function resting(stage, handing, done, stays) {
  return stage.layout.cards.flatMap(({ part, grid, role, curve }) => {
    if (!grid) return [];
    const settled = settling(stage, part);
    const handed = handing.comes === "there" ? 1 : done(HANDED);
    const arrived = handing.comes === "back" ? Number(handed >= 1) : handed;
    const there = settled === null ? arrived : done(settled);
    const travels = !stage.calm && stage.layout.travels.some((travel) => travel.part === part);
    const away = AWAY * (1 - there);
    const beside = curve !== null && curve.x < grid.x;
    /** @type {Point} a gate moves in from its curve, the input from above */
    const at = [grid.x, grid.y];
    if (role === "gate") at[beside ? 0 : 1] += beside ? -away : away;
    if (role === "input") at[1] -= away;
    // A strip that is still moving here has not arrived. The states stay until they go back.
    const kept = handing.goes && stage.structure.states.includes(part) ? 1 : stays;
    const opacity = (travels && there < 1 ? 0 : there) * kept;
    if (opacity === 0) return [];
    return [{ part, at, opacity, axis: "x", after: -Infinity, until: Infinity, travels: false }];
  });
}

/**
 * The states on their way from the end of one step to the beginning of the next: the recurrence.
 * @param {Stage} stage
 * @param {Handing} handing
 * @param {(name: string) => number} done
 * @returns {Sprite[]}
 */
function comingBack({ layout, structure }, { comes }, done) {
  const share = done(HANDED);
  if (comes !== "back" || share >= 1) return [];
  return structure.states.flatMap((state) => {
    const from = layout.cards.find(({ part }) => part === state)?.grid;
    const to = layout.cards.find(({ part }) => part === before(state))?.grid;
    if (!from || !to) return [];
    /** @type {Point} */
    const at = [mix(from.x, to.x, share), mix(from.y, to.y, share)];
    return [{ ...piece(before(state), at, "x", -Infinity, Infinity), travels: share > 0 }];
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
 * @param {number} stays
 * @returns {CurvePicture}
 */
function curveOf({ structure, schedule }, values, part, done, faded, stays) {
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
      there: Number(share >= 1) * stays,
      ahead: Number(share > 0) * stays,
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
    there: Number(squashed >= 1) * stays,
    ahead: Number(done(`${signal}.pre`) > 0) * stays,
  };
}

/**
 * How thick a pipe is: by the mean size of the values that it carries.
 * @param {Values} values
 * @param {string} part
 */
function strengthOf({ vectors, largest }, part) {
  return Math.sqrt(Math.min(meansOf(vectors.get(part)).size / largest(part), 1)) || 0;
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
