// @ts-check
/** A small picture of a column: the band between the least and greatest number of each bin, broken at gaps. */

/** @typedef {import("./file-preview.js").ColumnPlot} ColumnPlot */

/** Space above and below the band, so that its stroke is not cut. */
const MARGIN = 2;

/**
 * The band as SVG path data.
 * @param {ColumnPlot} plot
 * @param {number} width
 * @param {number} height
 */
export function bandPath({ least, greatest }, width, height) {
  const known = /** @param {number | null} number */ (number) => number !== null;
  const low = least.filter(known).reduce((one, other) => Math.min(one, other), Infinity);
  const high = greatest.filter(known).reduce((one, other) => Math.max(one, other), -Infinity);
  const span = high - low || 1;
  const place = width / Math.max(least.length, 1);
  const x = (/** @type {number} */ bin) => round((bin + 0.5) * place);
  const y = (/** @type {number} */ value) =>
    round(height - MARGIN - ((high > low ? value - low : 0.5) / span) * (height - 2 * MARGIN));
  return segments(least)
    .map(([start, stop]) => {
      const bins = Array.from({ length: stop - start }, (_, index) => start + index);
      const above = bins.map((bin) => `${x(bin)} ${y(greatest[bin] ?? 0)}`);
      const below = bins.map((bin) => `${x(bin)} ${y(least[bin] ?? 0)}`).reverse();
      if (bins.length === 1) above.push(`${round(x(start) + place / 2)} ${y(greatest[start] ?? 0)}`);
      return `M${[...above, ...below].join("L")}Z`;
    })
    .join("");
}

/**
 * The ranges of bins without gaps.
 * @param {(number | null)[]} bins
 */
function segments(bins) {
  /** @type {[number, number][]} */
  const found = [];
  bins.forEach((value, bin) => {
    const last = found.at(-1);
    if (value === null) return;
    if (last?.[1] === bin) last[1] = bin + 1;
    else found.push([bin, bin + 1]);
  });
  return found;
}

/** @param {number} place */
function round(place) {
  return Math.round(place * 100) / 100;
}
