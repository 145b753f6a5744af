// @ts-check
import { landscape } from "./landscape.js";
/** @param {any} a @param {any} b */
export const portrait = (a, b) => landscape(a, b);
