// @ts-check
/** Plotly: loaded after the first picture, as a classic script, and laid over the painted canvases. */

/** @typedef {import("./chart-queue.js").ChartQueue} ChartQueue */
/** @typedef {{ data: object[], layout: Record<string, unknown> }} Figure */
/**
 * @typedef {object} Plotly the part of it that the page uses
 * @property {(element: HTMLElement, data: object[], layout: object, config: object) => Promise<unknown>} react
 * @property {(figure: Figure, how: object) => Promise<unknown>} downloadImage
 *
 * @typedef {HTMLElement & { on?: (event: string, listener: (change: Record<string, unknown>) => void) => void,
 *   removeAllListeners?: () => void }} Graph
 */

const CONFIG = { displayModeBar: false, doubleClick: false, showTips: false, responsive: false };

/**
 * @param {string} address of Plotly's bundle
 * @returns {Promise<Plotly>}
 */
export function loadPlotly(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve(/** @type {any} */ (globalThis).Plotly));
    script.addEventListener("error", () => reject(new Error(`expected Plotly at ${address}`)));
    document.head.append(script);
  });
}

/** One Plotly chart in front of a canvas with the same picture; it is hidden while out of date. */
export class PlotlyChart {
  /** @type {Plotly | null} */
  #plotly = null;
  #watched = false;

  /**
   * @param {Graph} element
   * @param {ChartQueue} queue
   * @param {() => Figure | null} figure what to draw; null when there is nothing
   * @param {(range: import("../time/time-range.js").Range | null) => void} zoom called when a range is dragged, or
   *   reset
   */
  constructor(element, queue, figure, zoom) {
    this.element = element;
    this.queue = queue;
    this.figure = figure;
    this.zoom = zoom;
  }

  /** @param {Plotly} plotly */
  use(plotly) {
    this.#plotly = plotly;
    this.refresh();
  }

  /**
   * Redraws the chart in its own task.
   * @param {{ hide?: boolean }} [how] `hide` if the current picture would be wrong
   */
  refresh({ hide = false } = {}) {
    if (hide) this.element.style.visibility = "hidden";
    if (this.#plotly) this.queue.ask(this, () => void this.#draw());
  }

  async #draw() {
    const figure = this.figure();
    if (!figure || !this.#plotly) return;
    await this.#plotly.react(this.element, figure.data, figure.layout, CONFIG);
    this.element.style.visibility = "";
    this.element.dataset.drawn = "";
    if (this.#watched) return;
    this.#watched = true;
    this.element.on?.("plotly_relayout", (change) => {
      const [start, stop] = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
      if (typeof start === "number" && typeof stop === "number") this.zoom({ start, stop });
    });
    this.element.on?.("plotly_doubleclick", () => this.zoom(null));
  }
}

/**
 * The layout that all charts share: no frame, and one time axis that can be zoomed by dragging.
 * @param {{ width: number, height: number, start: number, stop: number, zoom: boolean }} place
 */
export function bareLayout({ width, height, start, stop, zoom }) {
  return {
    width,
    height,
    margin: { l: 0, r: 0, t: 0, b: 0, pad: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    showlegend: false,
    hovermode: false,
    dragmode: zoom ? "zoom" : false,
    xaxis: { range: [start, stop], visible: false, fixedrange: !zoom },
  };
}
