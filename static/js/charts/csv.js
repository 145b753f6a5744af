// @ts-check
/** Tables as CSV (RFC 4180): commas, quotes where needed, lines that end in CR LF. */

/**
 * @param {Iterable<readonly string[]>} rows
 */
export function csvOf(rows) {
  return Array.from(rows, (row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** @param {string} text */
function field(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
