"""What is under the pointer is what is pointed at and chosen, at every position of a grid of cells."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.charts.panels import Charts
from tests.browser.explore import Explore, address

Open = Callable[..., Page]
TEXT = "def f(x):\n    return x"
UNITS = 128
PLACES = [(unit, 0.1) for unit in range(0, UNITS, 12)] + [(unit, 0.9) for unit in range(3, UNITS, 24)]
"""Units, and where in their cells, as a share of width and height: near its first or its last corner."""

# The unit in the card beside the pointer, and the chosen unit, as they are once an event has been handled.
SHOWN = """() => [Number(document.querySelector("value-tip [data-tip=unit]").textContent),
  Number(document.querySelector("signal-readouts input[name=unit]").value)]"""


@pytest.fixture
def page(open_page: Open) -> Page:
    """A window in which the diagram's pixels are not whole."""
    page = open_page(
        address(model="python-char-lm", text=TEXT, t=4.99, unit=64), viewport={"width": 1300, "height": 800}
    )
    Explore(page).expect_steps(len(TEXT) + 1)
    return page


@pytest.mark.parametrize("part", ["forget_gate", "cell_state"])
def test_a_click_in_the_diagram_chooses_the_unit_under_the_pointer(page: Page, part: str) -> None:
    strip = page.locator(f".strip[data-part={part}]")
    strip.focus()
    strip.press("Home")
    expect(strip).to_have_attribute("aria-valuenow", "0")
    strip.press("ArrowDown")
    expect(strip).not_to_have_attribute("aria-valuenow", "0")
    columns = int(strip.get_attribute("aria-valuenow") or 0)
    page.keyboard.press("Escape")
    strip.scroll_into_view_if_needed()
    rim = 2 * page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16")
    missed = []
    for unit, at in PLACES:
        box = strip.bounding_box()  # the sentence above may have one line more for another unit
        assert box
        wide, high = (box["width"] - 2 * rim) / columns, (box["height"] - 2 * rim) / (UNITS / columns)
        page.mouse.click(
            box["x"] + rim + (unit % columns + at) * wide, box["y"] + rim + (unit // columns + at) * high
        )
        pointed, chosen = page.evaluate(SHOWN)
        if (pointed, chosen) != (unit, unit):
            missed.append((unit, pointed, chosen))
    assert missed == []


def test_a_click_in_a_heatmap_chooses_the_unit_under_the_pointer(page: Page) -> None:
    steps = len(TEXT) + 1
    plot = Charts(page, steps, UNITS).heatmap("forget_gate")
    plot.scroll_into_view_if_needed()
    missed = []
    for unit, at in PLACES:
        box = plot.bounding_box()
        assert box
        page.mouse.click(
            box["x"] + (unit % steps + at) * box["width"] / steps,
            box["y"] + (unit + at) * box["height"] / UNITS,
        )
        pointed, chosen = page.evaluate(SHOWN)
        if (pointed, chosen) != (unit, unit):
            missed.append((unit, pointed, chosen))
    assert missed == []
