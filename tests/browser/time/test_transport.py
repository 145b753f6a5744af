"""Playing, stepping, seeking, by pointer and by keys alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.explore import Explore, address
from tests.browser.page.test_address import wait_for_fragment

Open = Callable[..., Page]

TEXT = "aaaaabbbbb"
LAST = len(TEXT)


@pytest.fixture
def explore(return_to: Open) -> Explore:
    """The counter, reading, paused at its first step."""
    return opened(return_to)


def opened(open_page: Open) -> Explore:
    view = address(model="counter", text=TEXT, t=0, unit=0, signal="cell_state", speed=1)
    explore = Explore(open_page(view))
    explore.expect_steps(LAST + 1)
    explore.expect_step(0)
    return explore


def test_it_opens_already_moving_and_on_an_example(open_page: Open) -> None:
    page = open_page()
    explore = Explore(page)
    explore.expect_state("playing")
    explore.wait_for_moment(2)
    expect(explore.examples).not_to_have_value("")
    explore.button("Pause").click()
    explore.expect_state("paused")


def test_playing_goes_to_the_end_and_stops_there(explore: Explore) -> None:
    page = explore.page
    page.get_by_label("Speed").select_option("16")
    explore.button("Play").click()
    explore.expect_state("playing")
    explore.wait_for_moment(LAST + 1)
    explore.expect_state("paused")
    explore.expect_step(LAST)
    explore.button("Play").click()
    explore.wait_for_moment(0.01, LAST)


def test_the_buttons_step(explore: Explore) -> None:
    for name, step in [
        ("One step forward", 1),
        ("One step forward", 2),
        ("One step back", 1),
        ("Last step", LAST),
        ("One step forward", LAST),
        ("First step", 0),
        ("One step back", 0),
    ]:
        explore.button(name).click()
        explore.expect_step(step)


def test_a_click_on_a_token_jumps_there(explore: Explore) -> None:
    explore.token(6).click()
    explore.expect_step(6)
    expect(explore.page.locator(".strip-ring")).to_have_attribute("data-step", "6")
    token, ring = explore.token(6).bounding_box(), explore.page.locator(".strip-ring").bounding_box()
    assert token and ring
    assert ring["x"] == pytest.approx(token["x"], abs=1)
    assert ring["width"] == pytest.approx(token["width"], abs=1)


def test_the_scrubber_reaches_any_moment(explore: Explore) -> None:
    page = explore.page
    page.get_by_label("Moment").fill("3.5")
    explore.expect_step(3)
    expect(page.locator("[data-readout=phase]")).to_have_text("Forget")
    page.get_by_label("Moment").focus()
    explore.press("ArrowRight")
    explore.expect_step(4)
    explore.expect_moment(4)


def test_keys_do_everything(explore: Explore) -> None:
    page = explore.page
    explore.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft")
    explore.expect_step(2)
    explore.press("Shift+ArrowRight", "Shift+ArrowRight")
    explore.expect_moment(2 + 2 / 7)
    explore.expect_state("paused")
    expect(page.locator("[data-readout=phase]")).to_have_text("Weigh")
    explore.press("Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft")
    explore.expect_moment(1 + 6 / 7)
    expect(page.locator("[data-readout=phase]")).to_have_text("Expose")
    explore.press("End")
    explore.expect_step(LAST)
    explore.press("Home")
    explore.expect_step(0)
    explore.press("ArrowDown", "ArrowDown", "ArrowDown")
    expect(explore.unit).to_have_value("2")
    explore.press("ArrowUp")
    expect(explore.unit).to_have_value("1")
    explore.press("Space")
    explore.expect_state("playing")
    explore.press("Space")
    explore.expect_state("paused")


def test_keys_are_off_while_typing(explore: Explore) -> None:
    explore.button("Your own text").click()
    explore.editor.press("End")
    explore.page.keyboard.type(" ?")
    expect(explore.editor).to_have_value(TEXT + " ?")
    explore.expect_step(0)
    explore.expect_state("paused")
    explore.press("Escape")
    expect(explore.editor).to_be_hidden()
    expect(explore.button("Your own text")).to_be_focused()


def test_the_keys_are_listed_and_can_be_switched_off(open_page: Open) -> None:
    explore = opened(open_page)
    page = explore.page
    explore.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("one phase back, one phase on")
    explore.press("Escape")
    expect(sheet).to_be_hidden()
    explore.press("ArrowRight")
    explore.expect_step(1)
    explore.button("Keys ?").click()
    sheet.get_by_role("checkbox", name="Use these keys").uncheck()
    explore.button("Close").click()
    explore.press("ArrowRight", "ArrowRight")
    explore.expect_step(1)
    wait_for_fragment(page, t="1")
    page.reload()
    explore.expect_step(1)
    explore.press("ArrowRight")
    explore.button("One step forward").click()
    explore.expect_step(2)


def test_the_cursor_is_at_its_moment_and_moving_it_redraws_no_chart(explore: Explore) -> None:
    page = explore.page
    explore.expect_plotly()
    page.evaluate(
        """() => {
          window.drawn = 0;
          const react = Plotly.react;
          Plotly.react = (...all) => { window.drawn += 1; return react(...all); };
          const canvas = CanvasRenderingContext2D.prototype;
          const put = canvas.putImageData;
          canvas.putImageData = function (...all) {
            if (this.canvas.closest("gate-heatmaps, unit-lines")) window.drawn += 1;
            return put.apply(this, all);
          };
        }"""
    )
    page.wait_for_function(  # a chart that waits for its turn is drawn within half a second
        """() => {
          if (window.drawn !== window.known) [window.since, window.frames] = [performance.now(), 0];
          window.known = window.drawn;
          window.frames += 1;  // time alone passes on a machine that has no time for the page, too
          return performance.now() - window.since > 1000 && window.frames > 20;
        }"""
    )
    page.evaluate("() => void (window.drawn = 0)")
    overlay = page.locator(".chart-overlay").bounding_box()
    assert overlay
    for t in (0.0, 2.25, 7.5):
        page.get_by_label("Moment").fill(str(t))
        x = overlay["x"] + overlay["width"] * t / (LAST + 1)
        page.wait_for_function(
            """([x]) => {
              const cursor = document.querySelector('.chart-overlay .cursor').getBoundingClientRect();
              return Math.abs(cursor.x + 1 - x) < 1.5;
            }""",
            arg=[x],
        )
    explore.button("Play").click()
    explore.wait_for_moment(8.5)
    assert page.evaluate("() => window.drawn") == 0


def test_reduced_motion_opens_paused_and_shows_whole_steps_as_still_pictures(open_page: Open) -> None:
    page = open_page("/#model=counter&speed=2", reduced_motion="reduce")
    explore = Explore(page)
    explore.expect_state("paused")
    explore.expect_step(0)
    explore.button("Play").click()
    seen = page.evaluate(
        """() => new Promise((resolve) => {
          const seen = new Set();
          const look = () => {
            const t = Number(document.querySelector(".scrubber").value);
            seen.add(t);
            if (t > 2.5) resolve([...seen]); else requestAnimationFrame(look);
          };
          look();
        })"""
    )
    assert len(seen) > 2
    assert all(t == round(t) for t in seen)
