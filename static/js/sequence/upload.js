// @ts-check
/** Sends a file to the server to be read; progress is reported, and aborting stops the server's work too. */

import { rootPath } from "../page/dom.js";
import { ProblemError } from "../trace/api.js";

export const JSON_FORM = "application/json";
export const BUFFER_FORM = "application/octet-stream";

/**
 * @param {string} path such as "/api/sequences?rows=0:10"
 * @param {Blob} file
 * @param {{ form: string, signal: AbortSignal, sent?: (share: number) => void }} how the wanted form of the answer, and
 *   a callback for the share of the file that has been sent, from 0 to 1
 * @returns {Promise<ArrayBuffer>}
 * @throws {ProblemError} also {@link DOMException} if it was aborted
 */
export function upload(path, file, { form, signal, sent }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${rootPath()}${path}`);
    request.responseType = "arraybuffer";
    request.setRequestHeader("Accept", form);
    request.setRequestHeader("Content-Type", BUFFER_FORM);
    request.upload.addEventListener("progress", ({ loaded, total }) => sent?.(total ? loaded / total : 1));
    request.addEventListener("load", () => {
      if (request.status === 200) resolve(request.response);
      else reject(new ProblemError(problemIn(request)));
    });
    request.addEventListener("error", () => reject(new Error(file instanceof File ? file.name : "")));
    request.addEventListener("abort", () => reject(signal.reason));
    signal.addEventListener("abort", () => request.abort());
    if (signal.aborted) reject(signal.reason);
    else request.send(file);
  });
}

/**
 * The document in an answer in JSON.
 * @param {ArrayBuffer} answer
 * @returns {any}
 */
export function parsed(answer) {
  return JSON.parse(new TextDecoder().decode(answer));
}

/**
 * @param {XMLHttpRequest} request
 * @returns {import("../trace/contracts.js").Problem}
 */
function problemIn(request) {
  const kind = request.getResponseHeader("content-type") ?? "";
  if (kind.startsWith("application/problem+json")) return parsed(request.response);
  return { title: request.statusText, status: request.status, detail: request.responseURL };
}
