"""Zooming in time by buttons, keys, wheel and fingers, always in all charts together."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.charts.panels import Charts
from tests.browser.explore import address

Open = Callable[..., Page]
TEXT = "a" * 20 + "b" * 19  # with the start token, 40 steps


@pytest.fixture
def charts(return_to: Open) -> Charts:
    return opened(return_to)


def opened(open_page: Open, **options: Any) -> Charts:
    view = address(model="counter", text=TEXT, t=20, unit=0, signal="cell_state")
    charts = Charts(open_page(view, reduced_motion="reduce", **options), 40, 3)
    charts.explore.expect_steps(40)
    charts.explore.press("0")
    return charts


def test_buttons_and_keys_zoom_around_the_current_step(charts: Charts) -> None:
    charts.explore.button("Zoom in around the current step").click()
    charts.expect_sight(10, 31)  # [10.25, 30.25): two steps are partly visible
    charts.explore.press("0")
    charts.expect_sight(0, 40)
    charts.explore.press("+", "+")
    charts.expect_sight(15, 26)
    charts.explore.press("-", "-")
    charts.expect_sight(0, 40)
    expect(charts.explore.button("All")).to_be_disabled()


def test_zooming_brings_the_current_step_back_into_sight(charts: Charts) -> None:
    charts.explore.press("+", "+")
    charts.explore.press("Home")
    expect(charts.page.locator("gate-heatmaps .cursor")).to_be_hidden()
    charts.explore.press("+")
    charts.expect_sight(0, 5)
    charts.explore.button("Later").click()
    charts.expect_sight(2, 8)
    charts.explore.button("Earlier").click()
    charts.expect_sight(0, 5)


def test_the_wheel_zooms_with_ctrl_and_pans_sideways(charts: Charts) -> None:
    plot = charts.heatmap("forget_gate")
    plot.hover(position=charts.place(plot, 0, 0.5))
    page = charts.page
    before = page.evaluate("scrollY")
    page.keyboard.down("Control")
    page.mouse.wheel(
        0, 500 * math.log(19.5 / 40)
    )  # the range becomes exp(0.002 · δ) times as long: [0, 19.5)
    page.keyboard.up("Control")
    page.wait_for_function("() => document.querySelector('.heatmap-plot canvas').width === 20")
    assert page.evaluate("scrollY") == before
    charts.expect_sight(0, 20)
    width = plot.evaluate("element => element.getBoundingClientRect().width")
    plot.hover(position=charts.place(plot, 0.5, 0.5))
    page.mouse.wheel(width * 4.4 / 19.5, 0)
    charts.expect_sight(4, 24)  # [4.4, 23.9)


def test_dragging_over_plotly_zooms_every_chart(charts: Charts) -> None:
    charts.explore.expect_plotly()
    plot = charts.heatmap("cell_state")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    charts.page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 20)
    charts.page.mouse.down()
    charts.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 22, steps=4)
    charts.page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 22, steps=4)
    charts.page.mouse.up()
    charts.page.wait_for_function(
        """() => new Set([...document.querySelectorAll(".heatmap-plot canvas")].map((each) => each.width)).size === 1
          && document.querySelector(".heatmap-plot canvas").width < 23"""
    )
    charts.page.mouse.dblclick(box["x"] + box["width"] * 0.5, box["y"] + 20)
    charts.explore.press("0")
    charts.expect_sight(0, 40)


def test_two_fingers_zoom_and_one_finger_pans(open_page: Open) -> None:
    charts = opened(open_page, has_touch=True)
    plot = charts.heatmap("input_gate")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    session = charts.page.context.new_cdp_session(charts.page)

    def touch(kind: str, *places: float) -> None:
        points = [
            {"x": box["x"] + box["width"] * along, "y": box["y"] + 30, "id": finger}
            for finger, along in enumerate(places)
        ]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.375, 0.625)
    for spread in (0.15, 0.2, 0.25):
        touch("touchMove", 0.5 - spread, 0.5 + spread)
    touch("touchEnd")
    charts.page.wait_for_function("() => document.querySelector('.heatmap-plot canvas').width <= 21")
    touch("touchStart", 0.75)
    for along in (0.65, 0.55, 0.5):
        touch("touchMove", along)
    touch("touchEnd")
    # 20 of 40 steps were visible, from step 10; a quarter of the width further, it is from step 15.
    expect(charts.page.locator(".time-axis [data-kind=step]").first).to_have_text("15")


def test_one_signal_is_opened_large_and_its_rows_are_zoomed(open_page: Open) -> None:
    text = "x = 1"
    page = open_page(address(model="python-char-lm", text=text, t=3, unit=100), reduced_motion="reduce")
    charts = Charts(page, len(text) + 1, 128)
    charts.explore.expect_steps(charts.steps)
    page.locator("select[name=large]").select_option("Forget gate, large")
    shown = page.locator("gate-heatmaps .chart-row:visible")
    expect(shown).to_have_count(1)
    rows = page.locator("gate-heatmaps [data-readout=rows]")
    expect(rows).to_have_text("128 of 128 units")
    for count in (64, 32, 16):
        charts.explore.button("Fewer units, around the chosen one").click()
        expect(rows).to_have_text(f"{count} of 128 units")
    numbers = page.locator("gate-heatmaps [data-signal=forget_gate] .row-numbers span")
    expect(numbers).to_have_text([str(unit) for unit in range(92, 108)])
    charts.explore.button("Units above").click()
    expect(numbers).to_have_text([str(unit) for unit in range(84, 100)])
    plot = charts.heatmap("forget_gate")
    expect(plot.locator("canvas")).to_have_attribute("height", "16")
    plot.click(position=charts.place(plot, 1.5 / charts.steps, 5.5 / 16))
    expect(charts.explore.unit).to_have_value("89")
    charts.explore.expect_step(1)
    page.locator("select[name=large]").select_option("all")
    expect(shown).to_have_count(6)
    expect(plot.locator("canvas")).to_have_attribute("height", "128")
