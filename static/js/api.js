// @ts-check
/** The JSON API: what it answers, and its problems as errors. */

import { rootPath } from "./dom.js";
import { say } from "./words.js";

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
 * @param {number} steps at which it ends
 * @param {string} format
 */
export async function askTrace({ model, text, generate }, steps, format) {
  const body = JSON.stringify({ model, sequence: { text }, stop_step: steps, ...(generate && { generate }) });
  const headers = { "content-type": "application/json" };
  return (await ask(`/api/traces?format=${format}`, { method: "POST", headers, body })).blob();
}

/**
 * What went wrong, as a problem that can be shown.
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
