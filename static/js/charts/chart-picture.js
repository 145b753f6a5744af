// @ts-check
/** The frame of a chart that is exported as a picture: title, axes, colours of the current theme. */

import { clamp } from "../page/numbers.js";
import { colourOf, pageStyle } from "../page/dom.js";
import { say } from "../page/words.js";

/** @typedef {import("../page/scene.js").Scene} Scene */
/** @typedef {import("./plotly.js").Figure} Figure */

const WIDTH = 1200;
/** Height of a unit's row, and the least and greatest height of all rows (px). */
const [ROW, LEAST, MOST] = [6, 300, 1600];
/** Height of a panel of lines (px). */
const PANEL = 200;
const MARGIN = { l: 76, r: 24, t: 76, b: 68 };
/** Space for a unit's number (px). */
const NUMBER = 14;

/**
 * A heatmap of all units.
 * @param {Scene} scene
 * @param {string} title of the signal
 * @param {object} trace Plotly's, with its cells and colours
 * @param {number[]} rows the units, from the top
 * @returns {Figure}
 */
export function heatmapPicture(scene, title, trace, rows) {
  const inner = clamp(rows.length * ROW, LEAST, MOST);
  const every = Math.max(Math.ceil((rows.length * NUMBER) / inner), 1);
  const named = rows.map((_, row) => row).filter((row) => row % every === 0);
  const { ink, line, ...frame } = frameOf(scene, title, inner);
  const colorbar = { thickness: 16, outlinecolor: line, tickfont: { color: ink }, tickcolor: ink };
  return {
    data: [{ ...trace, showscale: true, colorbar }],
    layout: {
      ...frame,
      yaxis: {
        ...axisOf(say("picture.units"), ink, line),
        range: [rows.length - 0.5, -0.5],
        tickvals: named,
        ticktext: named.map((row) => String(rows[row])),
        showgrid: false,
      },
    },
  };
}

/**
 * Lines in stacked panels.
 * @param {Scene} scene
 * @param {string} title
 * @param {Figure} figure as shown on the page
 * @param {{ names: string[], titles: string[] }} words the lines' names, and each panel's title
 * @returns {Figure}
 */
export function linesPicture(scene, title, { data, layout }, { names, titles }) {
  const { ink, line, ...frame } = frameOf(scene, title, titles.length * PANEL);
  const axes = titles.map((panel, index) => {
    const name = index === 0 ? "yaxis" : `yaxis${index + 1}`;
    return [name, { .../** @type {object} */ (layout[name]), ...axisOf(panel, ink, line) }];
  });
  const lines = data.map((series, index) => ({ ...series, name: names[index] }));
  const legend = { font: { color: ink } };
  return {
    data: lines,
    layout: { ...frame, showlegend: true, legend, ...Object.fromEntries(axes) },
  };
}

/**
 * @param {Scene} scene
 * @param {string} title
 * @param {number} inner height in pixels
 */
function frameOf(scene, title, inner) {
  const { color: ink, backgroundColor: ground, fontFamily } = pageStyle();
  const line = colourOf("--line-strong");
  const { start, stop } = scene.range;
  return {
    ink,
    line,
    width: WIDTH,
    height: inner + MARGIN.t + MARGIN.b,
    margin: MARGIN,
    paper_bgcolor: ground,
    plot_bgcolor: ground,
    font: { family: fontFamily, size: 13, color: ink },
    title: { text: title, x: MARGIN.l / WIDTH, xanchor: "left", font: { size: 17, color: ink } },
    xaxis: {
      ...axisOf(say("picture.steps"), ink, line),
      range: [start, stop],
      showgrid: false,
      anchor: "free",
      position: 0,
    },
  };
}

/**
 * @param {string} text
 * @param {string} ink
 * @param {string} line
 */
function axisOf(text, ink, line) {
  return {
    visible: true,
    title: { text, font: { color: ink } },
    tickfont: { color: ink },
    ticks: "outside",
    tickcolor: ink,
    linecolor: line,
    gridcolor: colourOf("--line"),
    zerolinecolor: line,
  };
}
