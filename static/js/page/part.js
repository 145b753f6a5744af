// @ts-check
/** What every part of a page keeps to, so that parts can stand side by side, and a page is a list of them. */

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {{ new (): Part, prototype: Part, name: string }} Kind */
/**
 * What a picture tells of what is in it: `point` with null once nothing is pointed at any more.
 * @template Pointed
 * @template [Chosen=Pointed]
 * @typedef {{ point: (what: Pointed | null) => void, choose: (what: Chosen) => void }} Answers
 */

/**
 * A custom element that shows a scene.
 *
 * - **Scene**: it is given its scene once, by `connect`, and knows nothing else but the markup inside its own element.
 *   What it wants of the page it says by an event that bubbles, such as `problem`.
 * - **Drawing**: it draws only when its clock calls the function that it gave to `clock.add`: at most once a frame,
 *   while time moves or after it marked itself. The picture follows from the trace, the moment and the selection.
 * - **End**: it ends when its element leaves the document. All that it listens to outside of its element, it listens to
 *   with `life`, which is aborted then.
 */
export class Part extends HTMLElement {
  #life = new AbortController();

  /** Aborted when the part ends. */
  get life() {
    return this.#life.signal;
  }

  /** @param {Scene} _scene */
  connect(_scene) {
    throw new Error(`expected ${this.localName} to say how it is connected`);
  }

  disconnectedCallback() {
    this.#life.abort();
  }
}

/**
 * Gives a scene to all parts in a piece of a page.
 * @param {ParentNode} root
 * @param {Record<string, Kind>} kinds by the names of their elements, in the order in which they are told of changes
 * @param {Scene} scene
 */
export function mount(root, kinds, scene) {
  for (const [name, kind] of Object.entries(kinds)) {
    if (!customElements.get(name)) customElements.define(name, kind);
  }
  for (const name of Object.keys(kinds)) {
    for (const part of root.querySelectorAll(name)) /** @type {Part} */ (part).connect(scene);
  }
}
