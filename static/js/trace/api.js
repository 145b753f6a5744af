// @ts-check
/** The JSON API: its responses, and its problems as errors. */

import { rootPath } from "../page/dom.js";
import { say } from "../page/words.js";
import { runOf, sent } from "./sequence.js";

/** @typedef {import("./contracts.js").Place} Place */
/** @typedef {import("./contracts.js").Problem} Problem */

export class ProblemError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

/**
 * @param {string} path such as "/api/models"
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 * @throws {ProblemError}
 */
export async function ask(path, options) {
  const response = await fetch(`${rootPath()}${path}`, options);
  if (response.ok) return response;
  if (response.headers.get("content-type")?.startsWith("application/problem+json")) {
    throw new ProblemError(/** @type {Problem} */ (await response.json()));
  }
  throw new ProblemError({ title: response.statusText, status: response.status, detail: response.url });
}

/**
 * A model with its vocabulary and examples.
 * @param {string} id
 * @returns {Promise<import("./contracts.js").Model>}
 */
export async function askModel(id) {
  return /** @type {import("./contracts.js").Model} */ (
    await (await ask(`/api/models/${encodeURIComponent(id)}`)).json()
  );
}

/**
 * A whole trace as a file.
 * @param {import("./reading.js").Source} source
 * @param {number} steps number of steps
 * @param {string} format
 */
export async function askTrace(source, steps, format) {
  return (await postRun(`/api/traces?format=${format}`, source, steps)).blob();
}

/**
 * All units, ordered by similarity in one signal.
 * @param {import("./reading.js").Source} source
 * @param {number} steps over which it is measured
 * @param {{ layer: number, direction: string, signal: string }} column
 * @returns {Promise<number[]>}
 */
export async function askOrder(source, steps, column) {
  const answer = await postRun("/api/orders", source, steps, { ...column, by: "similarity" });
  return /** @type {{ order: number[] }} */ (await answer.json()).order;
}

/**
 * The units of a run, ranked by how well they tell marked steps from the others.
 * @param {import("./reading.js").Source} source
 * @param {number} steps over which they are ranked
 * @param {readonly (readonly [number, number])[]} marked
 * @returns {Promise<{ units: (Omit<Place, "part"> & { signal: string, unit: number, auc: number, sign: number })[],
 *   steps: number, marked: number, chance: number }>}
 */
export async function askUnits(source, steps, marked) {
  return (await postRun("/api/units", source, steps, { marked })).json();
}

/**
 * What PyTorch does with a sandbox on its sequence.
 * @param {import("./reading.js").Source} source
 * @returns {Promise<import("../sandbox/facts.js").Facts>}
 */
export async function askSandbox({ model, sequence }) {
  return /** @type {import("../sandbox/facts.js").Facts} */ (
    await (await postSequence("/api/sandbox", sequence, { model })).json()
  );
}

/**
 * Posts a run up to a step.
 * @param {string} path
 * @param {import("./reading.js").Source} source
 * @param {number} steps
 * @param {object} [more] fields besides those of the run
 */
function postRun(path, source, steps, more) {
  return postSequence(path, source.sequence, { ...runOf(source), stop_step: steps, ...more });
}

/**
 * Posts a sequence with further fields, as JSON or, with attached numbers, as a form.
 * @param {string} path
 * @param {import("./sequence.js").Sequence} given
 * @param {object} fields
 */
function postSequence(path, given, fields) {
  const { sequence, attached } = sent(given);
  const body = JSON.stringify({ ...fields, sequence });
  if (!attached) return ask(path, { method: "POST", headers: { "content-type": "application/json" }, body });
  const form = new FormData();
  form.set("start", body);
  form.set("values", new Blob([attached]));
  return ask(path, { method: "POST", body: form });
}

/**
 * An error as a problem that can be shown.
 * @param {unknown} error
 * @returns {Problem}
 */
export function problemOf(error) {
  if (error instanceof ProblemError) return error.problem;
  return {
    title: say("problem.unreachable"),
    detail: error instanceof Error ? error.message : String(error),
  };
}
