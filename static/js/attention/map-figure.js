// @ts-check
/** The attention map as Plotly draws it: on the page without a frame, and with words, title and scale as a picture. */

import { colourOf, pageStyle } from "../page/dom.js";
import { stops } from "../page/palette.js";
import { weightScale } from "./look.js";

/** @typedef {import("../charts/plotly.js").Figure} Figure */
/** @typedef {import("./labels.js").Label} Label */
/**
 * What the map shows; there may be more rows than targets while the decoder is writing.
 * @typedef {{ sources: Label[], targets: Label[], rows: number, weights: number[][],
 *   theme: import("../page/palette.js").Theme }} Content
 */

/** In the picture: pixels for each cell, and around all. */
const CELL = 44;
const MARGIN = { l: 130, r: 90, t: 150, b: 24 };

/**
 * @param {Content} content
 * @param {{ width: number, height: number }} size in pixels
 * @returns {Figure}
 */
export function mapFigure(content, size) {
  const axes = axesOf(content);
  return {
    data: [heatmapOf(content)],
    layout: {
      ...size,
      margin: { l: 0, r: 0, t: 0, b: 0, pad: 0 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      showlegend: false,
      hovermode: false,
      dragmode: false,
      xaxis: { ...axes.xaxis, showticklabels: false },
      yaxis: { ...axes.yaxis, showticklabels: false },
    },
  };
}

/**
 * @param {Content} content
 * @param {string} title
 * @returns {Figure}
 */
export function mapPicture(content, title) {
  const { color: ink, backgroundColor: ground, fontFamily } = pageStyle();
  const colorbar = { thickness: 16, tickfont: { color: ink }, outlinecolor: colourOf("--line-strong") };
  const axes = axesOf(content);
  return {
    data: [{ ...heatmapOf(content), showscale: true, colorbar }],
    layout: {
      width: content.sources.length * CELL + MARGIN.l + MARGIN.r,
      height: content.rows * CELL + MARGIN.t + MARGIN.b,
      margin: MARGIN,
      paper_bgcolor: ground,
      plot_bgcolor: ground,
      font: { family: fontFamily, size: 13, color: ink },
      title: { text: title, font: { size: 17, color: ink } },
      xaxis: { ...axes.xaxis, tickfont: { color: ink }, tickangle: -45 },
      yaxis: { ...axes.yaxis, tickfont: { color: ink } },
    },
  };
}

/** @param {Content} content */
function heatmapOf({ weights, theme }) {
  return {
    type: "heatmap",
    z: weights,
    zmin: 0,
    zmax: 1,
    zsmooth: false,
    colorscale: stops(weightScale(theme), 33),
    showscale: false,
    hoverinfo: "none",
    xgap: 1,
    ygap: 1,
  };
}

/** Source words across, target words down. @param {Content} content */
function axesOf({ sources, targets, rows }) {
  const axis = (/** @type {Label[]} */ labels) => ({
    tickvals: labels.map((_, index) => index),
    ticktext: labels.map(({ text }) => text),
    fixedrange: true,
    showgrid: false,
    zeroline: false,
  });
  return {
    xaxis: { ...axis(sources), range: [-0.5, sources.length - 0.5], side: "top" },
    yaxis: { ...axis(targets), range: [rows - 0.5, -0.5] },
  };
}
