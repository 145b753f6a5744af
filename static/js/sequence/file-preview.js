// @ts-check
/** How the server understood a file, in words and as a table. docs/api.md has the fields. */

import { find, setText } from "../page/dom.js";
import { withMinus } from "../page/numbers.js";
import { say } from "../page/words.js";

/** @typedef {{ every: number, least: (number | null)[], greatest: (number | null)[] }} ColumnPlot */
/**
 * @typedef {object} Column
 * @property {string} name
 * @property {"number" | "text" | "date" | "boolean" | "other"} type
 * @property {number} missing
 * @property {boolean} chosen
 * @property {number} [least]
 * @property {number} [greatest]
 * @property {ColumnPlot} [plot]
 *
 * @typedef {number | boolean | string | null} TableCell
 *
 * @typedef {object} FilePreview
 * @property {string} format
 * @property {"text" | "numbers"} kind
 * @property {Record<string, string | boolean>} understood
 * @property {number} [rows]
 * @property {number} [steps]
 * @property {number} [features]
 * @property {string} [labels]
 * @property {{ text?: string, columns?: Column[], rows?: TableCell[][] }} preview
 * @property {import("../trace/contracts.js").Problem} [problem]
 * @property {boolean} [undecided] whether only a way to handle gaps is missing
 */

/** The most columns whose first cells are shown. */
const SHOWN_COLUMNS = 40;
const TAB = "\t";

/** @param {Column} column */
export function isNumeric({ type }) {
  return type === "number" || type === "boolean";
}

/** @param {number} count */
export function counted(count) {
  return count.toLocaleString("en");
}

/**
 * How a file was understood, in a sentence.
 * @param {FilePreview} file
 */
export function describe({ format, kind, understood, steps, preview, rows }) {
  const { delimiter, decimal, header, encoding, dtype } = understood;
  const columns = preview.columns?.length ?? 0;
  const size =
    kind === "text"
      ? say("give.characters", { count: counted(steps ?? 0) })
      : say(columns === 1 ? "give.size.1" : "give.size", {
          rows: counted(rows ?? 0),
          columns: counted(columns),
        });
  const how = [
    delimiter &&
      columns > 1 &&
      say("give.understood.delimiter", { mark: say(`give.understood.mark.${delimiter}`) }),
    decimal === "," && say("give.understood.decimal"),
    header !== undefined && say(header ? "give.understood.header" : "give.understood.no-header"),
    dtype,
    encoding,
  ];
  const name = say(`give.format.${delimiter === TAB ? "tsv" : format}`);
  return `${[name, size, ...how.filter(Boolean)].join(", ")}.`;
}

/**
 * A column's type, range and number of gaps.
 * @param {Column} column
 */
export function figuresOf({ type, least, greatest, missing }) {
  const numbers = least !== undefined && greatest !== undefined && type === "number";
  const range = { low: shown(least ?? 0), high: shown(greatest ?? 0) };
  const kind = say(`give.kind.${type}`);
  const figures = numbers ? say(least === greatest ? "give.figures.constant" : "give.figures", range) : kind;
  return missing ? say("give.figures.gaps", { figures, missing: counted(missing) }) : figures;
}

/**
 * Fills a table with the first rows of a file.
 * @param {HTMLTableElement} table
 * @param {Column[]} columns
 * @param {TableCell[][]} rows
 * @param {number} first the number of the first row
 */
export function fillRows(table, columns, rows, first) {
  const few = columns.slice(0, SHOWN_COLUMNS);
  const names = few.map((column) => cell("th", column.name, [...numeric(column), "scope=col"]));
  find(table, "thead tr", HTMLElement).replaceChildren(cell("td", "", []), ...names);
  find(table, "tbody", HTMLElement).replaceChildren(
    ...rows.map((row, index) => {
      const line = document.createElement("tr");
      const values = few.map((column, place) => {
        const value = row[place] ?? null;
        if (value === null) return cell("td", say("give.gap"), [...numeric(column), "data-gap="]);
        return cell("td", shown(value), numeric(column));
      });
      line.append(cell("th", String(first + index), ["scope=row", "data-number="]), ...values);
      return line;
    }),
  );
}

/** @param {Column} column */
function numeric(column) {
  return isNumeric(column) ? ["data-number="] : [];
}

/** @param {number | boolean | string} value */
function shown(value) {
  return typeof value === "number" ? withMinus(String(Number(value.toPrecision(6)))) : String(value);
}

/**
 * @param {"th" | "td"} kind
 * @param {string} text
 * @param {string[]} attributes such as "scope=col"
 */
function cell(kind, text, attributes) {
  const element = document.createElement(kind);
  setText(element, text);
  for (const attribute of attributes) {
    const [name = "", value = ""] = attribute.split("=");
    element.setAttribute(name, value);
  }
  return element;
}
