// @ts-check
/** One file that is dropped anywhere on the page, and a file or text that is pasted while no field has the focus. */

import { find } from "./dom.js";
import { say } from "./words.js";

/**
 * @typedef {object} Takes
 * @property {(file: File) => void} file
 * @property {(text: string) => void} text
 * @property {(problem: import("../trace/contracts.js").Problem) => void} refuse called with why nothing was taken: a
 *   folder, or more than one file
 */

const FIELDS = "input, textarea, select, [contenteditable]";

/**
 * @param {Takes} takes
 * @param {AbortSignal} life removes the listeners when aborted
 */
export function takeDrops(takes, life) {
  const target = find(document, ".drop-target", HTMLElement);
  const show = (/** @type {boolean} */ there) => {
    target.hidden = !there;
    document.documentElement.toggleAttribute("data-dropping", there);
  };
  const options = { signal: life, capture: true };
  for (const name of /** @type {const} */ (["dragenter", "dragover"])) {
    addEventListener(
      name,
      (event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
        show(true);
      },
      options,
    );
  }
  addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || show(false), options);
  addEventListener(
    "drop",
    (event) => {
      show(false);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      drop(/** @type {DataTransfer} */ (event.dataTransfer), takes);
    },
    options,
  );
  addEventListener("paste", (event) => paste(event, takes), { signal: life });
}

/**
 * @param {DataTransfer} transfer
 * @param {Takes} takes
 */
function drop({ items, files }, takes) {
  const folder = [...items].map((item) => item.webkitGetAsEntry()).find((entry) => entry?.isDirectory);
  if (folder) refuse(say("files.folder", { name: folder.name }), takes);
  else takeOne([...files], takes);
}

/**
 * @param {ClipboardEvent} event
 * @param {Takes} takes
 */
function paste({ target, clipboardData }, takes) {
  if (!clipboardData || (target instanceof Element && target.closest(FIELDS))) return;
  const text = clipboardData.getData("text/plain");
  if (clipboardData.files.length) takeOne([...clipboardData.files], takes);
  else if (text.trim()) takes.text(text);
}

/**
 * @param {File[]} files
 * @param {Takes} takes
 */
function takeOne([file, ...others], takes) {
  if (others.length) refuse(say("files.many", { count: others.length + 1 }), takes);
  else if (file) takes.file(file);
}

/**
 * @param {string} detail
 * @param {Takes} takes
 */
function refuse(detail, takes) {
  takes.refuse({ title: say("files.refused"), detail, expected: say("files.expected") });
}

/** @param {DragEvent} event */
function holdsFiles({ dataTransfer }) {
  return dataTransfer?.types.includes("Files") ?? false;
}
