// @ts-check
/**
 * The dialog in which users give their own sequence: a file, or what they type or paste. It shows how the server
 * understood it, and lets them choose before it runs. Fires `give` with the model and the sequence. What is on the page
 * stays until the new run begins; then the dialog closes.
 */

import { find } from "../page/dom.js";
import { ask, problemOf, ProblemError } from "../trace/api.js";
import { say } from "../page/words.js";
import { Part } from "../page/part.js";
import { counted } from "./file-preview.js";
import { FileView } from "./file-view.js";
import { GiveFoot } from "./give-foot.js";
import { numbersIn, standardised } from "./given-numbers.js";
import { BUFFER_FORM, JSON_FORM, parsed, upload } from "./upload.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("../trace/contracts.js").Cell} Cell */
/** @typedef {import("../trace/contracts.js").Problem} Problem */
/** @typedef {import("./file-preview.js").FilePreview} FilePreview */
/** @typedef {import("./readers.js").ModelFacts} ModelFacts */
/** @typedef {{ content: Blob, name: string }} Given a file, or what was typed or pasted */
/** @typedef {"ask" | "wait" | "look"} Stage */

/** How many rows are shown first of a table that is too large as a whole. */
const BEGINNING = 1000;
/** Pause after a change before the choices are checked (ms). */
const REST = 250;

export class GiveDialog extends Part {
  #foot = new GiveFoot(this);
  /** @type {Given | null} */
  #given = null;
  /** @type {FileView | null} */
  #view = null;
  /** @type {ModelFacts[] | null} */
  #models = null;
  /** Ends what is under way: an upload, or a check of the choices. */
  #work = new AbortController();
  #timer = 0;
  /** @type {Problem | null} why the choices cannot run as long as gaps are not handled */
  #undecided = null;
  /** Whether a sequence was given that is not shown yet. */
  #gave = false;

  /** @param {Scene} scene */
  connect(scene) {
    // Closing lays the page out again, so it has a task of its own.
    const close = () => this.#gave && this.#dialog.close();
    scene.on("trace", () => this.#gave && setTimeout(close), this.life);
    this.#view = new FileView(this, scene, () => this.#changed());
    const picker = find(this, "input[type=file]", HTMLInputElement);
    picker.addEventListener("change", () => {
      const [file] = picker.files ?? [];
      if (file) void this.look({ content: file, name: file.name });
      picker.value = "";
    });
    const form = find(this, ".giving-type", HTMLFormElement);
    const area = find(form, "textarea", HTMLTextAreaElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.look({ content: new Blob([area.value]), name: say("give.name.typed") });
    });
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    for (const button of this.querySelectorAll("button[data-sample]")) {
      button.addEventListener("click", () => void this.#sample(button.getAttribute("data-sample") ?? ""));
    }
    this.#button("pick").addEventListener("click", () => picker.click());
    this.#button("close").addEventListener("click", () => this.#dialog.close());
    this.#button("again").addEventListener("click", () => this.open());
    this.#button("cancel").addEventListener("click", () => this.#turn(this.#view?.shown ? "look" : "ask"));
    this.#button("run").addEventListener("click", () => void this.#run());
    this.#dialog.addEventListener("close", () => this.#stop());
  }

  /** Shows what was given last, with its choices; asks for a sequence if there is nothing. */
  reopen() {
    if (!this.#view?.shown) {
      this.open();
      return;
    }
    this.#turn("look");
    void this.#check();
  }

  /** Asks for a sequence. */
  open() {
    this.#view?.clear();
    this.#turn("ask");
  }

  /**
   * Asks for another sequence, and says why nothing was taken.
   * @param {Problem} problem
   */
  decline(problem) {
    this.open();
    this.#foot.complain(problem);
  }

  /**
   * Shows how the server understands a file.
   * @param {Given} given
   */
  async look(given) {
    this.open();
    const { size } = given.content;
    const most = Number(this.#dialog.dataset.mostBytes);
    if (size > most) {
      const detail = say("give.large.detail", { bytes: counted(size) });
      const expected = say("give.large.expected", { most: counted(most) });
      this.#foot.complain({ title: say("files.refused"), detail, expected });
      return;
    }
    this.#given = given;
    await this.#during("ask", async (signal) => {
      this.#models ??= /** @type {ModelFacts[]} */ (
        (await (await ask("/api/models", { signal })).json()).models
      );
      const { file, problem } = await this.#beginning(signal);
      this.#view?.show(given.name, file, this.#models, { partial: problem !== null });
      this.#turn("look");
      if (problem) this.#foot.complain(problem);
      else await this.#check();
    });
  }

  /**
   * Shows why the sequence that was given cannot run. Returns whether it was this dialog's.
   * @param {Problem} problem
   */
  refuse(problem) {
    if (!this.#gave) return false;
    this.#turn("look");
    this.#foot.complain(problem);
    return true;
  }

  /**
   * The preview of a file; of one that is too large as a whole, of its first rows.
   * @param {AbortSignal} signal
   */
  async #beginning(signal) {
    try {
      return { file: await this.#preview("", signal), problem: null };
    } catch (error) {
      if (!(error instanceof ProblemError && error.problem.type?.endsWith("/too-large"))) throw error;
      const file = await this.#preview(`?rows=0:${BEGINNING}`, signal).catch(() => null);
      if (!file) throw error;
      return { file, problem: error.problem };
    }
  }

  /**
   * @param {string} query
   * @param {AbortSignal} signal
   * @returns {Promise<FilePreview>}
   */
  async #preview(query, signal) {
    return parsed(await this.#upload(`/api/sequences/preview${query}`, JSON_FORM, signal));
  }

  /**
   * @param {string} path
   * @param {string} form
   * @param {AbortSignal} signal
   */
  #upload(path, form, signal) {
    const content = this.#given?.content ?? new Blob();
    return upload(path, content, { form, signal, sent: (share) => this.#foot.progress(share) });
  }

  /** The user has changed a choice: it is checked once they pause. */
  #changed() {
    this.#stop();
    this.#foot.clear();
    this.#button("run").disabled = true;
    this.#timer = setTimeout(() => void this.#check(), REST);
  }

  /** Asks the server what the choices give, or why they are refused. */
  async #check() {
    const query = this.#view?.query();
    this.#button("run").disabled = true;
    if (query === undefined) {
      this.#foot.say(this.#view?.missing() ?? "");
      return;
    }
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.#foot.say(say("give.checking"));
    try {
      const file = await this.#preview(query, signal);
      this.#view?.update(file);
      this.#foot.say(this.#view?.summary(file) ?? "");
      const { problem = null, undecided } = file;
      this.#undecided = undecided ? problem : null;
      this.#button("run").disabled = Boolean(problem) && !undecided;
      if (problem && !undecided) this.#foot.complain(problem);
    } catch (error) {
      if (!signal.aborted) this.#foot.complain(problemOf(error));
    }
  }

  /** Fetches the chosen numbers, or the whole text, and gives them to the model. */
  async #run() {
    const view = this.#view;
    const query = view?.query();
    if (!view || query === undefined || !view.readers.valid) return;
    if (this.#undecided) {
      this.#foot.complain(this.#undecided);
      view.askForGaps();
      return;
    }
    await this.#during("look", async (signal) => {
      const numbers = view.kind === "numbers";
      const answer = await this.#upload(`/api/sequences${query}`, numbers ? BUFFER_FORM : JSON_FORM, signal);
      const sequence = numbers ? numbersIn(answer, view.names) : { text: parsed(answer).sequence.text };
      if ("values" in sequence && view.readers.standardises) sequence.read = standardised(sequence.values);
      const model = view.readers.model("features" in sequence ? sequence.features.length : 0);
      this.#gave = true;
      this.#foot.say(say("give.running"));
      this.#foot.wait({ busy: true, cancel: false });
      const { content, name } = /** @type {Given} */ (this.#given);
      const detail = { model, sequence, ...(content instanceof File && { name }) };
      this.dispatchEvent(new CustomEvent("give", { detail, bubbles: true }));
    });
  }

  /** @param {string} name */
  async #sample(name) {
    await this.#during("ask", async (signal) => {
      const content = await (await ask(`/samples/${name}`, { signal })).blob();
      await this.look({ content, name });
    });
  }

  /**
   * Does work that the user waits for and can cancel.
   * @param {Stage} before the stage to go back to if it fails
   * @param {(signal: AbortSignal) => Promise<void>} work
   */
  async #during(before, work) {
    this.#turn(before === "ask" ? "wait" : before);
    this.#work = new AbortController();
    const { signal } = this.#work;
    find(this, ".giving-body", HTMLElement).inert = true;
    this.#foot.wait({ busy: true, cancel: true });
    this.#button("run").hidden = true;
    this.#foot.say(say("give.reading"));
    try {
      await work(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#turn(before);
      this.#foot.complain(problemOf(error));
    }
  }

  /** Cancels what is under way. */
  #stop() {
    clearTimeout(this.#timer);
    this.#work.abort();
    this.#gave = false;
    this.#undecided = null;
  }

  /** @param {Stage} stage */
  #turn(stage) {
    this.#stop();
    this.#foot.clear();
    this.#foot.wait({ busy: false, cancel: false });
    find(this, ".giving-body", HTMLElement).inert = false;
    for (const section of this.querySelectorAll("section[data-stage]")) {
      section.toggleAttribute("hidden", section.getAttribute("data-stage") !== stage);
    }
    this.#button("run").hidden = stage !== "look";
    if (!this.#dialog.open) this.#dialog.showModal();
    find(this, "h2", HTMLElement).focus();
  }

  get #dialog() {
    return find(this, "dialog", HTMLDialogElement);
  }

  /** @param {string} name */
  #button(name) {
    return find(this, `button[data-give=${name}]`, HTMLButtonElement);
  }
}
