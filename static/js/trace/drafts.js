// @ts-check
/**
 * Reads a text while it is being typed: one reading at a time, always of the latest text. `drafted` has each whole trace
 * as its detail, and `rest` the text once typing has paused, or once it cannot be read.
 */

import { Reading } from "./reading.js";
import { Trace } from "./trace.js";

/** @typedef {import("./reading.js").Source} Source */

/** Pause in typing after which the page shows the text (ms). */
const REST = 400;

export class Drafts extends EventTarget {
  /** @type {Source | null} what is wanted last */
  #wanted = null;
  /** @type {Reading | null} */
  #reading = null;
  #timer = 0;

  /** @param {Source} source the model and the text so far */
  read(source) {
    this.#wanted = source;
    clearTimeout(this.#timer);
    if (!this.#reading) this.#begin(source);
  }

  /** Forgets what has been typed. */
  stop() {
    clearTimeout(this.#timer);
    this.#wanted = null;
    this.#reading?.close();
    this.#reading = null;
  }

  /** @param {Source} source */
  #begin(source) {
    const reading = new Reading(
      source,
      () => ({ t: 0, speed: 1 }),
      (header) => new Trace(header),
    );
    this.#reading = reading;
    const end = () => {
      reading.close();
      if (reading !== this.#reading) return;
      this.#reading = null;
      if (reading.trace?.complete) this.#tell("drafted", reading.trace);
      const latest = this.#wanted;
      if (latest && latest !== source) this.#begin(latest);
      else this.#timer = setTimeout(() => this.#tell("rest", source.sequence), REST);
    };
    for (const name of ["done", "problem", "lost"]) reading.addEventListener(name, end);
    reading.connect();
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
