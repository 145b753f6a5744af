// @ts-check
/**
 * Colours for values. Gates have a sequential scale in the hue of their signal, equally light at equal values; signals
 * that can be negative share one diverging scale around zero. Scales are even in OKLCH lightness.
 * https://bottosson.github.io/posts/oklab/
 */

import { clamp } from "./numbers.js";

/** @typedef {import("../trace/contracts.js").Signal} Signal */
/** @typedef {"light" | "dark"} Theme */
/** @typedef {[number, number, number]} Triple */
/**
 * A scale: `low` and `high` are the values at its ends, `pixels` 256 colours as canvas words (alpha, blue, green, red),
 * and `nan` the colour of NaN, which no value has.
 * @typedef {{ low: number, high: number, pixels: Uint32Array, nan: number }} Scale
 */

export const LEVELS = 256;

/** Lightness and chroma at a scale's quiet end and at its full end, on a light and on a dark background. */
const QUIET = { light: [0.975, 0.004], dark: [0.235, 0.012] };
const FULL = { light: [0.5, 0.17], dark: [0.79, 0.17] };
/** In a signal without bounds, a few large values would leave all others pale, so colour grows with the square root. */
const RISE = 0.5;
/** Black on a light background, white on a dark one. */
const NAN = { light: 0xff000000, dark: 0xffffffff };
const NEUTRAL_HUE = 255;
/** Hues that no signal has, and that people with red-green colour blindness can distinguish. */
const NEGATIVE_HUE = 125;
const POSITIVE_HUE = 318;

/**
 * @param {Signal} signal
 * @param {Theme} theme
 * @param {number} largest the largest absolute value, for a signal without bounds
 * @returns {Scale}
 */
export function scaleOf(signal, theme, largest) {
  const [low, high] = rangeOf(signal, largest);
  const pixels = new Uint32Array(LEVELS);
  const hue = toOklch(signal[theme])[2];
  const rise = signal.high === null ? RISE : 1;
  for (let level = 0; level < LEVELS; level += 1) {
    const share = level / (LEVELS - 1);
    const position = signal.scale === "sequential" ? share : 2 * share - 1;
    const signed = signal.scale === "sequential" ? hue : position < 0 ? NEGATIVE_HUE : POSITIVE_HUE;
    pixels[level] = word(ramp(Math.abs(position) ** rise, signed, theme));
  }
  return { low, high, pixels, nan: NAN[theme] };
}

/**
 * The colours of one unit over its own range: from quiet at its least to full at its greatest value, or, where values
 * have both signs, from quiet at zero to full at both ends.
 * @param {Signal} signal
 * @param {Theme} theme
 * @param {[number, number]} range the unit's least and greatest value
 * @returns {Scale}
 */
export function ownScale(signal, theme, [low, high]) {
  const pixels = new Uint32Array(LEVELS);
  const hue = toOklch(signal[theme])[2];
  const signed = signal.scale === "diverging" && low < 0;
  for (let level = 0; level < LEVELS; level += 1) {
    const share = level / (LEVELS - 1);
    const value = low + share * (high - low);
    if (!signed) pixels[level] = word(ramp(share, signal.scale === "diverging" ? POSITIVE_HUE : hue, theme));
    else if (value < 0) pixels[level] = word(ramp((value / low) ** RISE, NEGATIVE_HUE, theme));
    else pixels[level] = word(ramp(high > 0 ? (value / high) ** RISE : 0, POSITIVE_HUE, theme));
  }
  return { low, high: Math.max(high, low + Number.EPSILON), pixels, nan: NAN[theme] };
}

/**
 * The values at the ends of a signal's scale; without bounds it is symmetric around zero and holds every value.
 * @param {Signal} signal
 * @param {number} largest
 * @returns {[number, number]}
 */
export function rangeOf({ low, high }, largest) {
  if (low !== null && high !== null) return [low, high];
  return low === 0 ? [0, largest] : [-largest, largest];
}

/**
 * The index of a value's colour in its scale.
 * @param {Scale} scale
 * @param {number} value
 */
export function levelOf({ low, high }, value) {
  const share = (value - low) / (high - low);
  return clamp(Math.round(share * (LEVELS - 1)), 0, LEVELS - 1);
}

/**
 * A colour of a scale as CSS, faded towards the quiet colour for unread steps.
 * @param {Scale} scale
 * @param {number} level
 */
export function cssColour({ pixels }, level) {
  return css(unpack(pixels[level] ?? 0));
}

/**
 * A readable text colour on a colour of a scale.
 * @param {Scale} scale
 * @param {number} level
 */
export function inkOn({ pixels }, level) {
  return luminance(unpack(pixels[level] ?? 0)) > 0.18 ? "#101418" : "#ffffff";
}

/**
 * Evenly spaced colours from the low end to the high end, for a legend or a chart's colour scale.
 * @param {Scale} scale
 * @param {number} count
 * @returns {[number, string][]} position in [0, 1] and colour
 */
export function stops(scale, count) {
  return Array.from({ length: count }, (_, index) => {
    const share = index / (count - 1);
    return [share, cssColour(scale, Math.round(share * (LEVELS - 1)))];
  });
}

/**
 * @param {number} strength from 0, the quiet end, to 1
 * @param {number} hue in degrees
 * @param {Theme} theme
 * @returns {Triple} sRGB in [0, 1]
 */
function ramp(strength, hue, theme) {
  const [quietLightness = 0, quietChroma = 0] = QUIET[theme];
  const [fullLightness = 0, fullChroma = 0] = FULL[theme];
  const lightness = quietLightness + (fullLightness - quietLightness) * strength;
  // Chroma grows faster than lightness, so that small values already show their hue.
  const chroma = quietChroma + (fullChroma - quietChroma) * Math.sin((strength * Math.PI) / 2);
  return fromOklch([lightness, chroma, strength === 0 ? NEUTRAL_HUE : hue]);
}

/**
 * The nearest displayable colour of that lightness and hue.
 * @param {Triple} colour lightness, chroma, hue in degrees
 * @returns {Triple}
 */
function fromOklch([lightness, chroma, hue]) {
  const angle = (hue * Math.PI) / 180;
  for (let reduced = chroma; ; reduced = Math.max(reduced - 0.004, 0)) {
    const linear = toLinear(lightness, reduced * Math.cos(angle), reduced * Math.sin(angle));
    if (reduced === 0 || linear.every((part) => part >= -1e-4 && part <= 1 + 1e-4)) {
      return /** @type {Triple} */ (linear.map((part) => encode(clamp(part, 0, 1))));
    }
  }
}

/**
 * @param {number} lightness
 * @param {number} a
 * @param {number} b
 */
function toLinear(lightness, a, b) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/**
 * @param {string} hex such as "#5f3dc4"
 * @returns {Triple} lightness, chroma, hue in degrees
 */
function toOklch(hex) {
  const number = Number.parseInt(hex.slice(1), 16);
  const [red, green, blue] = unpack(((number & 255) << 16) | (number & 0xff00) | (number >> 16)).map(decode);
  if (red === undefined || green === undefined || blue === undefined) return [0, 0, 0];
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const b = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  const lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  return [lightness, Math.hypot(a, b), (Math.atan2(b, a) * 180) / Math.PI];
}

/** @param {number} part */
function encode(part) {
  return part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055;
}

/** @param {number} part */
function decode(part) {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

/** @param {Triple} colour */
function word([red, green, blue]) {
  const [r, g, b] = [red, green, blue].map((part) => Math.round(part * 255));
  return ((255 << 24) | ((b ?? 0) << 16) | ((g ?? 0) << 8) | (r ?? 0)) >>> 0;
}

/**
 * @param {number} pixel
 * @returns {Triple}
 */
function unpack(pixel) {
  return [(pixel & 255) / 255, ((pixel >> 8) & 255) / 255, ((pixel >> 16) & 255) / 255];
}

/** @param {Triple} colour */
function css(colour) {
  return `rgb(${colour.map((part) => Math.round(part * 255)).join(" ")})`;
}

/** @param {Triple} colour */
function luminance([red, green, blue]) {
  return 0.2126 * decode(red) + 0.7152 * decode(green) + 0.0722 * decode(blue);
}
