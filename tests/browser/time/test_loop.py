"""A range played in a loop: chosen by key, button and drag, drawn, and kept in the address."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.explore import Explore, address
from tests.browser.page.test_address import wait_for_fragment

Open = Callable[..., Page]

TEXT = "aaaaabbbbb"
STEPS = len(TEXT) + 1


def opened(return_to: Open, **view: str | int | float) -> Explore:
    start: dict[str, str | int | float] = {"t": 0, "unit": 0, "signal": "cell_state", "speed": 1}
    whole = {"model": "counter", "text": TEXT} | start | view
    explore = Explore(return_to(address(**whole)))
    explore.expect_steps(STEPS)
    return explore


@pytest.fixture
def explore(return_to: Open) -> Explore:
    """The counter, paused at its first step of 11."""
    return opened(return_to)


def expect_loop(explore: Explore, first: int, last: int) -> None:
    """The range is named, its button is pressed, and it is drawn from its first step's start to its last step's end."""
    expect(explore.button("Loop")).to_have_attribute("aria-pressed", "true")
    expect(explore.button("Loop")).to_have_text(f"{first}–{last}")
    said = f"Steps {first}–{last} play" if last > first else f"Step {first} plays"
    expect(explore.transport.locator("[data-readout=status]")).to_have_text(f"{said} in a loop. L ends it.")
    rail, band = (explore.page.locator(name).bounding_box() for name in (".rail", ".rail-loop"))
    assert rail and band
    assert band["x"] == pytest.approx(rail["x"] + rail["width"] * first / STEPS, abs=1)
    assert band["width"] == pytest.approx(rail["width"] * (last - first + 1) / STEPS, abs=1)


def expect_no_loop(explore: Explore) -> None:
    expect(explore.button("Loop")).to_have_attribute("aria-pressed", "false")
    expect(explore.page.locator(".rail-loop")).to_be_hidden()


def test_keys_choose_the_range_and_the_address_carries_it(explore: Explore) -> None:
    page = explore.page
    expect_no_loop(explore)
    explore.press("ArrowRight", "ArrowRight", "ArrowRight", "l")
    expect_loop(explore, 3, 3)
    explore.press("ArrowRight", "ArrowRight", "o")
    expect_loop(explore, 3, 5)
    explore.press("ArrowLeft", "i")
    expect_loop(explore, 4, 5)
    wait_for_fragment(page, loop="4-5", t="4")
    page.reload()
    explore.expect_steps(STEPS)
    expect_loop(explore, 4, 5)
    explore.press("l")
    expect_no_loop(explore)
    page.wait_for_function("() => !location.hash.includes('loop')")


def test_buttons_choose_the_range(explore: Explore) -> None:
    explore.token(2).click()
    explore.page.get_by_label("Jump", exact=True).click()
    explore.button("From here").click()
    expect_loop(explore, 2, STEPS - 1)
    explore.press("ArrowRight", "ArrowRight")
    explore.button("To here").click()
    expect_loop(explore, 2, 4)
    explore.button("Loop").click()
    expect_no_loop(explore)


def test_a_drag_with_shift_chooses_the_range_and_keeps_the_time(explore: Explore) -> None:
    page = explore.page
    box = page.locator(".rail").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + box["width"] * 7.5 / STEPS, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 4.5 / STEPS, y, steps=3)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect_loop(explore, 4, 7)
    explore.expect_moment(0)


def test_playing_stays_within_the_range(return_to: Open) -> None:
    explore = opened(return_to, t=8, loop="3-4", speed=16)
    explore.expect_state("paused")
    explore.button("Play").click()
    explore.expect_state("playing")
    seen = explore.page.evaluate(
        """() => new Promise((resolve) => {
          const seen = [];
          let turns = 0;
          const look = () => {
            const t = Number(document.querySelector(".scrubber").value);
            if (t < seen.at(-1)) turns += 1;
            seen.push(t);
            if (turns === 4) resolve(seen); else requestAnimationFrame(look);
          };
          look();
        })"""
    )
    explore.expect_state("playing")
    inside = seen[next(index for index, t in enumerate(seen) if t < 8) :]
    assert min(inside) >= 3 and max(inside) <= 5  # the slider rounds to a ten-thousandth of a step


def test_a_loop_ends_with_its_sequence(return_to: Open) -> None:
    explore = opened(return_to, loop="8-40")
    expect_loop(explore, 8, STEPS - 1)
    explore.read("ab")
    explore.expect_steps(3)
    expect_no_loop(explore)
