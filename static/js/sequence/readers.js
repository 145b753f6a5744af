// @ts-check
/** Which models can read a file, which columns of it they take, and why the others cannot. */

import { say } from "../page/words.js";
import { visible } from "./tokens.js";
import { isNumeric } from "./file-preview.js";

/** @typedef {import("./file-preview.js").FilePreview} FilePreview */
/** @typedef {import("./file-preview.js").Column} Column */
/**
 * What `GET /api/models` says about a model, as far as it matters here.
 * @typedef {{ id: string, title: string, task: string, codec: { kind: string, symbols?: string, unknown?: string,
 *   columns?: number, features?: string[] } }} ModelFacts
 *
 * The columns that a model takes: one, all that are chosen, a number of them in the user's order, or named ones.
 * @typedef {{ kind: "text" | "one" | "any" } | { kind: "exactly", names: string[] }
 *   | { kind: "named", names: string[], columns: number[] }} Takes
 *
 * A model that may read the file; `model` is null for a sandbox, `takes` is null if it cannot.
 * @typedef {{ model: string | null, title: string, note: string, takes: Takes | null }} Reader
 */

const SANDBOX_TITLE = "give.reader.sandbox";

/**
 * The models for a file's kind, those that can read it first.
 * @param {FilePreview} file
 * @param {ModelFacts[]} models
 * @returns {Reader[]}
 */
export function readersOf({ kind, preview }, models) {
  const { text = "", columns = [] } = preview;
  /** @type {Reader[]} */
  const readers = [];
  for (const facts of models) {
    const reading = kind === "text" ? ofText(facts, text) : ofNumbers(facts, columns);
    if (reading) readers.push({ model: facts.id, title: facts.title, ...reading });
  }
  const able = readers.filter(({ takes }) => takes);
  if (kind === "numbers" && columns.some(isNumeric)) able.push(sandbox());
  return [...able, ...readers.filter(({ takes }) => !takes)];
}

/**
 * The reader to begin with: the model on the page if it can read the file, or one that knows the columns by name, or
 * the first that can.
 * @param {Reader[]} readers
 * @param {string} [current] the model on the page
 */
export function firstReader(readers, current) {
  const able = readers.filter(({ takes }) => takes);
  return (
    able.find(({ takes }) => takes?.kind === "named") ??
    able.find(({ model }) => model === current) ??
    able.find(({ takes }) => takes?.kind !== "exactly") ??
    able[0]
  );
}

/** @returns {Reader} */
function sandbox() {
  return {
    model: null,
    title: say(SANDBOX_TITLE),
    note: say(`${SANDBOX_TITLE}.note`),
    takes: { kind: "any" },
  };
}

/**
 * @param {ModelFacts} facts
 * @param {string} text the beginning of the text
 * @returns {Pick<Reader, "note" | "takes"> | null} null for a model that reads no text, or writes another one
 */
function ofText({ task, codec }, text) {
  if (task !== "language-model" && task !== "classifier") return null;
  const other = codec.unknown === "refuse" && [...text].find((symbol) => !codec.symbols?.includes(symbol));
  if (!other) return { note: say(`give.reader.${task}`), takes: { kind: "text" } };
  const symbols = [...(codec.symbols ?? "")].map(visible).join(" ");
  return { note: say("give.reader.symbols", { symbols, other: visible(other) }), takes: null };
}

/**
 * @param {ModelFacts} facts
 * @param {Column[]} columns
 * @returns {Pick<Reader, "note" | "takes"> | null} null for a model that reads no numbers
 */
function ofNumbers({ task, codec }, columns) {
  if (task !== "forecaster") return null;
  const numbers = columns.filter(isNumeric);
  const count = codec.features?.length ?? codec.columns ?? 1;
  const names = codec.features ?? [];
  if (numbers.length < count) {
    return { note: say("give.reader.few", { count, has: numbers.length }), takes: null };
  }
  if (count === 1) return { note: say("give.reader.one"), takes: { kind: "one" } };
  const places = names.map((name) =>
    columns.findIndex((column) => column.name === name && isNumeric(column)),
  );
  const listed = names.join(", ");
  if (names.length && places.every((place) => place >= 0)) {
    return {
      note: say("give.reader.named", { names: listed }),
      takes: { kind: "named", names, columns: places },
    };
  }
  return { note: say("give.reader.many", { count, names: listed }), takes: { kind: "exactly", names } };
}
