// @ts-check
/** The contract of a page's parts. It lets a page be a list of parts, side by side. */

/** @typedef {import("./scene.js").Scene} Scene */
/**
 * @template [S=Scene]
 * @typedef {{ new (): Part<S>, prototype: Part<S>, name: string }} Kind
 */
/**
 * A picture's callbacks: `point` gets null when nothing is pointed at any more.
 * @template Pointed
 * @template [Chosen=Pointed]
 * @typedef {{ point: (what: Pointed | null) => void, choose: (what: Chosen) => void }} Answers
 */

/**
 * A custom element that shows a scene.
 *
 * - **Scene**: `connect` gives it its scene once; it knows only the scene and the markup inside its own element. It
 *   talks to the page by bubbling events, such as `problem`.
 * - **Drawing**: it draws only when its clock calls the function passed to `clock.add`: at most once a frame, while time
 *   moves or after it marked itself. The picture depends only on the trace, the moment and the selection.
 * - **End**: it ends when its element leaves the document. Listeners outside its element use `life`, which is aborted
 *   then.
 * @template [S=Scene] what it shows
 */
export class Part extends HTMLElement {
  #life = new AbortController();

  /** Aborted when the part ends. */
  get life() {
    return this.#life.signal;
  }

  /** @param {S} _scene */
  connect(_scene) {
    throw new Error(`expected ${this.localName} to say how it is connected`);
  }

  disconnectedCallback() {
    this.#life.abort();
  }
}

/**
 * Connects all parts inside an element to a scene.
 * @template S
 * @param {ParentNode} root
 * @param {Record<string, Kind<S>>} kinds by the names of their elements, in the order in which they learn of changes
 * @param {S} scene
 */
export function mount(root, kinds, scene) {
  for (const [name, kind] of Object.entries(kinds)) {
    if (!customElements.get(name)) customElements.define(name, kind);
  }
  for (const name of Object.keys(kinds)) {
    for (const part of root.querySelectorAll(name)) /** @type {Part<S>} */ (part).connect(scene);
  }
}
