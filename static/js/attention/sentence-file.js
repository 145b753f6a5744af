// @ts-check
/** Reads a sentence from a text file. The server tells its encoding, and texts from other files. */

import { say } from "../page/words.js";
import { JSON_FORM, parsed, upload } from "../sequence/upload.js";
import { ProblemError } from "../trace/api.js";
import { LONGEST } from "./translator.js";

/** The most bytes that a character takes, in any encoding. */
const WIDEST = 4;

/**
 * The text of a file.
 * @param {File} file
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 * @throws {ProblemError} if it is no text, or surely too long; also {@link DOMException} if it was aborted
 */
export async function readSentence(file, signal) {
  const { name, size } = file;
  if (size > WIDEST * (LONGEST + 1)) {
    throw refused(say("file.long", { name, bytes: size.toLocaleString("en") }));
  }
  const ask = async (/** @type {string} */ path) =>
    parsed(await upload(path, file, { form: JSON_FORM, signal }));
  const { kind, format } = await ask("/api/sequences/preview");
  if (kind !== "text") throw refused(say("file.numbers", { name, format }));
  return (await ask("/api/sequences")).sequence.text;
}

/** @param {string} detail */
function refused(detail) {
  const expected = say("file.expected", { most: LONGEST.toLocaleString("en") });
  return new ProblemError({ title: say("files.refused"), detail, expected });
}
