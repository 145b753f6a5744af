// @ts-check
/** The layout of tokens: rows that break at the text's line breaks and at the width. */

/** @typedef {import("./tokens.js").Glyph} Glyph */
/**
 * Rows of tokens: `starts[r]` is the first token of row r (and the number of tokens after the last row), `rows[i]`
 * and `columns[i]` are the position of token i.
 * @typedef {{ starts: number[], rows: Uint32Array, columns: Uint16Array }} Layout
 */

/**
 * @param {Glyph[]} glyphs
 * @param {number} width number of columns in a row
 * @returns {Layout}
 */
export function layOut(glyphs, width) {
  const rows = new Uint32Array(glyphs.length);
  const columns = new Uint16Array(glyphs.length);
  const starts = [0];
  let column = 0;
  glyphs.forEach((glyph, index) => {
    const broken = index > 0 && glyphs[index - 1]?.kind === "newline";
    if (column > 0 && (broken || column + glyph.width > width)) {
      starts.push(index);
      column = 0;
    }
    rows[index] = starts.length - 1;
    columns[index] = column;
    column += glyph.width;
  });
  starts.push(glyphs.length);
  return { starts, rows, columns };
}

/**
 * The columns of the longest line of a text, if no line is broken.
 * @param {Glyph[]} glyphs
 */
export function longestOf(glyphs) {
  let [longest, column] = [1, 0];
  for (const { kind, width } of glyphs) {
    column += width;
    longest = Math.max(longest, column);
    if (kind === "newline") column = 0;
  }
  return longest;
}

/**
 * The rows visible in a view of the layout, plus one on either side.
 * @param {{ top: number, height: number }} view in pixels
 * @param {number} rowHeight in pixels
 * @param {number} count how many rows there are
 * @returns {{ from: number, to: number }} rows [from, to)
 */
export function rowsInView({ top, height }, rowHeight, count) {
  const from = Math.max(Math.floor(top / rowHeight) - 1, 0);
  const to = Math.min(Math.ceil((top + height) / rowHeight) + 1, count);
  return { from: Math.min(from, to), to };
}

/**
 * The token at a position: the last token of the row that begins at or before the column; null outside the rows.
 * @param {Layout} layout
 * @param {number} row
 * @param {number} column
 */
export function tokenAt({ starts, columns }, row, column) {
  const from = starts[row];
  const to = starts[row + 1];
  if (from === undefined || to === undefined || from >= to) return null;
  let step = to - 1;
  while (step > from && (columns[step] ?? 0) > column) step -= 1;
  return step;
}
