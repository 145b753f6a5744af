// @ts-check
/** The marked steps of a sequence, and the unit whose colours are tried on it. Events: `marks`, `tried`. */

/** @typedef {import("../page/scene.js").Selection} Selection */
/** @typedef {[number, number]} Stretch the steps [start, stop) */

export class Marks extends EventTarget {
  /** @type {readonly Stretch[]} */
  #stretches = [];
  /** @type {{ anchor: number, base: readonly Stretch[], adds: boolean } | null} */
  #begun = null;
  /** @type {Selection | null} */
  #tried = null;

  /** The marked stretches in their order; none touches another. */
  get stretches() {
    return this.#stretches;
  }

  /** How many steps are marked. */
  get count() {
    return this.#stretches.reduce((sum, [start, stop]) => sum + stop - start, 0);
  }

  /** Whether a stretch is being drawn, so that it may still change. */
  get drawing() {
    return this.#begun !== null;
  }

  /** The unit and signal whose colours the sequence shows while they are pointed at in a list. */
  get tried() {
    return this.#tried;
  }

  /** @param {number} step */
  has(step) {
    return this.#stretches.some(([start, stop]) => step >= start && step < stop);
  }

  /**
   * Begins a stretch at a step: it is added, or taken away if the step is marked already.
   * @param {number} anchor
   */
  begin(anchor) {
    this.#begun = { anchor, base: this.#stretches, adds: !this.has(anchor) };
    this.reach(anchor);
  }

  /**
   * Draws the stretch from where it began up to a step, that step included.
   * @param {number} step
   */
  reach(step) {
    if (!this.#begun) return;
    const { anchor, base, adds } = this.#begun;
    const stretch = /** @type {Stretch} */ ([Math.min(anchor, step), Math.max(anchor, step) + 1]);
    this.#stretches = adds ? joined([...base, stretch]) : without(base, stretch);
    this.#tell("marks");
  }

  end() {
    this.#begun = null;
    this.#tell("marks");
  }

  /**
   * Marks a stretch besides those that are marked.
   * @param {Stretch} stretch
   */
  add(stretch) {
    this.#begun = null;
    this.#stretches = joined([...this.#stretches, stretch]);
    this.#tell("marks");
  }

  clear() {
    this.#begun = null;
    this.try(null);
    if (this.#stretches.length === 0) return;
    this.#stretches = [];
    this.#tell("marks");
  }

  /**
   * Shows a unit's colours on the sequence, whatever is chosen or pinned; null shows those again.
   * @param {Selection | null} spot
   */
  try(spot) {
    if (spot === this.#tried) return;
    this.#tried = spot;
    this.#tell("tried");
  }

  /** @param {string} change */
  #tell(change) {
    this.dispatchEvent(new Event(change));
  }
}

/**
 * The same steps as stretches that do not touch, in their order.
 * @param {readonly Stretch[]} stretches
 * @returns {Stretch[]}
 */
export function joined(stretches) {
  /** @type {Stretch[]} */
  const apart = [];
  for (const [start, stop] of stretches.toSorted(([one], [other]) => one - other)) {
    const last = apart.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], stop);
    else apart.push([start, stop]);
  }
  return apart;
}

/**
 * The stretches without the steps of another one.
 * @param {readonly Stretch[]} stretches
 * @param {Stretch} taken
 * @returns {Stretch[]}
 */
function without(stretches, [from, to]) {
  return stretches.flatMap(([start, stop]) => {
    const left = /** @type {Stretch} */ ([start, Math.min(stop, from)]);
    const right = /** @type {Stretch} */ ([Math.max(start, to), stop]);
    return [left, right].filter(([first, last]) => first < last);
  });
}
