// @ts-check
/** Typed access to the page's markup. */

/**
 * The element of a selector; it must exist.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {{ new (): T, prototype: T, name: string }} type
 * @returns {T}
 */
export function find(root, selector, type) {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) {
    throw new Error(`expected ${type.name} at "${selector}", but got ${element?.tagName ?? "nothing"}`);
  }
  return element;
}

/**
 * A copy of the single element inside a <template>.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function stamp(root, selector) {
  const original = find(root, selector, HTMLTemplateElement).content.firstElementChild;
  if (!(original instanceof HTMLElement))
    throw new Error(`expected an element in the template "${selector}"`);
  return document.importNode(original, true);
}

/**
 * Copies of all elements inside a <template>.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function stampAll(root, selector) {
  const copy = document.importNode(find(root, selector, HTMLTemplateElement).content, true);
  return [...copy.children].filter((element) => element instanceof HTMLElement);
}

/**
 * Sets text only if it differs, so that redrawing an unchanged picture costs nothing.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * @param {Element} element
 * @param {ResizeObserverCallback} changed called immediately, and whenever its size changes
 * @param {AbortSignal} life ends the observation when aborted
 */
export function watchSize(element, changed, life) {
  const observer = new ResizeObserver(changed);
  observer.observe(element);
  life.addEventListener("abort", () => observer.disconnect());
}

/** The style of running text. */
export function pageStyle() {
  return getComputedStyle(document.body);
}

/** The page's type size in pixels. */
export function rem() {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

/** The path the application is served under, such as "" or "/gatescope" behind a proxy. */
export function rootPath() {
  return document.documentElement.dataset.root ?? "";
}

/**
 * Adds a stylesheet to the page; resolves when it applies.
 * @param {string} address
 * @returns {Promise<void>}
 */
export function stylesheet(address) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  return new Promise((resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => reject(new Error(`expected a stylesheet at ${address}`)));
    document.head.append(link);
  });
}

/**
 * The value of a custom property in the current stylesheet.
 * @param {string} name
 * @param {Element} [element]
 */
export function customProperty(name, element = document.documentElement) {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

/**
 * A custom property that is a colour, such as light-dark(…), resolved for a canvas and for Plotly.
 * @param {string} name
 */
export function colourOf(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  probe.style.forcedColorAdjust = "none";
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
