"""The map's window and its rows as pure functions, by value."""

import pytest
from playwright.sync_api import Page

from tests.browser.modules import call


@pytest.mark.parametrize(
    ("step", "fraction", "origin"),
    [(0, 0, 0), (7, 0.5, 0), (8, 0, 7), (15, 0, 7), (7, 0.9, 0), (7, 0.98, 3.5), (7, 1, 7), (99, 0, 90)],
)
def test_the_window_of_the_map_turns_like_a_page(
    still: Page, step: int, fraction: float, origin: float
) -> None:
    window = {"columns": 10, "extent": 100}
    assert call(still, "network/map-layout.js", "originAt", window, step, fraction) == pytest.approx(origin)


@pytest.mark.parametrize(
    ("directions", "layers", "expected"),
    [
        (["forward"], [0], [(0, "forward")]),
        (["forward", "backward"], [0, 1], [(0, "forward"), (0, "backward"), (1, "forward"), (1, "backward")]),
    ],
)
def test_rows_go_from_the_input_up(
    still: Page, directions: list[str], layers: list[int], expected: list[tuple[int, str]]
) -> None:
    rows = call(still, "network/places.js", "rowsOf", {"layers": layers, "directions": directions})
    assert [(row["layer"], row["direction"]) for row in rows] == expected
    assert call(still, "network/places.js", "neighbour", rows, rows[0], 1) == rows[min(1, len(rows) - 1)]
    assert call(still, "network/places.js", "neighbour", rows, rows[0], -1) == rows[0]


def test_a_backward_direction_has_read_everything_to_the_right(still: Page) -> None:
    forward, backward = ({"layer": 0, "direction": name} for name in ("forward", "backward"))
    for step, by_forward, by_backward in [(4, True, False), (5, False, False), (6, False, True)]:
        assert call(still, "network/places.js", "hasRead", forward, step, 5) is by_forward
        assert call(still, "network/places.js", "hasRead", backward, step, 5) is by_backward
