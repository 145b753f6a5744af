// @ts-check
/**
 * One sequence being read by one model: starts the stream, fills a trace, gives credit, and resumes after a lost
 * connection. Events: `first` (the trace has its first steps), `chunk`, `filled` (values of an overview), `done`, `lost`,
 * and `problem`.
 */

import { parityOf } from "./agreement.js";
import { allowance, leastGrant } from "./credit.js";
import { firstStep, isNumbers, labelled, runOf, startAt, stepsOf, valued } from "./sequence.js";
import { TraceStream } from "./trace-stream.js";
import { say } from "../page/words.js";

/** @typedef {import("./contracts.js").Generate} Generate */
/** @typedef {import("./contracts.js").Header} Header */
/** @typedef {import("./contracts.js").Problem} Problem */
/** @typedef {import("./safetensors.js").Parsed} Parsed */
/** @typedef {import("./sequence.js").Sequence} Sequence */
/** @typedef {import("./contracts.js").End} End */
/** @typedef {import("./stretches.js").States} States */
/** @typedef {import("./trace.js").Trace} Trace */
/** @typedef {import("./windows.js").Answers} Answers */
/**
 * What runs: a model's id or a sandbox, the sequence, and options of the model's task.
 * @typedef {{ model: string | { sandbox: import("./contracts.js").SandboxConfig }, sequence: Sequence, generate?: Generate,
 *   options?: Record<string, unknown> }} Run
 * @typedef {Run & { example?: string, given?: boolean, name?: string }} Source `example` is the id of the model's own
 *   example that the sequence is; `given` if the user gave it as a file or the like: then no address holds it; `name` is
 *   that of the file
 *
 * What a reading fills: a trace, or the traces of several parts.
 * @typedef {{ received: number, given: number, complete: boolean, append: (chunk: Parsed) => void,
 *   finish: (parity: import("./agreement.js").Parity) => void }} Growing
 *
 * What only a trace that does not hold every value has: what to ask for where it ends, what it wants around a moment, and
 * its own connections.
 * @typedef {{ next: () => ReturnType<typeof startAt>, around: (t: number) => void, close: () => void }} Overview
 */
/** @typedef {{ t: number, speed: number }} Watching the clock's time and speed */

/** A sequence of up to this many steps is read at once; for a longer one, the header is read first, to learn its size. */
const SURELY_SHORT = 1000;
/** A longer sequence is drawn this often while it is read, because each time all charts are drawn again. */
const PARTS = 20;
/** Pauses before each new attempt (ms). */
const PAUSES = [250, 500, 1000, 2000, 4000, 8000];

/** @template {Growing} [T=Trace] */
export class Reading extends EventTarget {
  /** @type {TraceStream | null} */
  #stream = null;
  #granted = 0;
  #attempts = 0;
  /** Whether the server closed an idle connection: it is reopened when more steps are wanted. */
  #hungUp = false;
  #timer = 0;
  #closed = false;
  /** The received steps that the page last drew of an overview. */
  #drawn = 0;
  /** Whether `first` has been fired. */
  #shown = false;
  /** @type {T & Overview | null} the trace, if it does not hold every value */
  #overview = null;
  /** @type {T | null} */
  trace = null;
  /** @type {End | null} what the server said at the end */
  end = null;
  /** @type {Problem | null} */
  problem = null;
  /**
   * What is left of the run after a lost connection, and the states that it begins from; null if it must be run from its
   * first step.
   * @type {((run: Run, trace: T) => { run: Run, states: States } | null) | null}
   */
  rest = null;

  /**
   * @param {Source} source
   * @param {() => Watching} watching
   * @param {(header: Header, answers: Answers) => T | Promise<T & Overview>} begun makes an empty trace; a promise if it
   *   does not hold every value
   */
  constructor(source, watching, begun) {
    super();
    this.source = source;
    this.watching = watching;
    this.begun = begun;
  }

  /**
   * @param {{ first: () => void, grew: (whole: boolean) => void, lost: () => void, failed: (problem: Problem) => void }} answers
   *   to its first steps, to more of them (the last call says that the trace is whole), to a connection that is lost and
   *   will be tried again, and to a problem or a connection that is lost for good
   */
  listen({ first, grew, lost, failed }) {
    this.addEventListener("first", first);
    this.addEventListener("chunk", () => grew(false));
    this.addEventListener("done", () => grew(true));
    this.addEventListener("lost", (event) => {
      const { again } = /** @type {CustomEvent<{ again: boolean }>} */ (event).detail;
      if (again) lost();
      else failed({ title: say("problem.unreachable") });
    });
    this.addEventListener("problem", () => failed(this.problem ?? { title: "" }));
  }

  /**
   * Begins with steps that have already arrived, such as those embedded in the page.
   * @param {Header} header
   * @param {Parsed} chunk
   */
  begin(header, chunk) {
    this.#open(header);
    this.#add(chunk);
  }

  /** Connects, and continues where the trace ends. */
  connect() {
    const from = this.trace?.received ?? 0;
    const whole = runOf(this.source);
    const { run, states } = (this.trace && this.rest?.(whole, this.trace)) ?? { run: whole, states: null };
    const { sequence } = run;
    const given = this.trace?.given ?? stepsOf(sequence);
    const waits = !this.trace && given > SURELY_SHORT;
    // Many numbers are sent once it is known how they are read.
    const asks = waits && isNumbers(sequence);
    const { fields, attached } =
      this.#overview?.next() ?? startAt(asks ? firstStep(sequence) : sequence, from, states);
    this.#hungUp = false;
    this.#granted = waits ? 0 : this.#allowance(from, given);
    this.#stream = new TraceStream(
      { ...run, ...fields, credit: waits ? 0 : this.#granted - from },
      {
        header: (header) => (asks ? this.#learn({ ...header, steps: given }) : this.#open(header)),
        chunk: (chunk) => this.#add(chunk),
        malformed: (error) => this.#refuse(error),
        done: (end) => this.#finish(end),
        problem: (problem) => this.#fail(problem),
        lost: () => this.#retry(),
      },
      attached,
    );
  }

  /** Gives the server as much credit as the moment allows. */
  grant() {
    this.#overview?.around(this.#shown ? this.watching().t : 0);
    if (!this.trace || this.trace.complete || !(this.#stream || this.#hungUp)) return;
    const allowed = this.#allowance(this.trace.received, this.trace.given);
    const least = leastGrant({ ...this.watching(), writes: Boolean(this.source.generate) });
    if (allowed - this.#granted < least) return;
    if (this.#stream) this.#stream.advance(allowed - this.#granted);
    else this.connect();
    this.#granted = allowed;
  }

  /** Asks the model to stop writing, or to stop reading. */
  stop() {
    this.#stream?.stop();
  }

  /** Disconnects for good. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#overview?.close();
  }

  /**
   * @param {number} received
   * @param {number} given
   */
  #allowance(received, given) {
    return allowance({ received, given, ...this.watching(), writes: Boolean(this.source.generate) });
  }

  /** @param {Header} header */
  #open(header) {
    if (this.trace) return;
    const trace = this.begun(labelled(header, this.source.sequence), {
      came: () => (this.#shown ? this.#tell("filled") : this.#grew()),
      failed: (problem) => this.#fail(problem),
      refused: (error) => this.#refuse(error),
    });
    if (trace instanceof Promise) {
      void this.#begin(trace);
      return;
    }
    this.trace = trace;
    this.grant();
  }

  /**
   * Runs many numbers, now that the header tells how they are read.
   * @param {Header} header
   */
  #learn(header) {
    this.#stream?.close();
    this.#stream = null;
    this.#open(header);
    if (this.trace) this.connect();
  }

  /**
   * Begins again, for an overview in place of every value.
   * @param {Promise<T & Overview>} coming
   */
  async #begin(coming) {
    this.#stream?.close();
    this.#stream = null;
    try {
      const trace = await coming;
      if (this.#closed) return;
      this.trace = this.#overview = trace;
      this.connect();
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** @param {Parsed} chunk */
  #add(chunk) {
    const trace = this.trace;
    if (!trace) return;
    trace.append(valued(chunk, this.source.sequence));
    this.#attempts = 0;
    this.grant();
    // An overview is shown once the values of its first steps are there, too.
    if (this.#overview && !this.#shown) return;
    const given = trace.given > SURELY_SHORT && trace.received <= trace.given;
    if (given && this.#shown && trace.received < this.#drawn + trace.given / PARTS) return;
    this.#drawn = trace.received;
    this.#grew();
  }

  #grew() {
    const first = !this.#shown;
    this.#shown = true;
    this.#tell(first ? "first" : "chunk");
  }

  /** @param {string} name */
  #tell(name) {
    this.dispatchEvent(new Event(name));
  }

  /**
   * Ends a stream that cannot be understood: a retry would give the same.
   * @param {unknown} error
   */
  #refuse(error) {
    this.#stream?.close();
    const detail = error instanceof Error ? error.message : String(error);
    this.#fail({ title: say("problem.malformed"), detail });
  }

  /** @param {End} end */
  #finish(end) {
    this.end = end;
    this.trace?.finish(parityOf(end));
    this.#tell("done");
  }

  /** @param {Problem} problem */
  #fail(problem) {
    this.#stream = null;
    this.#hungUp = problem.type?.endsWith("/idle") ?? false;
    if (this.#hungUp) return;
    this.problem = problem;
    this.#tell("problem");
  }

  #retry() {
    const pause = PAUSES[this.#attempts];
    this.#attempts += 1;
    this.#stream = null;
    if (pause !== undefined) this.#timer = setTimeout(() => this.connect(), pause);
    this.dispatchEvent(new CustomEvent("lost", { detail: { again: pause !== undefined } }));
  }
}
