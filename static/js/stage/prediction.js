// @ts-check
/** What the head makes of the output, at the end of the diagram: next tokens or classes as bars, or next values. */

import { setAttribute, setText } from "../page/dom.js";
import { withMinus } from "../page/numbers.js";
import { glyphOf } from "../sequence/tokens.js";
import { say } from "../page/words.js";
import { setNumber, svg } from "./svg.js";

/** @typedef {import("../trace/contracts.js").Entry} Entry */
/** @typedef {import("../trace/trace.js").Trace} Trace */
/**
 * A guess as it is shown: a token with its bar beside it, or a name (of a class or a value) with its bar below it. A
 * value has no probability.
 * @typedef {{ title: string, text: string, probability: number, number: string, named: boolean }} Guess
 */

const ROW = 22;
/** Width of a token: in a narrow box, and otherwise. */
const TOKEN = { narrow: 32, wide: 42 };
const NARROW = 120;
/** Longer tokens are written smaller. */
const SHORT = 2;
const NUMBER = 40;
/** The width of a character of a name and of its number. */
const [LETTER, DIGIT] = [6.7, 7.3];
/** The title can be read before anything is predicted. */
const NAMED = 0.85;

/**
 * @param {Trace} trace
 * @param {Entry[]} vocabulary
 * @param {number} step
 * @returns {Guess[]}
 */
export function guessesAt(trace, vocabulary, step) {
  const { classes, outputs } = trace.header;
  if (classes) {
    return classes.map((text, index) => {
      const probability = trace.value("prediction.probabilities", step, index);
      return { title: "stage.class", text, probability, number: wholePercent(probability), named: true };
    });
  }
  if (outputs) {
    return outputs.map((text, index) => {
      const value = trace.value("prediction.values", step, index);
      const number = Number.isNaN(value) ? "–" : withMinus(String(Number(value.toPrecision(4))));
      return { title: "stage.prediction", text, probability: Number.NaN, number, named: true };
    });
  }
  const count = trace.width("prediction.indices");
  return Array.from({ length: count }, (_, rank) => {
    const id = trace.value("prediction.indices", step, rank);
    const entry = vocabulary[id];
    const probability = trace.value("prediction.probabilities", step, rank);
    const text = entry ? glyphOf(entry).text : "";
    return { title: "stage.prediction", text, probability, number: wholePercent(probability), named: false };
  });
}

/**
 * @param {Element} root
 * @param {import("./geometry.js").Box} box
 * @returns {(guesses: Guess[], picture: { opacity: number, grow: number, focus: number }) => void}
 */
export function buildPrediction(root, { x, y, width, height }) {
  const start = width < NARROW ? TOKEN.narrow : TOKEN.wide;
  const group = svg("g", { class: "guesses" });
  const title = svg("text", { x: x + 2, y: y + 12, class: "card-title" });
  const light = svg("rect", {
    x: x - 5,
    y: y - 3,
    width: width + 8,
    height: Math.min(height + 3, 24 + 5 * ROW),
    rx: 7,
    class: "guess-light",
  });
  group.append(light, title);
  const count = Math.max(Math.min(Math.floor((height - 20) / ROW), 5), 0);
  const rows = Array.from({ length: count }, (_, rank) => {
    const top = y + 20 + rank * ROW;
    const token = svg("text", { y: top + 15, class: "guess-token" });
    const number = svg("text", { x: x + width, y: top + 15, class: "guess-number" });
    const [ground, bar] = ["ground", "bar"].map((name) => svg("rect", { class: `guess-${name}`, rx: 2 }));
    const bars = /** @type {SVGElement[]} */ ([ground, bar]);
    const row = svg("g", {}, [...bars, token, number]);
    group.append(row);
    return { row, top, token, bars, number };
  });
  root.append(group);
  const beside = { x: x + start, down: 6, height: 10, width: Math.max(width - start - NUMBER, 0) };
  const below = { x: x + 2, down: 18, height: 2.5, width: width - 2 };
  return (guesses, { opacity, grow, focus }) => {
    setNumber(title, "opacity", Math.max(opacity, NAMED));
    setNumber(light, "opacity", focus);
    setText(title, guesses[0] ? say(guesses[0].title) : "");
    rows.forEach(({ row, top, token, bars, number }, rank) => {
      const guess = guesses[rank];
      row.toggleAttribute("hidden", !guess);
      setNumber(row, "opacity", Math.min(grow * 2, 1));
      if (!guess) return;
      const { named, text, probability } = guess;
      const most = named ? Math.floor((width - guess.number.length * DIGIT - 8) / LETTER) : Infinity;
      setText(token, text.length > most ? `${text.slice(0, most - 1)}…` : text);
      setText(number, guess.number);
      setAttribute(token, "font-size", text.length > SHORT ? (named ? "11" : "9.5") : "13");
      setAttribute(token, "text-anchor", named ? "start" : "end");
      setNumber(token, "x", named ? x + 2 : x + start - 6);
      const room = named ? below : beside;
      const share = probability || 0;
      [1, share * grow].forEach((part, index) => {
        const one = /** @type {SVGElement} */ (bars[index]);
        setNumber(one, "x", room.x);
        setNumber(one, "y", top + room.down);
        setNumber(one, "height", Number.isNaN(probability) ? 0 : room.height);
        setNumber(one, "width", part * room.width);
      });
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
