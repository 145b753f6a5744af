"""Loops, jumps and fineness as pure functions, by value."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import call

CODE = "def f(x):\n  return x\n\nf(1)"


@pytest.mark.parametrize(
    ("text", "loop"),
    [
        ("3-7", {"start": 3, "stop": 8}),
        ("5-5", {"start": 5, "stop": 6}),
        ("7-3", None),
        ("3-", None),
        ("-3-7", None),
        ("a-b", None),
        ("", None),
    ],
)
def test_a_loop_is_read_from_its_first_and_last_step(still: Page, text: str, loop: Any) -> None:
    assert call(still, "time/loop.js", "parseLoop", text) == loop
    if loop:
        assert call(still, "time/loop.js", "formatLoop", loop) == text


@pytest.mark.parametrize(
    ("start", "stop", "extent", "fitting"),
    [(3, 8, 11, (3, 8)), (3, 20, 11, (3, 11)), (11, 20, 11, None), (3, 8, 0, (3, 8))],
)
def test_a_loop_is_cut_to_the_available_steps(
    still: Page, start: int, stop: int, extent: int, fitting: tuple[int, int] | None
) -> None:
    found = call(still, "time/loop.js", "fittingLoop", {"start": start, "stop": stop}, extent)
    assert (found and (found["start"], found["stop"])) == fitting


def test_a_range_between_two_moments_has_whole_steps_in_either_direction(still: Page) -> None:
    assert call(still, "time/loop.js", "loopBetween", 2.2, 5.1) == {"start": 2, "stop": 6}
    assert call(still, "time/loop.js", "loopBetween", 5.1, 2.2) == {"start": 2, "stop": 6}
    assert call(still, "time/loop.js", "loopBetween", 4, 4) == {"start": 4, "stop": 5}


def test_the_ends_of_a_loop_are_set_one_by_one(still: Page) -> None:
    loop = {"start": 3, "stop": 8}
    assert call(still, "time/loop.js", "loopFrom", loop, 5, 11) == {"start": 5, "stop": 8}
    assert call(still, "time/loop.js", "loopFrom", loop, 9, 11) == {"start": 9, "stop": 11}
    assert call(still, "time/loop.js", "loopFrom", None, 2, 11) == {"start": 2, "stop": 11}
    assert call(still, "time/loop.js", "loopTo", loop, 5) == {"start": 3, "stop": 6}
    assert call(still, "time/loop.js", "loopTo", loop, 1) == {"start": 0, "stop": 2}
    assert call(still, "time/loop.js", "loopTo", None, 4) == {"start": 0, "stop": 5}


@pytest.mark.parametrize(
    ("t", "stop", "direction", "step"),
    [
        (0, "line", 1, 10),
        (10, "line", 1, 21),
        (10.5, "line", -1, 10),
        (10, "line", -1, 0),
        (22, "line", 1, 25),
        (25, "line", -1, 22),
        (0, "word", 1, 4),
        (4, "word", 1, 5),
        (5, "word", 1, 6),
        (12, "word", -1, 7),
        (15, "word", -1, 12),
        (25, "word", 1, 25),
    ],
)
def test_jumps_land_at_the_starts_of_lines_and_words(
    still: Page, t: float, stop: str, direction: int, step: int
) -> None:
    tokens = [{"text": character} for character in CODE]
    assert len(tokens) == 26
    assert call(still, "time/jumps.js", "jumpFrom", tokens, t, stop, direction) == step


@pytest.mark.parametrize(("distance", "share"), [(0, 1), (47, 1), (48, 0.25), (119, 0.25), (120, 0.0625)])
def test_dragging_is_finer_farther_from_the_rail(still: Page, distance: int, share: float) -> None:
    assert call(still, "time/scrubber.js", "fineness", distance) == share
