"""Every number on the page equals PyTorch's arithmetic."""

import csv
import io
import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.settings import Settings
from app.zoo import Zoo
from tests.browser.explore import SIGNALS, Explore, Oracle, address, fixed

Open = Callable[..., Page]

TEXT = "aaaaabbbbb"


def counting(t: int, unit: int = 0) -> str:
    return address(model="counter", text=TEXT, t=t, unit=unit, signal="cell_state")


@pytest.fixture(scope="session")
def zoo(settings: Settings) -> Zoo:
    return Zoo(settings.models)


@pytest.fixture
def counter(zoo: Zoo) -> Oracle:
    return Oracle.of(zoo.get("counter"), TEXT)


def test_the_readouts_hold_the_numbers_of_the_step_and_the_unit(return_to: Open, counter: Oracle) -> None:
    explore = Explore(return_to(counting(t=4, unit=1)))
    explore.expect_steps(len(TEXT) + 1)
    explore.expect_values(counter, step=4, unit=1)
    explore.button("One step forward").click()
    explore.expect_values(counter, step=5, unit=1)
    explore.press("ArrowUp")
    explore.expect_values(counter, step=5, unit=0)
    shown = explore.readouts.locator("[data-signal=cell_state] output")
    expect(shown).to_have_text(fixed(counter.value("cell_state", 5, 0)))
    explore.button("All digits").click()
    value = shown.get_attribute("data-value")
    assert value and len(value) > 5
    expect(shown).to_have_text(value.replace("-", "−"))


def test_the_opening_example_has_the_right_numbers_too(open_page: Open, zoo: Zoo) -> None:
    explore = Explore(open_page(reduced_motion="reduce"))
    model = zoo.get("python-char-lm")
    oracle = Oracle.of(model, str(model.examples[0].text))
    explore.expect_steps(len(oracle.ids))
    explore.unit.fill("17")
    explore.press("Enter")
    explore.button("Last step").click()
    explore.expect_values(oracle, step=len(oracle.ids) - 1, unit=17)
    explore.button("First step").click()
    explore.expect_values(oracle, step=0, unit=17)


def test_a_click_on_a_heatmap_chooses_the_step_and_the_unit_under_it(
    return_to: Open, counter: Oracle
) -> None:
    page = return_to(counting(t=0))
    explore = Explore(page)
    explore.expect_steps(11)
    plot = page.locator("gate-heatmaps [data-signal=hidden_state] .heatmap-plot")
    for drawn_by_plotly in (False, True):
        if drawn_by_plotly:
            explore.expect_plotly()
            explore.press("Home")
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        assert box
        plot.click(position={"x": box["width"] * 7.5 / 11, "y": box["height"] * 2.5 / 3})
        explore.expect_values(counter, step=7, unit=2)
        expect(page.locator("tint-key .title")).to_have_text("Hidden state")


def test_pointing_at_a_heatmap_shows_the_exact_value(return_to: Open, counter: Oracle) -> None:
    page = return_to(counting(t=0))
    Explore(page).expect_steps(11)
    plot = page.locator("gate-heatmaps [data-signal=forget_gate] .heatmap-plot")
    box = plot.bounding_box()
    assert box
    plot.hover(position={"x": box["width"] * 3.5 / 11, "y": box["height"] * 1.5 / 3})
    tip = page.locator("value-tip")
    expect(tip.locator("[data-tip=step]")).to_have_text("3")
    expect(tip.locator("[data-tip=unit]")).to_have_text("1")
    value = np.float32(tip.locator("[data-tip=value]").inner_text().replace("−", "-"))
    np.testing.assert_allclose(value, counter.value("forget_gate", 3, 1), rtol=1e-5, atol=1e-5)


def test_the_cells_of_a_heatmap_have_the_colours_of_their_values(return_to: Open, counter: Oracle) -> None:
    page = return_to(counting(t=0))
    Explore(page).expect_steps(11)
    painted = page.wait_for_function(
        """() => {
          const canvas = document.querySelector("gate-heatmaps [data-signal=forget_gate] canvas");
          if (canvas.width !== 11 || canvas.height !== 3) return null;
          return [...canvas.getContext("2d").getImageData(0, 0, 11, 3).data];
        }"""
    ).json_value()
    pixels = np.array(painted).reshape(3, 11, 4)
    assert (pixels[..., 3] == 255).all(), "every step has come, so every cell is painted"
    values = counter.trace["layers.0.forward.forget_gate"].numpy().T
    darkness = -pixels[..., :3].sum(-1)
    order = np.argsort(values, axis=None)
    ranked = darkness.reshape(-1)[order]
    assert (np.diff(ranked) >= -3).all(), "on a light ground, a larger gate is never lighter"
    assert ranked[0] < ranked[-1]


def test_the_predictions_and_the_actual_next_token(open_page: Open, zoo: Zoo) -> None:
    text = "def area(self):\n    return 1"
    model = zoo.get("python-char-lm")
    oracle = Oracle.of(model, text)
    page = open_page(address(model="python-char-lm", text=text, t=4))
    explore = Explore(page)
    for step in (4, 5, 6):
        explore.expect_step(step)
        best = np.argsort(-oracle.probabilities[step], kind="stable")[:5]
        expect(explore.predictions).to_have_count(5)
        for rank, token in enumerate(best):
            row = explore.predictions.nth(rank)
            expect(row).to_have_attribute("data-token", model.codec.vocabulary[token]["text"])
            shown = float(row.get_attribute("data-value") or "nan")
            np.testing.assert_allclose(shown, oracle.probabilities[step, token], rtol=1e-4, atol=1e-6)
            came = int(token) == oracle.ids[step + 1]
            assert (row.get_attribute("data-came") is not None) == came
        actual = page.locator("prediction-bars output").get_attribute("data-value")
        np.testing.assert_allclose(
            float(actual or "nan"), oracle.probabilities[step, oracle.ids[step + 1]], rtol=1e-4, atol=1e-6
        )
        explore.press("ArrowRight")
    explore.press("End")
    expect(page.locator("prediction-bars output")).to_have_text("The sequence ends here.")


def test_the_table_holds_the_same_numbers(return_to: Open, counter: Oracle) -> None:
    page = return_to(counting(t=6, unit=2))
    Explore(page).expect_steps(11)
    page.get_by_text("Read this as a table").click()
    expect(page.locator("trace-table caption")).to_have_text("Unit 2, steps 0 to 10 (11 steps in all)")
    expect(page.locator("trace-table tr[aria-current]")).to_have_attribute("data-step", "6")
    for signal in SIGNALS:
        shown = page.locator(f"trace-table td[data-signal={signal}]").evaluate_all(
            "cells => cells.map(cell => cell.dataset.value)"
        )
        values = counter.trace[f"layers.0.forward.{signal}"].numpy()[:, 2]
        np.testing.assert_allclose(np.array(shown, np.float32), values, rtol=1e-5, atol=1e-5)


def test_the_trace_downloads_as_a_file(return_to: Open, counter: Oracle) -> None:
    page = return_to(counting(t=0))
    Explore(page).expect_steps(11)
    page.get_by_text("Download this trace").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV, long form").click()
    assert download.value.suggested_filename == "counter.csv"
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    assert len(rows) == 11 * 3
    last = next(row for row in rows if (row["step"], row["unit"]) == ("10", "1"))
    np.testing.assert_allclose(
        float(last["cell_state"]), counter.value("cell_state", 10, 1), rtol=1e-5, atol=1e-5
    )


def test_the_badge_shows_the_measured_difference(return_to: Open) -> None:
    page = return_to(counting(t=0))
    Explore(page).expect_steps(11)
    badge = page.locator("[data-readout=parity]")
    expect(badge).to_have_text(re.compile(r"^Equal to PyTorch within (0|\d\.\d × 10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$"))
    assert 0 <= float(badge.get_attribute("data-value") or "nan") < 1e-5
    badge.click()
    expect(page.get_by_text("How this is measured.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("How this is measured.")).to_be_hidden()
