"""Kept units: rows of colours with the tokens, lines on the charts' time axis, in the address and in files."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.settings import Settings
from app.zoo import Zoo
from tests.browser.charts.panels import Charts
from tests.browser.explore import Explore, Oracle, address
from tests.browser.page.test_access import violations
from tests.browser.units.test_unit_finder import Finder

Open = Callable[..., Page]

PYTHON = "python-char-lm"
TEXT = "name = 'a string'  # and more\n"
STEPS = len(TEXT) + 1
TRACKS = "cell_state.12-hidden_state.96"


@pytest.fixture(scope="module")
def oracle(settings: Settings) -> Oracle:
    return Oracle.of(Zoo(settings.models).get(PYTHON), TEXT)


def kept(page: Page) -> list[str]:
    """The units with a row, from the top."""
    rows = page.locator(".track-rows li")
    found: list[str] = rows.evaluate_all(
        "rows => rows.map(({ dataset: row }) => `${row.signal}.${row.unit}`)"
    )
    return found


def test_units_are_kept_dropped_and_held_by_the_address(return_to: Open) -> None:
    page = return_to(address(model=PYTHON, text=TEXT, t=5, unit=12, signal="cell_state"))
    explore = Explore(page)
    explore.expect_steps(STEPS)
    keep = explore.button("Keep the chosen unit")
    rows = page.locator(".track-rows li")
    keep.click()
    expect(keep).to_have_attribute("aria-pressed", "true")
    expect(rows).to_have_count(1)
    explore.unit.fill("96")
    explore.unit.press("Enter")
    expect(keep).to_have_attribute("aria-pressed", "false")
    keep.click()
    expect(rows).to_have_count(2)
    page.wait_for_url("**tracks=cell_state.12-cell_state.96**")
    assert violations(page, within="unit-tracks, .sequence") == []
    page.reload()
    explore.expect_steps(STEPS)
    expect(rows).to_have_count(2)
    assert kept(page) == ["cell_state.12", "cell_state.96"]
    rows.first.locator(".track-choose").click()
    expect(explore.unit).to_have_value("12")
    rows.first.get_by_role("button", name="Drop cell state of unit 12").click()
    expect(rows).to_have_count(1)
    expect(page.get_by_role("button", name="Drop cell state of unit 96")).to_be_focused()
    page.wait_for_url(lambda url: "tracks=cell_state.96" in url)
    explore.models.select_option("counter")
    expect(rows).to_have_count(0)


def test_there_are_at_most_six(return_to: Open) -> None:
    words = "-".join(f"forget_gate.{unit}" for unit in range(5))
    page = return_to(address(model=PYTHON, text=TEXT, t=5, unit=9, tracks=f"{words}-fame.3-cell_state.500"))
    explore = Explore(page)
    explore.expect_steps(STEPS)
    expect(page.locator(".track-rows li")).to_have_count(5)  # without those that do not exist
    keep = explore.button("Keep the chosen unit")
    keep.click()
    expect(keep).to_be_enabled()  # to drop it again
    explore.unit.fill("10")
    explore.unit.press("Enter")
    expect(keep).to_be_disabled()
    page.get_by_role("button", name="Drop forget gate of unit 0").click()
    expect(keep).to_be_enabled()


def test_a_unit_found_for_marks_is_kept(return_to: Open) -> None:
    page = return_to(address(model=PYTHON, text=TEXT, t=5, unit=12))
    explore = Explore(page)
    explore.expect_steps(STEPS)
    explore.strip.focus()
    explore.press("Shift+ArrowRight", "Shift+ArrowRight")
    row = page.locator(".finder-units li").first
    row.locator(".finder-keep").click()
    expect(row.locator(".finder-keep")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".track-rows li")).to_have_count(1)
    plot = page.locator(".track-plot")
    Finder(page).expect_band("unit-tracks mark-bands", plot, 5 / STEPS, 8 / STEPS)
    unit = row.locator(".finder-unit")
    assert kept(page) == [f"{unit.get_attribute('data-signal')}.{unit.get_attribute('data-unit')}"]
    expect(explore.unit).to_have_value("12")  # keeping does not choose


def test_rows_have_the_colours_of_the_tokens(return_to: Open) -> None:
    """The chosen unit is kept, so its row and its stripes have the very colours of the text."""
    page = return_to(
        address(model=PYTHON, text=TEXT, t=STEPS - 1, unit=12, signal="cell_state", tracks=TRACKS)
    )
    explore = Explore(page)
    explore.expect_steps(STEPS)
    expect(page.locator(".track-rows li")).to_have_count(2)
    explore.expect_step(STEPS - 1)
    found = page.wait_for_function(
        """(steps) => {
          const tokens = [...document.querySelectorAll(".strip-row .token")];
          const canvas = document.querySelector(".track-tint");
          if (tokens.length !== steps || canvas.width < 200) return null;
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, 1);
          return tokens.map((token) => {
            const at = 4 * Math.floor(((Number(token.dataset.step) + 0.5) / steps) * canvas.width);
            const ground = getComputedStyle(token).backgroundColor;
            const stripes = token.style.getPropertyValue("--tracks").match(/rgb\\([^)]*\\)/g) ?? [];
            return [ground, `rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`, stripes];
          });
        }""",
        arg=STEPS,
    ).json_value()
    assert len({ground for ground, *_ in found}) > 5
    for ground, row, stripes in found:
        assert ground == row
        assert len(stripes) == 2
        assert stripes[0].replace(" ", ", ") == ground


def test_kept_units_are_read_as_a_table_and_saved(return_to: Open, oracle: Oracle) -> None:
    page = return_to(address(model=PYTHON, text=TEXT, t=5, unit=3, tracks=TRACKS))
    charts = Charts(page, STEPS, 128)
    charts.explore.expect_steps(STEPS)
    charts.explore.expect_plotly()
    tracks = page.locator("unit-tracks")
    expect(tracks.locator(".track-rows li")).to_have_count(2)
    heading, *rows = charts.rows(tracks)
    assert heading == ["step", "token", "cell_state.12", "hidden_state.96"]
    assert len(rows) == STEPS
    shown = np.array([row[2:] for row in rows], np.float32)
    wanted = np.array(
        [
            [oracle.value("cell_state", step, 12), oracle.value("hidden_state", step, 96)]
            for step in range(STEPS)
        ]
    )
    np.testing.assert_allclose(shown, wanted, rtol=1e-5, atol=1e-5)
    picture = charts.save(tracks, "Picture (SVG)")
    drawn = picture.path().read_text(encoding="utf-8")
    assert "hidden state of unit 96" in drawn
    assert "cell state of unit 12" in drawn
    charts.menu(tracks).get_by_role("button", name="Read as a table").click()
    cells = charts.table.locator("tbody tr").nth(7).locator("td[data-unit]")
    expect(cells).to_have_count(2)
    values = cells.evaluate_all("cells => cells.map(cell => Number(cell.dataset.value))")
    np.testing.assert_allclose(values, wanted[7], rtol=1e-5, atol=1e-5)
    plot = tracks.locator(".track-plot").nth(1)
    plot.click(position=charts.place(plot, 20.5 / STEPS, 0.3))
    charts.explore.expect_values(oracle, step=20, unit=96)
