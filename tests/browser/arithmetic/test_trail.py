"""Following a cause is a path: each stop is a click away, and so is the browser's way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.arithmetic.panel import Arithmetic
from tests.browser.explore import Explore, address
from tests.browser.modules import run

Open = Callable[..., Page]
TEXT = 'def f(x):\n    return "y"\n'
VIEW = address(model="python-char-lm", text=TEXT, t=9, unit=5, signal="forget_gate")


@pytest.fixture
def page(open_page: Open) -> Page:
    page = open_page(VIEW, reduced_motion="reduce")
    Explore(page).expect_steps(len(TEXT) + 1)
    return page


def stops(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".trail-stop").all_text_contents()]


def expect_current(page: Page, text: str) -> None:
    expect(page.locator(".trail-stop[aria-current]")).to_have_text(text)


def test_causes_are_followed_and_every_stop_is_a_click_away(page: Page) -> None:
    arithmetic, stage = Arithmetic(page), page.locator("cell-stage")
    expect(page.locator(".trail")).to_be_hidden()
    page.locator(".pushes summary").click()
    row = page.locator(".push-rows li[data-kind=unit] button").first
    expect(row).to_be_visible()
    pusher = int(re.sub(r"\D", "", row.locator(".push-label").inner_text()))
    row.hover()
    expect(stage).to_have_attribute("data-outlined", f"hidden_state.before {pusher}")
    arithmetic.expect_place("Forget gate", 5, 9)
    row.click()
    arithmetic.expect_place("Hidden state", pusher, 8)
    arithmetic.operand("cell_state").click()
    arithmetic.expect_place("Cell state", pusher, 8)
    arithmetic.operand("cell_state.before").click()
    arithmetic.expect_place("Cell state", pusher, 7)
    path = [
        "f unit 5, step 9",
        f"h unit {pusher}, step 8",
        f"c unit {pusher}, step 8",
        f"c unit {pusher}, step 7",
    ]
    assert stops(page) == path
    expect_current(page, path[-1])
    page.locator(".trail-stop").nth(1).click()
    arithmetic.expect_place("Hidden state", pusher, 8)
    assert stops(page) == path
    expect_current(page, path[1])
    for place in (
        ("Cell state", pusher, 7),
        ("Cell state", pusher, 8),
        ("Hidden state", pusher, 8),
        ("Forget gate", 5, 9),
    ):
        page.go_back()
        arithmetic.expect_place(*place)
    expect_current(page, path[0])
    page.go_forward()
    arithmetic.expect_place("Hidden state", pusher, 8)
    arithmetic.operand("output_gate").click()
    assert stops(page) == [*path[:2], f"o unit {pusher}, step 8"]


def test_a_choice_elsewhere_is_not_a_stop_and_begins_a_new_path(page: Page) -> None:
    arithmetic, explore = Arithmetic(page), Explore(page)
    explore.readouts.get_by_role("button", name="Cell state").click()
    arithmetic.operand("forget_gate").click()
    expect(page.locator(".trail-stop")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".trail-stop[aria-current]")).to_have_count(0)
    explore.readouts.get_by_role("button", name="Hidden state").click()
    arithmetic.operand("cell_state").click()
    assert stops(page) == ["h unit 5, step 10", "c unit 5, step 10"]


def test_the_formula_stays_in_sight_while_its_causes_are_looked_through(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 600})
    page.locator(".pushes summary").click()
    last = page.locator(".push-sum").first
    last.scroll_into_view_if_needed()
    page.evaluate("window.scrollBy(0, 60)")
    box = page.locator(".formula").bounding_box()
    assert box
    assert box["y"] >= -1
    assert box["y"] + 40 <= 600


def test_a_path_continues_from_its_stop_or_begins_again(page: Page) -> None:
    cases = {(2, 9): [1, 2, 3, 9], (0, 9): [1, 9], (1, 3): [1, 2, 3], (-1, 9): [7, 9]}
    paths: list[dict[str, Any]] = run(
        page,
        "arithmetic/trail.js",
        """({ followed }, cases) => {
          const place = { part: "sequence", layer: 0, direction: "forward" };
          const stop = (unit) => ({ place, signal: "h", step: 1, unit });
          const stops = [1, 2, 3].map(stop);
          return cases.map(([at, to]) =>
            followed({ stops, at }, { from: at < 0 ? stop(7) : stops[at], to: stop(to) }));
        }""",
        [list(case) for case in cases],
    )
    for ((_, to), kept), path in zip(cases.items(), paths, strict=True):
        assert [stop["unit"] for stop in path["stops"]] == kept
        assert path["at"] == kept.index(to)
