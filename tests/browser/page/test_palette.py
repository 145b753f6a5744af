"""The colours of values: those of values with a sign belong to no signal."""

from __future__ import annotations

import math
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from app.recurrent.cells import CELLS
from tests.browser.modules import run

Colour = tuple[float, float, float]

ENDS = """({ scaleOf, stops }, theme, colour) => {
  const signal = { scale: "diverging", low: -1, high: 1, light: colour, dark: colour };
  return stops(scaleOf(signal, theme, 1), 2).map(([, end]) => end.match(/\\d+/g).map(Number));
}"""


def hue(colour: Colour) -> float:
    """The hue in OKLCH, in degrees. https://bottosson.github.io/posts/oklab/"""
    red, green, blue = (
        (part / 12.92) if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    m = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    s = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.428592205 * m + 0.4505937099 * s
    b = 0.0259040371 * long + 0.7827717662 * m - 0.808675766 * s
    return math.degrees(math.atan2(b, a)) % 360


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_of_a_sign_belong_to_no_signal(still: Page, theme: Literal["light", "dark"]) -> None:
    colours = {getattr(signal, theme) for cell in CELLS.values() for signal in cell.signals}
    ends: Any = run(still, "page/palette.js", ENDS, theme, "#000000")
    for end in ends:
        for signal in colours:
            red, green, blue = bytes.fromhex(signal[1:])
            between = abs(
                hue((end[0] / 255, end[1] / 255, end[2] / 255)) - hue((red / 255, green / 255, blue / 255))
            )
            assert min(between, 360 - between) >= 20, (end, signal)
