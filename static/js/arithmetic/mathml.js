// @ts-check
/** The part of MathML that equations need. */

/** @typedef {(Node | string)[]} Content */

const NAMESPACE = "http://www.w3.org/1998/Math/MathML";

/**
 * @param {string} name such as "mi"
 * @param {Content} content
 */
export function element(name, ...content) {
  const made = document.createElementNS(NAMESPACE, name);
  made.append(...content);
  return made;
}

/**
 * A symbol with an index.
 * @param {string} symbol
 * @param {Element} index
 */
export function subscript(symbol, index) {
  return element("msub", element("mi", symbol), index);
}

/**
 * A number directly under its symbol.
 * @param {Element} base
 * @param {Element} number
 */
export function under(base, number) {
  return element("munder", base, number);
}

/**
 * The index of a moment: t, or the step read before it.
 * @param {boolean} before
 * @param {string} direction of reading
 */
export function moment(before, direction) {
  if (!before) return element("mi", "t");
  const sign = direction === "backward" ? "+" : "−";
  return element("mrow", element("mi", "t"), element("mo", sign), element("mn", "1"));
}
