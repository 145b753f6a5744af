// @ts-check
/** The parts that only the sandbox needs. */

import { SandboxPanel } from "./sandbox-panel.js";

/** @type {Record<string, import("../page/part.js").Kind>} */
export const PARTS = { "sandbox-panel": SandboxPanel };
