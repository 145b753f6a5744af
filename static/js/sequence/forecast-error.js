// @ts-check
/** How far forecasts are off over a whole sequence, beside the simplest forecast of all: as the step before. */

import { FORECASTS, VALUES } from "./series.js";

/** @typedef {import("../trace/trace.js").Trace} Trace */
/**
 * Mean absolute errors in the user's unit: of the network, and of persistence on the same steps; `steps` says how many.
 * @typedef {{ network: number, persistence: number, steps: number }} ForecastError
 */

/**
 * Over every step about which a forecast was made and whose number came; NaN if there are none.
 * @param {Pick<Trace, "received" | "value">} trace
 * @param {{ feature: number, output: number }} panel
 * @returns {ForecastError}
 */
export function forecastError(trace, { feature, output }) {
  let [network, persistence, steps] = [0, 0, 0];
  for (let step = 1; step < trace.received; step += 1) {
    const before = trace.value(VALUES, step - 1, feature);
    const came = trace.value(VALUES, step, feature);
    const error = Math.abs(trace.value(FORECASTS, step - 1, output) - came);
    if (Number.isNaN(error)) continue;
    network += error;
    persistence += Math.abs(before - came);
    steps += 1;
  }
  return { network: network / steps, persistence: persistence / steps, steps };
}
