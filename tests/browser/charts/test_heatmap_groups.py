"""Groups of similar units in a large heatmap, and units on their own scales, against NumPy and units.json."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import expect
from scipy.cluster.hierarchy import fcluster, linkage

from app.settings import Settings
from app.zoo import Zoo
from tests.browser.charts.panels import Charts
from tests.browser.explore import Oracle, address
from tests.browser.page.test_access import violations

Open = Callable[..., Any]

PYTHON = "python-char-lm"
SIGNAL = "cell_state"
TEXT = (
    'def area(self):\n    """The area of it."""\n    name = "a string"  # a comment\n    return self.width\n'
)


def grouped(values: NDArray[np.float64]) -> list[list[int]]:
    """Clusters by average linkage with a mean correlation of at least 0.5, of three units or more, largest first."""
    labels = fcluster(linkage(values.T, "average", metric="correlation"), 0.5, "distance")
    clusters = [np.flatnonzero(labels == label).tolist() for label in range(1, labels.max() + 1)]
    return sorted((each for each in clusters if len(each) >= 3), key=lambda each: (-len(each), each[0]))


def known(group: list[int]) -> str:
    """What units of a group track at least halfway from chance to 1, each concept with its best, clearest first."""
    concepts = json.loads((Settings().models / PYTHON / "units.json").read_text())["concepts"]
    found = []
    for concept in concepts:
        scores = [
            (unit.get("auc", unit.get("rho")), unit["unit"])
            for unit in concept["units"]
            if unit["signal"] == SIGNAL and unit["unit"] in group
        ]
        if scores and max(scores)[0] >= (1 + concept["chance"]) / 2:
            found.append((*max(scores), concept["title"]))
    found.sort(key=lambda each: -each[0])
    return ", ".join(f"{title} (unit {unit})" for _, unit, title in found)


def test_groups_of_similar_units_are_marked_and_described_by_what_they_track(open_page: Open) -> None:
    oracle = Oracle.of(Zoo(Settings().models).get(PYTHON), TEXT)
    values = oracle.trace[f"layers.0.forward.{SIGNAL}"].numpy().astype(np.float64)
    groups = grouped(values[1:])  # without the start token
    words = [known(group) for group in groups]
    assert len(groups) > 2 and all(words)
    page = open_page(address(model=PYTHON, text=TEXT, t=3, unit=12, signal=SIGNAL), reduced_motion="reduce")
    charts = Charts(page, len(values), values.shape[1])
    charts.explore.expect_steps(charts.steps)
    charts.order.select_option("groups")
    expect(charts.basis).to_contain_text("Cell state: groups")
    box = page.locator(".heatmap-groups")
    expect(box).to_be_hidden()  # there is no room in small heatmaps
    page.locator("select[name=large]").select_option("Cell state, large")
    items = box.get_by_role("listitem")
    expect(items).to_have_count(len(groups))
    letters = [chr(65 + index) for index in range(len(groups))]
    expect(items.locator("b")).to_have_text(letters)
    expect(items.locator("span")).to_have_text([f"{len(group)} units" for group in groups])
    expect(items.locator("small")).to_have_text(words)
    brackets = charts.heatmap(SIGNAL).locator(".group-brackets span")
    expect(brackets).to_have_text(letters)
    place = brackets.first.evaluate("({ style }) => [style.insetBlockStart, style.blockSize].map(parseFloat)")
    np.testing.assert_allclose(place, [0, 100 * len(groups[0]) / 128], atol=1e-3)
    assert violations(page, within="gate-heatmaps") == []

    items.last.get_by_role("button").click()
    shown = max(len(groups[-1]), 8)
    expect(page.locator("gate-heatmaps [data-readout=rows]")).to_have_text(f"{shown} of 128 units")
    numbers = charts.heatmap(SIGNAL).locator(".row-numbers span")
    expect(numbers).to_have_count(shown)
    assert set(groups[-1]) <= {int(number) for number in numbers.all_inner_texts()}
    order = charts.shown_order(SIGNAL)
    together = [unit for group in groups for unit in group]
    assert order[: len(together)] == together
    charts.order.select_option("index")
    expect(box).to_be_hidden()
    expect(brackets).to_have_count(0)


def test_a_large_unit_does_not_hide_the_others_on_their_own_scales(open_page: Open) -> None:
    page = open_page(address(model=PYTHON, text=TEXT, t=3, signal=SIGNAL), reduced_motion="reduce")
    charts = Charts(page, len(TEXT) + 1, 128)
    charts.explore.expect_steps(charts.steps)
    scale = page.locator(f"gate-heatmaps [data-signal={SIGNAL}] .scale")
    shared = scale.inner_text()
    quiet = """(canvas) => {
      const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const colour = (at) => data.slice(4 * at, 4 * at + 4).join();
      const colours = Array.from({ length: canvas.height }, (_, row) =>
        new Set(Array.from({ length: width }, (_, at) => colour(row * width + at))));
      return colours.filter(({ size }) => size < 12).length;
    }"""
    canvas = charts.heatmap(SIGNAL).locator("canvas")
    before = canvas.evaluate(quiet)
    page.get_by_label("Colours").select_option("on each unit's own scale")
    expect(scale).to_have_text("−max+max")
    assert canvas.evaluate(quiet) < before
    page.get_by_label("Colours").select_option("on one scale")
    expect(scale).to_have_text(shared.replace("\n", ""))
    assert canvas.evaluate(quiet) == before
