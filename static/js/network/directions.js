// @ts-check
/** The parts that only networks with several layers or directions need. */

import { LayerChoice } from "./layer-choice.js";
import { OutputStrip } from "./output-strip.js";
import { PlaceHeatmaps } from "./place-heatmaps.js";

/** @type {Record<string, import("../page/part.js").Kind>} */
export const PARTS = {
  "layer-choice": LayerChoice,
  "output-strip": OutputStrip,
  "place-heatmaps": PlaceHeatmaps,
};
