"""The words of the network map."""

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run


@pytest.mark.parametrize(
    ("label", "room", "shown"),
    [
        ("2026-03-01 05:00", 16, "2026-03-01 05:00"),
        ("2026-03-01 05:00", 8, "01 05:00"),
        ("2026-03-01 05:00", 5, "05:00"),
        ("2015/04/05", 6, "04/05"),
        ("Wednesday", 5, ""),
    ],
)
def test_a_label_is_cut_to_the_end_that_fits(still: Page, label: str, room: int, shown: str) -> None:
    script = "({ endOf }, label, room) => endOf(label, (text) => text.length <= room)"
    assert run(still, "network/map-words.js", script, label, room) == shown
