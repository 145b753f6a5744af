// @ts-check
/** Redraws heavy charts one per task; each at most twice a second, and the slow ones less often. */

/** The least pause between two drawings of a chart: in ms, and as a multiple of the time that a drawing takes. */
const [SHORTEST_PAUSE, REST] = [500, 20];

export class ChartQueue {
  /** @type {Map<object, () => void>} */
  #waiting = new Map();
  /** @type {WeakMap<object, number>} when each may be drawn again */
  #rested = new WeakMap();
  #timer = 0;

  /**
   * Queues a chart for drawing; queuing it again before its turn only changes how it is drawn.
   * @param {object} chart
   * @param {() => void} draw
   */
  ask(chart, draw) {
    this.#waiting.set(chart, draw);
    this.#schedule();
  }

  #schedule() {
    clearTimeout(this.#timer);
    if (this.#waiting.size === 0) return;
    const now = performance.now();
    const pauses = [...this.#waiting.keys()].map((chart) => this.#due(chart) - now);
    this.#timer = setTimeout(() => this.#drawNext(), Math.max(Math.min(...pauses), 0));
  }

  #drawNext() {
    const now = performance.now();
    const next = [...this.#waiting].find(([chart]) => this.#due(chart) <= now);
    if (next) {
      const [chart, draw] = next;
      this.#waiting.delete(chart);
      draw();
      const drawn = performance.now();
      this.#rested.set(chart, drawn + Math.max(SHORTEST_PAUSE, REST * (drawn - now)));
    }
    this.#schedule();
  }

  /** @param {object} chart */
  #due(chart) {
    return this.#rested.get(chart) ?? -Infinity;
  }
}
