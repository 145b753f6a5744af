// @ts-check
/** The parts that show one step of an encoder or a decoder, as on Explore. */

import { CellArithmetic } from "../arithmetic/cell-arithmetic.js";
import { mount } from "../page/part.js";
import { ValueTip } from "../page/value-tip.js";
import { PredictionBars } from "../sequence/prediction-bars.js";
import { CellStage } from "../stage/cell-stage.js";
import { SignalReadouts } from "../units/signal-readouts.js";

/** @type {Record<string, import("../page/part.js").Kind>} */
const PARTS = {
  "cell-stage": CellStage,
  "signal-readouts": SignalReadouts,
  "cell-arithmetic": CellArithmetic,
  "prediction-bars": PredictionBars,
  "value-tip": ValueTip,
};

/**
 * @param {ParentNode} root
 * @param {import("../page/scene.js").Scene} scene
 */
export function mountCell(root, scene) {
  mount(root, PARTS, scene);
}
