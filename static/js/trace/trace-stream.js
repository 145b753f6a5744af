// @ts-check
/** The client of the stream: one connection, one run. docs/stream.md describes the protocol. */

import { rootPath } from "../page/dom.js";
import { parseSafetensors } from "./safetensors.js";

/** @typedef {import("./contracts.js").Header} Header */
/** @typedef {import("./contracts.js").Problem} Problem */
/** @typedef {import("./safetensors.js").Parsed} Parsed */
/** @typedef {import("./reading.js").Run} Run */
/**
 * @typedef {Omit<Run, "sequence"> & { sequence: Record<string, unknown>, credit: number, from_step?: number,
 *   stop_step?: number }} Start
 *
 * @typedef {object} Listener callbacks of a run, in this order: header, chunks, and one of the last three
 * @property {(header: Header) => void} header
 * @property {(chunk: Parsed) => void} chunk
 * @property {(end: import("./contracts.js").End) => void} done
 * @property {(problem: Problem) => void} problem
 * @property {(error: unknown) => void} malformed called instead, for a message that cannot be understood
 * @property {() => void} lost the connection broke before the run's end
 */

const SUBPROTOCOL = "gatescope.v1";

export class TraceStream {
  #socket;
  #ended = false;

  /**
   * @param {Start} start
   * @param {Listener} listener
   * @param {ArrayBuffer | null} [attached] the numbers of an attached sequence
   */
  constructor(start, listener, attached = null) {
    const address = new URL(`${rootPath()}/api/stream`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.#socket = new WebSocket(address, SUBPROTOCOL);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.addEventListener("open", () => {
      this.#send(JSON.stringify({ type: "start", ...start }));
      if (attached) this.#send(attached);
    });
    this.#socket.addEventListener("message", ({ data }) => {
      if (this.#ended) return;
      try {
        this.#receive(data, listener);
      } catch (error) {
        listener.malformed(error);
      }
    });
    this.#socket.addEventListener("close", () => {
      if (!this.#ended) listener.lost();
      this.#ended = true;
    });
  }

  /**
   * Lets the server send more steps.
   * @param {number} steps
   */
  advance(steps) {
    this.#send(JSON.stringify({ type: "advance", steps }));
  }

  /** Asks the server to end the run; it answers with `done`. */
  stop() {
    this.#send(JSON.stringify({ type: "stop" }));
  }

  /** Disconnects; no more callbacks. */
  close() {
    this.#ended = true;
    this.#socket.close();
  }

  /** @param {string | ArrayBuffer} message */
  #send(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  /**
   * @param {string | ArrayBuffer} data
   * @param {Listener} listener
   */
  #receive(data, listener) {
    if (typeof data !== "string") {
      listener.chunk(parseSafetensors(data));
      return;
    }
    const message = JSON.parse(data);
    if (message.type === "header") listener.header(message);
    if (message.type !== "done" && message.type !== "error") return;
    this.#ended = true;
    if (message.type === "done") listener.done(message);
    else listener.problem(message.problem);
  }
}
