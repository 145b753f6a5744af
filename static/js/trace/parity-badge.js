// @ts-check
/** Whether the trace agrees with PyTorch's own numbers, where and by how much it differs, and how much has arrived. */

import { find, setAttribute, setText } from "../page/dom.js";
import { scientific } from "../page/numbers.js";
import { Part } from "../page/part.js";
import { say } from "../page/words.js";

/** @typedef {Pick<import("./trace.js").Trace, "agreement" | "disagreeing" | "notFinite" | "complete" | "received" | "extent">} Trace */
/**
 * @typedef {{ shown: { trace: Trace } | null, clock: import("../time/clock.js").Timekeeper,
 *   on: (change: "trace" | "chunk", listener: () => void, life: AbortSignal) => void }} Scene a scene of any page
 */
/** @typedef {"agrees" | "not-finite" | "differs" | "overflows"} Verdict */

/** At most this many ranges of steps are named. */
const NAMED = 3;

/** @extends {Part<Scene>} */
export class ParityBadge extends Part {
  /** @type {Trace | null} whose disagreement has been reported */
  #reported = null;

  /** @param {Scene} scene */
  connect(scene) {
    const mark = scene.clock.add(() => this.#draw(scene), this.life);
    scene.on("trace", mark, this.life);
    scene.on("chunk", mark, this.life);
  }

  /** @param {Scene} scene */
  #draw({ shown }) {
    if (!shown) return;
    const { trace } = shown;
    const badge = find(this, "[data-readout=parity]", HTMLElement);
    setAttribute(this, "data-verdict", verdictOf(trace));
    setAttribute(badge, "data-value", String(trace.agreement.difference));
    setText(badge, sentence(trace));
    setAttribute(this, "data-complete", String(trace.complete));
    setText(
      find(this, "[data-readout=received]", HTMLElement),
      say("parity.received", { received: trace.received, steps: trace.extent }),
    );
    this.#tell(trace);
  }

  /**
   * Reports once that a trace does not agree: the badge may be out of sight.
   * @param {Trace} trace
   */
  #tell(trace) {
    if (trace.agreement.agrees || trace === this.#reported) return;
    this.#reported = trace;
    const problem = { title: say("parity.problem"), detail: sentence(trace) };
    this.dispatchEvent(new CustomEvent("problem", { detail: problem, bubbles: true }));
  }
}

/**
 * @param {Trace} trace
 * @returns {Verdict}
 */
function verdictOf({ agreement, notFinite }) {
  if (!agreement.agrees) return agreement.difference === null ? "overflows" : "differs";
  return notFinite.count ? "not-finite" : "agrees";
}

/** @param {Trace} trace */
function sentence(trace) {
  const { agreement, disagreeing, notFinite, complete } = trace;
  const verdict = verdictOf(trace);
  const words = say(`parity.${verdict}`, {
    difference: scientific(agreement.difference ?? Number.NaN),
    where: placesOf(disagreeing),
    count: notFinite.count,
    step: notFinite.first,
  });
  return complete ? words : say("parity.running", { words });
}

/** @param {import("./trace.js").Steps[]} stretches */
function placesOf(stretches) {
  const named = stretches.slice(0, NAMED).map(({ start, stop }) => {
    return start === stop - 1
      ? say("parity.step", { step: start })
      : say("parity.steps", { start, last: stop - 1 });
  });
  return [...named, ...(stretches.length > NAMED ? ["…"] : [])].join(", ");
}
