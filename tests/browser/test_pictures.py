"""The page's drawings, compared with stored pictures that a person has checked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.explore import Explore, address
from tests.browser.pictures import check, compare, take

Open = Callable[..., Page]
TEXT = 'def f(x):\n    """Say it."""\n    return [x, "y"]\n'
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def opened(open_page: Open, t: float, model: str = "python-char-lm", **options: object) -> Page:
    """The page paused at a moment of one text."""
    text = TEXT if model == "python-char-lm" else "aaabbb"
    page = open_page(address(model=model, text=text, t=t, unit=1), **{"viewport": WIDE, **options})
    Explore(page).expect_steps(len(text) + 1)
    return page


@pytest.mark.parametrize(
    ("name", "t", "options"),
    [
        ("cell-read", 21.08, {}),
        ("cell-forget", 21.5, {}),
        ("cell-write-dark", 21.66, {"color_scheme": "dark"}),
        ("cell-expose", 21.8, {}),
        ("cell-squash-phone", 21.36, {"viewport": PHONE}),
        ("cell-expose-phone-dark", 21.8, {"viewport": PHONE, "color_scheme": "dark"}),
        ("cell-counter", 4.62, {"model": "counter"}),
    ],
)
def test_the_cell(open_page: Open, name: str, t: float, options: dict[str, object]) -> None:
    page = opened(open_page, t, **options)  # type: ignore[arg-type]
    check(page, name, ".stage-picture")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_of_the_network(open_page: Open, scheme: str) -> None:
    page = opened(open_page, 21.4, color_scheme=scheme)
    check(page, f"network-{scheme}", ".map-view", below=36)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_charts(open_page: Open, scheme: str) -> None:
    page = opened(open_page, 21.4, color_scheme=scheme)
    Explore(page).expect_plotly()
    check(page, f"heatmap-{scheme}", ".heatmap-plot")
    check(page, f"lines-{scheme}", ".lines-plot")


def test_another_moment_is_another_picture(open_page: Open) -> None:
    page = opened(open_page, 21.5)
    one = take(page, ".stage-picture")
    assert compare(page, one, one).share == 0
    page.get_by_role("button", name="One phase forward").click()
    Explore(page).expect_moment(21 + 4 / 7)
    assert not compare(page, one, take(page, ".stage-picture")).agrees
