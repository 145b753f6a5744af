// @ts-check
/** The parts that only numbers and classifiers need, in the order in which they learn of changes. */

import { ClassPanel } from "./class-panel.js";
import { ForecastPanel } from "./forecast-panel.js";
import { InputPanel } from "./input-panel.js";
import { SeriesStrip } from "./series-strip.js";

/** @type {Record<string, import("../page/part.js").Kind>} */
export const PARTS = {
  "series-strip": SeriesStrip,
  "input-panel": InputPanel,
  "forecast-panel": ForecastPanel,
  "class-panel": ClassPanel,
};
