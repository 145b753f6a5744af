"""Exports of a chart: pictures with title, axes and colours, exact numbers, and tables."""

import struct
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.settings import Settings
from app.zoo import Zoo
from tests.browser.charts.panels import Charts
from tests.browser.explore import SIGNALS, Oracle, address

Open = Callable[..., Page]
TEXT = "aaaaabbbbb"
STEPS = len(TEXT) + 1
VIEW = address(model="counter", text=TEXT, t=4, unit=2, signal="hidden_state")


@pytest.fixture(scope="module")
def oracle(settings: Settings) -> Oracle:
    return Oracle.of(Zoo(settings.models).get("counter"), TEXT)


@pytest.fixture
def charts(return_to: Open) -> Charts:
    charts = Charts(return_to(VIEW, reduced_motion="reduce"), STEPS, 3)
    charts.explore.expect_steps(STEPS)
    charts.explore.press("0")
    return charts


def test_a_heatmaps_csv_holds_the_shown_numbers(charts: Charts, oracle: Oracle) -> None:
    charts.order.select_option("correlation")
    charts.expect_marker(0)
    order = charts.shown_order("forget_gate")
    charts.explore.press("Escape")
    charts.page.locator("#heatmaps-title").click()
    charts.explore.press("+")
    charts.expect_sight(2, 8)  # [2.25, 7.75): two steps are partly visible
    heading, *rows = charts.rows(charts.row("forget_gate"))
    assert heading == ["step", "token", *(f"unit_{unit}" for unit in order)]
    assert [int(row[0]) for row in rows] == list(range(2, 8))
    assert [row[1] for row in rows] == list(TEXT[1:7])
    values = oracle.trace["layers.0.forward.forget_gate"].numpy()[2:8, order]
    np.testing.assert_allclose(np.array([row[2:] for row in rows], np.float32), values, rtol=1e-5, atol=1e-5)


def test_the_csv_of_the_lines_holds_all_signals_of_the_unit(charts: Charts, oracle: Oracle) -> None:
    download = charts.save(charts.page.locator("unit-lines"), "CSV")
    assert download.suggested_filename == "counter-unit-2.csv"
    heading, *rows = charts.rows(charts.page.locator("unit-lines"))
    assert heading == ["step", "token", *SIGNALS]
    for index, signal in enumerate(SIGNALS):
        shown = np.array([row[2 + index] for row in rows], np.float32)
        values = oracle.trace[f"layers.0.forward.{signal}"].numpy()[:, 2]
        np.testing.assert_allclose(shown, values, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_has_title_axes_and_colours(open_page: Open, scheme: str) -> None:
    charts = Charts(open_page(VIEW, reduced_motion="reduce", color_scheme=scheme), STEPS, 3)
    charts.explore.expect_steps(STEPS)
    charts.explore.expect_plotly()
    heatmap = charts.save(charts.row("forget_gate"), "SVG")
    assert heatmap.suggested_filename == "counter-forget_gate.svg"
    drawing = heatmap.path().read_text()
    assert drawing.startswith("<svg")
    for text in (">Forget gate f: layer 0, forward. ", ">Step<", ">Unit<", ">0.2<", ">0.8<"):
        assert text in drawing, text
    lines = charts.save(charts.page.locator("unit-lines"), "SVG").path().read_text()
    for text in (">Unit 2: layer 0, forward. ", ">Step<", ">i, f, o<", ">c Cell state<"):
        assert text in lines, text
    for chart, name in (
        (charts.row("cell_state"), "cell_state"),
        (charts.page.locator("unit-lines"), "unit-2"),
    ):
        picture = charts.save(chart, "PNG")
        assert picture.suggested_filename == f"counter-{name}.png"
        data = picture.path().read_bytes()
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", data[16:24])
        assert width == 2400
        assert height > 600


def test_pictures_wait_for_plotly_and_numbers_do_not(open_page: Open) -> None:
    charts = Charts(open_page(VIEW, reduced_motion="reduce"), STEPS, 3)
    charts.explore.expect_steps(STEPS)
    menu = charts.menu(charts.row("forget_gate"))
    expect(menu.get_by_role("button", name="PNG")).to_be_disabled()
    expect(menu.get_by_role("button", name="CSV")).to_be_enabled()
    charts.explore.expect_plotly()
    expect(menu.get_by_role("button", name="PNG")).to_be_enabled()


def test_a_heatmap_can_be_read_as_a_table(charts: Charts, oracle: Oracle) -> None:
    charts.expect_order("cell_state", [0, 1, 2])
    expect(charts.table.locator("caption")).to_have_text("Cell state, steps 0 to 10 (11 steps in all)")
    expect(charts.table.get_by_label("Show")).to_be_focused()
    cells = charts.table.locator("td[data-value]")
    shown = cells.evaluate_all("cells => cells.map(cell => cell.dataset.value)")
    values = oracle.trace["layers.0.forward.cell_state"].numpy()
    np.testing.assert_allclose(np.array(shown, np.float32).reshape(STEPS, 3), values, rtol=1e-5, atol=1e-5)
    charts.table.get_by_label("Show").select_option(label="all signals of the chosen unit")
    expect(charts.table.locator("caption")).to_have_text("Unit 2, steps 0 to 10 (11 steps in all)")


def test_a_menu_names_its_chart_and_closes(charts: Charts) -> None:
    summary = charts.row("forget_gate").locator("summary")
    expect(summary).to_have_attribute("aria-label", "Forget gate: save or read as a table")
    charts.menu(charts.row("forget_gate"))
    charts.explore.press("Escape")
    expect(charts.row("forget_gate").locator("details")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
