// @ts-check
/** What the head makes of the hidden state, at the end of the diagram: the likeliest next tokens as bars. */

import { setText } from "../dom.js";
import { percent } from "../numbers.js";
import { glyphOf } from "../tokens.js";
import { say } from "../words.js";
import { setNumber, svg } from "./svg.js";

/** @typedef {import("../contracts.js").Entry} Entry */
/** @typedef {import("../trace.js").Trace} Trace */
/** @typedef {{ text: string, probability: number }} Guess */

const ROW = 22;
const TOKEN = 30;
const NUMBER = 54;

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
 * @param {import("./layout.js").Box} box
 * @returns {(guesses: Guess[], picture: { opacity: number, grow: number }) => void}
 */
export function buildPrediction(root, { x, y, width, height }) {
  const group = svg("g", { class: "guesses" });
  group.append(svg("text", { x: x + 2, y: y + 12, class: "card-title" }, [say("stage.prediction")]));
  const count = Math.max(Math.min(Math.floor((height - 20) / ROW), 5), 0);
  const rows = Array.from({ length: count }, (_, rank) => {
    const top = y + 20 + rank * ROW;
    const token = svg("text", { x: x + TOKEN - 6, y: top + 15, class: "guess-token" });
    const room = Math.max(width - TOKEN - NUMBER, 0);
    const bar = svg("rect", { x: x + TOKEN, y: top + 6, width: 0, height: 10, rx: 2, class: "guess-bar" });
    const ground = svg("rect", {
      x: x + TOKEN,
      y: top + 6,
      width: room,
      height: 10,
      rx: 2,
      class: "guess-ground",
    });
    const number = svg("text", { x: x + width, y: top + 15, class: "guess-number" });
    group.append(ground, bar, token, number);
    return { token, bar, number, room };
  });
  root.append(group);
  return (guesses, { opacity, grow }) => {
    setNumber(group, "opacity", opacity);
    rows.forEach(({ token, bar, number, room }, rank) => {
      const guess = guesses[rank];
      setText(token, guess?.text ?? "");
      setText(number, guess ? percent(guess.probability) : "");
      setNumber(
        bar,
        "width",
        (guess?.probability || 0) * room * Math.max(grow, opacity < 1 && grow === 0 ? 1 : 0),
      );
    });
  };
}
