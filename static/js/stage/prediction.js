// @ts-check
/** What the head makes of the hidden state, at the end of the diagram: the likeliest next tokens as bars. */

import { setAttribute, setText } from "../page/dom.js";
import { glyphOf } from "../sequence/tokens.js";
import { say } from "../page/words.js";
import { setNumber, svg } from "./svg.js";

/** @typedef {import("../trace/contracts.js").Entry} Entry */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/** @typedef {{ text: string, probability: number }} Guess */

const ROW = 22;
/** Width of a token: in a narrow box, and otherwise. */
const TOKEN = { narrow: 32, wide: 42 };
const NARROW = 120;
/** Longer tokens are written smaller. */
const SHORT = 2;
const NUMBER = 40;

/**
 * @param {Trace} trace
 * @param {Entry[]} vocabulary
 * @param {number} step
 * @returns {Guess[]}
 */
export function guessesAt(trace, vocabulary, step) {
  const count = trace.column("prediction.indices")?.width ?? 0;
  return Array.from({ length: count }, (_, rank) => {
    const id = trace.value("prediction.indices", step, rank);
    const entry = vocabulary[id];
    return {
      text: entry ? glyphOf(entry).text : "",
      probability: trace.value("prediction.probabilities", step, rank),
    };
  });
}

/**
 * @param {Element} root
 * @param {import("./geometry.js").Box} box
 * @returns {(guesses: Guess[], picture: { opacity: number, grow: number }) => void}
 */
export function buildPrediction(root, { x, y, width, height }) {
  const start = width < NARROW ? TOKEN.narrow : TOKEN.wide;
  const group = svg("g", { class: "guesses" });
  group.append(svg("text", { x: x + 2, y: y + 12, class: "card-title" }, [say("stage.prediction")]));
  const count = Math.max(Math.min(Math.floor((height - 20) / ROW), 5), 0);
  const rows = Array.from({ length: count }, (_, rank) => {
    const top = y + 20 + rank * ROW;
    const token = svg("text", { x: x + start - 6, y: top + 15, class: "guess-token" });
    const room = Math.max(width - start - NUMBER, 0);
    const bar = svg("rect", { x: x + start, y: top + 6, width: 0, height: 10, rx: 2, class: "guess-bar" });
    const ground = svg("rect", {
      x: x + start,
      y: top + 6,
      width: room,
      height: 10,
      rx: 2,
      class: "guess-ground",
    });
    const coming = svg("rect", {
      x: x + start,
      y: top + 6,
      width: 0,
      height: 10,
      rx: 2,
      class: "guess-coming",
    });
    const number = svg("text", { x: x + width, y: top + 15, class: "guess-number" });
    const row = svg("g", {}, [ground, coming, bar, token, number]);
    group.append(row);
    return { row, token, bar, coming, number, room };
  });
  root.append(group);
  return (guesses, { opacity, grow }) => {
    setNumber(group, "opacity", opacity);
    rows.forEach(({ row, token, bar, coming, number, room }, rank) => {
      const guess = guesses[rank];
      row.toggleAttribute("hidden", !guess);
      if (!guess) return;
      setText(token, guess.text);
      setAttribute(token, "font-size", guess.text.length > SHORT ? "9.5" : "13");
      setText(number, wholePercent(guess.probability));
      setNumber(coming, "width", (guess.probability || 0) * room);
      setNumber(bar, "width", (guess.probability || 0) * room * grow);
    });
  };
}

/**
 * A probability short enough to fit beside its bar; the predictions panel shows it in full.
 * @param {number} probability
 */
function wholePercent(probability) {
  if (!Number.isFinite(probability)) return "–";
  return probability > 0 && probability < 0.005 ? "<1 %" : `${Math.round(probability * 100)} %`;
}
