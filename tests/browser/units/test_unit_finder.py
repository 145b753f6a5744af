"""Marked steps, and the units that tell them from the others: ranked as by the server, pointed at, and by keys."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from app.analysis.ranking import areas, centred_ranks, shifted
from tests.browser.charts.panels import Charts
from tests.browser.explore import Explore, address
from tests.browser.modules import run
from tests.browser.page.test_access import violations

Open = Callable[..., Page]

PYTHON = "python-char-lm"
TEXT = (
    'def area(self):\n    """The area of it."""\n    name = "a string"  # a comment\n    return self.width\n'
)
QUOTED = (
    TEXT.index('"a') + 1,
    TEXT.index('g"') + 1,
)  # the first and the last step: a start token comes first


class Finder:
    """The list of units, and the pictures in which steps are marked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.explore = Explore(page)
        self.panel = page.locator("unit-finder")
        self.told = page.locator(".finder-told")
        self.units = page.locator(".finder-unit")
        self.tint = page.locator("tint-key [data-readout=unit]")

    def drag(self, first: Locator, last: Locator) -> None:
        """Drags from the middle of one element to the middle of another."""
        for element, act in ((first, self.page.mouse.down), (last, self.page.mouse.up)):
            box = element.bounding_box()
            assert box
            self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
            act()

    def mark(self, first: int, last: int) -> None:
        self.drag(self.explore.token(first), self.explore.token(last))

    def mark_string(self) -> None:
        """Marks the string, and waits for the units that match all of it: while it is marked there are others."""
        self.mark(*QUOTED)
        expect(self.told).to_contain_text(f"{QUOTED[1] - QUOTED[0] + 1} of {len(TEXT) + 1} steps are marked.")
        expect(self.units).to_have_count(8)

    def expect_marked(self, *steps: int) -> None:
        """Of the tokens in sight, exactly these are marked."""
        self.page.wait_for_function(
            """(steps) => [...document.querySelectorAll(".strip-row .token")].every(
              ({ dataset: { step, marked } }) => steps.includes(Number(step)) === (marked !== undefined))""",
            arg=list(steps),
        )

    def expect_band(self, bands: str, plot: Locator, start: float, stop: float) -> None:
        """There is a band over a chart, from one share of the chart's width to another, within a pixel."""
        self.page.wait_for_function(
            """([bands, plot, start, stop]) => {
              const band = document.querySelector(`${bands} span`)?.getBoundingClientRect();
              const { left, width } = plot.getBoundingClientRect();
              const near = (a, b) => Math.abs(a - b) <= 1;
              return band && near(band.left - left, width * start) && near(band.right - left, width * stop);
            }""",
            arg=[bands, plot.element_handle(), start, stop],
        )


def opened(open_page: Open, t: int = 3) -> Finder:
    finder = Finder(open_page(address(model=PYTHON, text=TEXT, t=t, unit=1, signal="cell_state")))
    finder.explore.expect_steps(len(TEXT) + 1)
    return finder


def test_areas_and_chance_are_those_of_the_server(still: Page) -> None:
    """Also with equal values, with −0 beside 0, infinite values and a column that never changes."""
    random = np.random.default_rng(3)
    values = random.integers(-3, 3, (57, 5)).astype(np.float32)
    values[:, 1] = random.normal(size=57)
    values[:, 2] = 0.25
    values[values == 0] = random.choice([0.0, -0.0], (values == 0).sum())
    values[5:7, 3], values[9, 3] = np.inf, -np.inf
    values[3, 4] = np.nan
    stretches = [[2, 9], [30, 31], [50, 57]]
    scores = run(
        still,
        "units/unit-ranks.js",
        """({ rankSums, scoresOf }, bytes, width, stretches) => {
          const values = new Float32Array(Uint8Array.from(bytes).buffer);
          const scores = scoresOf(rankSums({ values, width }, values.length / width), stretches, values.length / width);
          return { areas: [...scores.areas], chance: scores.chance };
        }""",
        list(values.tobytes()),
        5,
        stretches,
    )
    marks = np.zeros(57)
    for start, stop in stretches:
        marks[start:stop] = 1
    ranks = centred_ranks(values[:, :4])
    np.testing.assert_allclose(scores["areas"][:4], areas(ranks, marks), rtol=1e-12)
    assert scores["areas"][2] == 0.5
    assert np.isnan(scores["areas"][4])
    best = np.abs(areas(ranks, shifted(marks)) - 0.5).max(1)
    assert scores["chance"] == pytest.approx(0.5 + best.mean(), rel=1e-12)


def test_marked_characters_rank_the_units_as_the_server_does(return_to: Open) -> None:
    finder = opened(return_to)
    page = finder.page
    finder.mark(*QUOTED)
    finder.mark(1, 3)
    first, last = QUOTED
    finder.expect_marked(1, 2, 3, *range(first, last + 1))
    finder.explore.expect_step(3)  # a drag goes nowhere
    marked = [[1, 4], [first, last + 1]]
    body = {"model": PYTHON, "sequence": {"text": TEXT}, "marked": marked}
    answer = page.request.post("/api/units", data=body).json()
    expect(finder.told).to_contain_text(f"{answer['marked']} of {answer['steps']} steps are marked.")
    expect(finder.panel).to_contain_text(f"the best of all 256 reaches {answer['chance']:.2f}")
    for listed in (*range(32, 256, 24), 256):
        finder.panel.get_by_role("button", name="Show more").click()
        expect(finder.units).to_have_count(listed)
    shown = finder.units.evaluate_all(
        "rows => rows.map(({ dataset: row }) => [row.signal, +row.unit, +row.auc])"
    )
    wanted = {(unit["signal"], unit["unit"]): unit["auc"] for unit in answer["units"]}
    assert len(shown) == len(wanted) == 256
    np.testing.assert_allclose(
        [auc for *_, auc in shown], [wanted[signal, unit] for signal, unit, _ in shown], atol=1e-9
    )
    assert [auc for *_, auc in shown] == sorted((auc for *_, auc in shown), reverse=True)


def test_a_unit_is_tried_by_pointing_and_chosen_by_a_click(return_to: Open) -> None:
    finder = opened(return_to)
    finder.mark_string()
    best, second = finder.units.first, finder.units.nth(1)
    number = best.get_attribute("data-unit")
    expect(finder.tint).to_have_text("1")
    ground = "() => document.querySelector('.token[data-step=\"40\"]').style.backgroundColor"
    before = finder.page.evaluate(ground)
    best.hover()
    expect(finder.tint).to_have_text(str(number))
    finder.page.wait_for_function(f"(before) => ({ground})() !== before", arg=before)
    finder.page.mouse.move(5, 5)
    expect(finder.tint).to_have_text("1")
    finder.page.wait_for_function(f"(before) => ({ground})() === before", arg=before)
    best.click()
    expect(finder.explore.unit).to_have_value(str(number))
    expect(best).to_have_attribute("aria-pressed", "true")
    expect(second).to_have_attribute("aria-pressed", "false")
    finder.expect_marked(*range(QUOTED[0], QUOTED[1] + 1))


def test_what_is_known_about_a_unit_is_shown_beside_it(return_to: Open) -> None:
    finder = opened(return_to)
    concepts = finder.page.request.get(f"/api/models/{PYTHON}/units").json()["concepts"]
    finder.mark_string()
    finder.panel.get_by_role("button", name="Show more").click()
    string = next(concept for concept in concepts if concept["id"] == "string")
    unit = string["units"][0]
    row = finder.page.locator(f".finder-unit[data-unit='{unit['unit']}'][data-signal={unit['signal']}]")
    height = "high" if unit["sign"] > 0 else "low"
    expect(row.locator(".finder-known")).to_have_text(
        f"On held-out text: {height} inside a string, {unit['auc']:.2f} (by chance {string['chance']:.2f})"
    )


def test_escape_closes_the_meaning_of_a_word_before_the_list(return_to: Open) -> None:
    finder = opened(return_to)
    finder.mark_string()
    meaning = finder.panel.locator(".term")
    meaning.locator("summary").click()
    expect(meaning).to_have_attribute("open", "")
    finder.page.keyboard.press("Escape")
    expect(meaning).not_to_have_attribute("open", "")
    expect(finder.units).to_have_count(8)
    expect(finder.units.first).to_be_visible()
    finder.page.keyboard.press("Escape")
    expect(finder.panel).to_be_hidden()


def test_stretches_are_drawn_by_keys_and_taken_away(return_to: Open) -> None:
    finder = opened(return_to, t=10)
    press = finder.explore.press
    finder.explore.strip.focus()
    press("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft")
    finder.expect_marked(10, 11)
    press("ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowLeft")
    finder.expect_marked(10, 11, 13, 14)
    finder.explore.expect_step(13)
    expect(finder.told).to_contain_text("4 of ")
    assert violations(finder.page, within="unit-finder, .sequence") == []
    press("ArrowLeft", "ArrowLeft", "Shift+ArrowLeft")
    finder.expect_marked(13, 14)
    finder.units.first.focus()
    expect(finder.tint).to_have_text(str(finder.units.first.get_attribute("data-unit")))
    press("Escape")
    finder.expect_marked()
    expect(finder.panel).to_be_hidden()
    expect(finder.explore.button("Find a unit")).to_be_focused()


def test_the_button_says_how_and_escape_clears_from_anywhere(return_to: Open) -> None:
    finder = opened(return_to)
    button = finder.explore.button("Find a unit")
    button.click()
    expect(finder.told).to_have_text("Nothing is marked yet.")
    expect(finder.panel).to_contain_text("drag over it")
    expect(button).to_have_attribute("aria-expanded", "true")
    assert violations(finder.page, within="unit-finder, .sequence") == []
    finder.mark(0, len(TEXT))
    expect(finder.told).to_contain_text("Every step is marked.")
    expect(finder.units).to_have_count(0)
    finder.explore.strip.focus()
    finder.explore.press("Escape")
    finder.expect_marked()
    expect(finder.panel).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_steps_are_marked_in_the_charts(return_to: Open) -> None:
    finder = opened(return_to)
    finder.explore.expect_plotly()
    steps = len(TEXT) + 1
    charts = Charts(finder.page, steps, 128)
    plot = charts.heatmap("forget_gate")
    begin, end = (charts.place(plot, (step + 0.5) / steps, 0.5) for step in (20, 39))
    plot.hover(position=begin)
    finder.page.keyboard.down("Shift")
    finder.page.mouse.down()
    plot.hover(position=end)
    finder.page.mouse.up()
    finder.page.keyboard.up("Shift")
    finder.expect_marked(*range(20, 40))
    assert plot.locator("canvas").get_attribute("width") == str(steps)  # it has not zoomed
    finder.explore.expect_step(3)
    finder.expect_band("gate-heatmaps mark-bands", plot, 20 / steps, 40 / steps)
    finder.panel.get_by_role("button", name="Clear the marks").click()
    finder.explore.button("Zoom in around the current step").click()
    finder.panel.get_by_role("button", name="Mark the steps that the charts show").click()
    finder.expect_marked(*range(1, 52))  # the charts show 1.75 to 51.75


def test_steps_of_a_series_are_marked(open_page: Open) -> None:
    page = open_page(address(model="weather-forecaster", example="autumn-storms", t=30))
    finder = Finder(page)
    finder.explore.expect_steps(92)
    plot = page.locator(".series-plot").first
    box = plot.bounding_box()
    assert box
    for step, act in ((40, page.mouse.down), (49, page.mouse.up)):
        page.mouse.move(box["x"] + box["width"] * (step + 0.5) / 92, box["y"] + 9, steps=3)
        act()
    expect(finder.told).to_contain_text("10 of 92 steps are marked.")
    finder.expect_band("series-strip mark-bands", plot, 40 / 92, 50 / 92)


def test_the_server_ranks_what_the_page_does_not_hold_whole(open_page: Open) -> None:
    """The page sends the same body as a user of the API, and lists the answer."""
    finder = opened(open_page)
    asked: list[dict[str, Any]] = []
    unit = {
        "layer": 0,
        "direction": "forward",
        "signal": "hidden_state",
        "unit": 77,
        "auc": 0.875,
        "sign": -1,
    }

    def answer(route: Any) -> None:
        asked.append(route.request.post_data_json)
        route.fulfill(json={"steps": 90, "marked": 4, "chance": 0.61, "units": [unit]})

    finder.page.route("**/api/units", answer)
    run(
        finder.page,
        "trace/trace.js",
        """({ Trace }) => {
          const { reached } = Trace.prototype;
          Trace.prototype.reached = function (...all) {
            reached.apply(this, all);
            this.resolution = 2;
          };
        }""",
    )
    finder.explore.read("x = 'abc' + name\n")
    finder.explore.expect_steps(18)
    finder.mark(5, 9)
    expect(finder.units).to_have_count(1)
    expect(finder.told).to_contain_text(
        "4 of 90 steps are marked. The hidden state of unit 77 matches them best: 0.88."
    )
    expect(finder.units.first).to_contain_text("low where marked")
    (body,) = asked
    assert body["marked"] == [[5, 10]]
    assert body["stop_step"] == 18
    assert body["sequence"] == {"text": "x = 'abc' + name\n"}
