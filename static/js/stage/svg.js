// @ts-check
/** Makes SVG, and changes it only where it differs. */

const SPACE = "http://www.w3.org/2000/svg";

/**
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | number>} [attributes]
 * @param {(Node | string)[]} [children]
 * @returns {SVGElementTagNameMap[Name]}
 */
export function svg(name, attributes = {}, children = []) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * A line through points with rounded corners.
 * @param {import("./geometry.js").Point[]} points
 * @param {number} [radius]
 */
export function linePath(points, radius = 7) {
  return points
    .map(([x, y], index) => {
      const last = points[index - 1];
      const next = points[index + 1];
      if (!last) return `M${x} ${y}`;
      if (!next) return `L${x} ${y}`;
      const [ax, ay] = towards([x, y], last, radius);
      const [bx, by] = towards([x, y], next, radius);
      return `L${ax} ${ay}Q${x} ${y} ${bx} ${by}`;
    })
    .join("");
}

/**
 * @param {import("./geometry.js").Point} from
 * @param {import("./geometry.js").Point} to
 * @param {number} distance
 */
function towards([x, y], [tx, ty], distance) {
  const length = Math.hypot(tx - x, ty - y) || 1;
  const share = Math.min(distance, length / 2) / length;
  return [x + (tx - x) * share, y + (ty - y) * share];
}

/** @type {WeakMap<Element, Map<string, number>>} */
const numbers = new WeakMap();

/**
 * Sets a numeric attribute, rounded to what can be seen, so that a still picture changes nothing. The last value is
 * cached here, which is faster than reading the element sixty times a second.
 * @param {Element} element
 * @param {string} name
 * @param {number} value
 */
export function setNumber(element, name, value) {
  const known = numbers.get(element) ?? new Map();
  if (known.size === 0) numbers.set(element, known);
  const rounded = Math.round(value * 100) / 100;
  if (known.get(name) === rounded) return;
  known.set(name, rounded);
  element.setAttribute(name, String(rounded));
}
