"""A reused window is as good as new, and a page that was left for the next test continues."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.complaints import Complaints
from tests.browser.explore import Explore, address
from tests.browser.windows import Windows

Open = Callable[..., Page]
VIEW = address(model="counter", text="ab", t=0)
STATE = """() => ({
  kept: { ...localStorage },
  history: history.length,
  pointed: document.querySelectorAll("button:hover, a:hover, .strip-view:hover").length,
  width: innerWidth,
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  still: matchMedia("(prefers-reduced-motion: reduce)").matches,
  speed: document.querySelector("[name=speed]").value,
  hash: new URLSearchParams(location.hash.slice(1)).get("t"),
  focus: document.activeElement.tagName,
})"""


def state(page: Page) -> Any:
    Explore(page).expect_steps(3)
    return page.evaluate(STATE)


def test_nothing_of_the_previous_test_is_left(windows: Windows, server: str) -> None:
    first = windows.lend(server, Complaints(server), viewport={"width": 900, "height": 700})
    first.prepare("localStorage.prepared = 'yes'")
    first.page.goto(VIEW)
    explore = Explore(first.page)
    first.look(viewport={"width": 800, "height": 600}, color_scheme="dark", reduced_motion="reduce")
    explore.expect_steps(3)
    first.page.route("**/api/**", lambda route: route.abort())
    first.page.get_by_label("Speed").select_option("4")
    explore.press("?")
    first.page.get_by_role("checkbox", name="Pause while I point").check()
    explore.press("Escape", "ArrowRight")
    explore.token(1).hover()
    assert first.page.evaluate("localStorage.prepared") == "yes"
    windows.take_back(first)

    again = windows.lend(server, Complaints(server))
    again.page.goto(VIEW)
    new = windows.new(server, Complaints(server))
    new.page.goto(VIEW)
    assert again is first
    found, expected = state(again.page), state(new.page)
    new.close()
    windows.take_back(again)
    assert found | {"history": 0} == expected | {"history": 0}
    assert found["history"] <= 2  # the empty page and this page
    assert first.complaints.found == []


def test_complaints_go_to_the_test_that_has_the_window(windows: Windows, server: str) -> None:
    first, second = Complaints(server), Complaints(server)
    window = windows.lend(server, first)
    window.page.goto(VIEW)
    windows.take_back(window)
    assert windows.lend(server, second) is window
    window.page.goto(VIEW)
    window.page.evaluate("console.error('of the second test')")
    windows.take_back(window)
    assert (first.found, second.found) == ([], ["of the second test"])


def test_a_window_with_another_page_is_not_reused(windows: Windows, server: str) -> None:
    window = windows.lend(server, Complaints(server))
    window.context.new_page()
    windows.take_back(window)
    assert window.page.is_closed()


def test_a_page_that_was_left_goes_to_another_view_without_being_loaded(
    windows: Windows, server: str
) -> None:
    first, second = Complaints(server), Complaints(server)
    window = windows.lend(server, first)
    window.page.goto(VIEW)
    explore = Explore(window.page)
    explore.expect_steps(3)
    explore.press("ArrowRight", "i")
    window.page.get_by_text("Read this as a table").click()
    windows.leave(window, "a file")

    assert windows.left(server, second, "a file") is window
    assert windows.left(server, second, "a file") is None
    window.page.evaluate("window.loaded = 'once'")
    again = address(model="counter", text="ab", t=2, unit=1)
    assert window.shows(again)
    window.go_to(again)
    explore.expect_step(2)
    assert window.page.evaluate("loaded") == "once"
    assert window.page.locator("details[open], .rail-loop:visible").count() == 0
    assert not window.shows(address(model="counter", text="abb", t=2))
    explore.button("Your own text").click()
    assert window.shows(again)
    assert explore.editor.is_hidden()

    windows.leave(window, "a file")
    assert windows.left(server, first, "another file") is None
    assert windows.lend(server, first) is window  # emptied
    window.page.goto(VIEW)
    windows.leave(window, "a file")
    assert windows.left("another server", first, "a file") is None
    assert window.page.is_closed()
