"""The scrubber under the pointer, jumps, the step number, phase buttons, and pausing while pointing."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.explore import Explore, address, resize

Open = Callable[..., Page]

TEXT = "def f(x):\n  return x\n\nf(1)\n"
STEPS = len(TEXT) + 1  # the model has a start token
COUNTED = "aaaaabbbbb"


@pytest.fixture
def explore(return_to: Open) -> Explore:
    """The counter, paused at its first step of 11."""
    return opened(return_to)


def opened(open_page: Open, **options: object) -> Explore:
    view = address(model="counter", text=COUNTED, t=0, unit=0, signal="cell_state", speed=1)
    explore = Explore(open_page(view, **options))
    explore.expect_steps(len(COUNTED) + 1)
    explore.expect_step(0)
    return explore


def rail(explore: Explore) -> tuple[float, float, float]:
    """The rail's left end, its width, and the height of its middle."""
    box = explore.page.locator(".rail").bounding_box()
    assert box
    return box["x"], box["width"], box["y"] + box["height"] / 2


def test_a_press_on_the_rail_seeks(explore: Explore) -> None:
    left, width, y = rail(explore)
    explore.page.mouse.click(left + width * 4.5 / 11, y)
    explore.wait_for_moment(4.5 - 11 / width, 4.5 + 11 / width)
    explore.expect_step(4)


def test_a_drag_moves_time_more_finely_away_from_the_rail(explore: Explore) -> None:
    mouse = explore.page.mouse
    left, width, y = rail(explore)
    mouse.move(left + width * 2 / 11, y)
    mouse.down()
    mouse.move(left + width * 4 / 11, y)
    explore.wait_for_moment(4 - 11 / width, 4 + 11 / width)
    mouse.move(left + width * 4 / 11, y + 90)
    mouse.move(left + width * 8 / 11, y + 90)
    explore.wait_for_moment(5 - 11 / width, 5 + 11 / width)
    expect(explore.transport.locator("[data-readout=status]")).to_have_text("4 times finer than the pointer")
    mouse.move(left + width * 8 / 11, y + 180)
    mouse.move(left + width * 4 / 11, y + 180)
    explore.wait_for_moment(4.75 - 11 / width, 4.75 + 11 / width)
    mouse.up()
    expect(explore.transport.locator("[data-readout=status]")).to_have_text("")
    mouse.move(left, y)
    explore.wait_for_moment(4.75 - 11 / width, 4.75 + 11 / width)


def test_a_tap_on_the_rail_seeks(open_page: Open) -> None:
    explore = opened(open_page, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    left, width, y = rail(explore)
    explore.page.touchscreen.tap(left + width * 6.5 / 11, y)
    explore.wait_for_moment(6.4, 6.6)
    explore.button("One phase forward").tap()
    explore.expect_moment(6 + 4 / 7)
    explore.button("One step back").tap()
    explore.expect_step(5)


def test_phases_have_buttons(explore: Explore) -> None:
    explore.button("One phase forward").click()
    explore.button("One phase forward").click()
    explore.expect_moment(2 / 7)
    expect(explore.page.locator("[data-readout=phase]")).to_have_text("Weigh")
    explore.button("One phase back").click()
    explore.expect_moment(1 / 7)


def test_the_number_of_a_step_can_be_typed(explore: Explore) -> None:
    field = explore.transport.get_by_role("spinbutton", name="Step")
    field.fill("7")
    explore.expect_moment(0)
    field.press("Enter")
    explore.expect_step(7)
    explore.expect_moment(7)
    field.fill("11")
    field.press("Enter")
    field.blur()
    expect(field).to_have_value("7")
    explore.expect_step(7)
    explore.press("ArrowRight")
    expect(field).to_have_value("8")


def test_jumps_go_by_word_line_and_screenful(open_page: Open) -> None:
    explore = Explore(open_page(address(model="python-char-lm", text=TEXT, t=0)))
    explore.expect_steps(STEPS)
    # Its rows begin at steps 0, 11, 22 and 23; a screenful is two of them.
    for key, step in [
        ("w", 1), ("w", 5), ("w", 6), ("Shift+W", 5), ("n", 11), ("n", 22), ("Shift+N", 11), ("Shift+N", 0),
        ("Shift+PageDown", 22), ("Shift+PageDown", STEPS - 1), ("Shift+PageUp", STEPS - 7), ("Home", 0),
    ]:  # fmt: skip
        explore.press(key)
        explore.expect_step(step)
    explore.page.get_by_label("Jump", exact=True).click()
    for name, step in [
        ("Next word", 1), ("Next line", 11), ("Previous line", 0), ("A screenful on", 22),
        ("A screenful on", STEPS - 1), ("Previous word", STEPS - 2), ("A screenful back", STEPS - 8),
    ]:  # fmt: skip
        explore.button(name).click()
        explore.expect_step(step)
    explore.press("Escape")
    expect(explore.button("Next word")).to_be_hidden()


def test_keys_change_the_speed(explore: Explore) -> None:
    speed = explore.page.get_by_label("Speed")
    expect(speed).to_have_value("1")
    explore.press(*">>>>")
    expect(speed).to_have_value("16")
    explore.press(*"<<<<<<<<")
    expect(speed).to_have_value("0.0625")


def test_playing_pauses_while_pointing_if_chosen(open_page: Open) -> None:
    explore = opened(open_page)
    page = explore.page
    name = explore.readouts.get_by_role("button", name="Forget gate")
    explore.press("?")
    page.get_by_role("checkbox", name="Pause while I point").check()
    explore.press("Escape")
    page.get_by_label("Speed").select_option("0.25")
    explore.button("Play").click()
    explore.expect_state("playing")
    name.hover()
    explore.expect_state("paused")
    page.mouse.move(2, 2)
    explore.expect_state("playing")
    name.hover()
    explore.expect_state("paused")
    explore.button("One step forward").click()
    page.mouse.move(2, 2)
    explore.expect_step(1)
    explore.expect_state("paused")
    page.reload()
    expect(page.locator("input[name=pause]")).to_be_checked()


def test_playing_continues_while_pointing_by_default(explore: Explore) -> None:
    explore.page.get_by_label("Speed").select_option("0.25")
    explore.button("Play").click()
    explore.readouts.get_by_role("button", name="Forget gate").hover()
    expect(explore.page.locator("cell-stage")).to_have_attribute("data-outlined", re.compile("^forget_gate"))
    explore.expect_state("playing")


BOXES = """bar => [...bar.querySelectorAll("button, summary, select, input, .place-step, .place-token, .place-phase")]
  .filter((element) => element.checkVisibility() && !element.closest(".menu-panel"))
  .map((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { name: element.ariaLabel || element.className || element.tagName, left, right, top, bottom,
      inside: element.matches(".place-step input"), control: !element.matches("span, label") };
  })"""


def test_nothing_overlaps_and_no_button_is_too_small(open_page: Open) -> None:
    page = open_page(address(model="counter", text="ab" * 700, t=1234, loop="9-99"))
    explore = Explore(page)
    explore.expect_steps(1401)
    for width in (360, 390, 768, 960, 1200, 1440):
        resize(page, width)
        boxes = explore.transport.evaluate(BOXES)
        assert len(boxes) >= 14
        for box in boxes:
            assert box["left"] >= 0 and box["right"] <= width, box
            if box["control"]:
                assert box["right"] - box["left"] >= 24 and box["bottom"] - box["top"] >= 24, box
        apart = [box for box in boxes if not box["inside"]]
        for index, one in enumerate(apart):
            for other in apart[index + 1 :]:
                across = min(one["right"], other["right"]) - max(one["left"], other["left"])
                down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
                assert across <= 0.5 or down <= 0.5, (one, other)
