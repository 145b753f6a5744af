"""The tour: taken with real clicks and keys, left and resumed, and hidden."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.explore import Explore, address, resize
from tests.browser.modules import call
from tests.browser.page.test_access import ALL, violations_light_and_dark

Open = Callable[..., Page]
TEXT = "aaaaabbbbb"
VIEW = address(model="counter", text=TEXT, t=0, unit=0)
STOPS = ["story", "counter", "watch", "play", "step", "phase", "forget", "own"]
# Whether the offer covers no control of the masthead.
APART = """() => {
  const box = (element) => element.getBoundingClientRect();
  const offer = box(document.querySelector(".tour-offer"));
  return [...document.querySelectorAll(".masthead :is(a, select, button), .story-rows :is(label, button)")].map(box)
    .every((one) => one.right <= offer.left || offer.right <= one.left
      || one.bottom <= offer.top || offer.bottom <= one.top);
}"""
SCREENS = [(360, 640), (820, 1180), (1440, 900), (2560, 1440)]


class Tour:
    """The tour's parts, as a user sees them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.element = page.locator("page-tour")
        self.card = page.get_by_role("region", name="Tour")
        self.opener = page.get_by_role("banner").get_by_role("button", name="Tour", exact=True)
        self.next = self.card.get_by_role("button", name=re.compile("Skip|Next"))

    def button(self, name: str) -> Locator:
        return self.card.get_by_role("button", name=name, exact=True)

    def expect_stop(self, name: str) -> None:
        expect(self.card.locator("li:visible")).to_have_attribute("data-stop", name)
        if name in STOPS:
            expect(self.card).to_contain_text(f"{STOPS.index(name) + 1} of {len(STOPS)}")

    def expect_done(self) -> None:
        expect(self.card.locator(".tour-done:visible")).to_be_in_viewport()

    def go_on(self) -> None:
        """Checks that the requested action was noticed, then continues without waiting for the tour."""
        self.expect_done()
        self.button("Next").click()

    def expect_clear(self) -> None:
        """The ring is around the stop's target, and the card is inside the window, off the target."""
        expect(self.page.locator(".tour-ring")).to_be_visible()
        self.page.wait_for_function(
            """() => {
              const box = (element) => element.getBoundingClientRect();
              const stop = document.querySelector("page-tour li:not([hidden])");
              const find = (selector) => document.querySelector(selector);
              const target = stop.dataset.target.split(",").map(find).find((one) => one?.getClientRects().length);
              const [card, ring, aim] = [find(".tour-card"), find(".tour-ring"), target].map(box);
              const apart = (one, other) => one.right <= other.left || other.right <= one.left
                || one.bottom <= other.top || other.bottom <= one.top;
              return apart(card, aim) && !apart(ring, aim)
                && ring.left <= aim.left && ring.right >= aim.right
                && card.left >= 0 && card.top >= 0 && card.right <= innerWidth && card.bottom <= innerHeight;
            }"""
        )


@pytest.fixture
def tour(open_page: Open) -> Tour:
    """The tour, closed, over the counter, paused at its first step."""
    page = open_page(VIEW, reduced_motion="reduce")
    Explore(page).expect_steps(len(TEXT) + 1)
    return Tour(page)


def test_the_whole_tour_by_doing_what_it_asks(open_page: Open) -> None:
    page = open_page("/")
    explore, tour = Explore(page), Tour(page)
    explore.expect_state("playing")
    explore.button("Find a unit").click()
    finder = page.locator("unit-finder")
    expect(finder).to_be_visible()
    tour.opener.click()
    tour.expect_stop("story")
    expect(finder).to_be_hidden()
    expect(tour.card).to_be_focused()
    tour.expect_clear()
    page.get_by_label("in a comment").check()
    tour.go_on()
    tour.expect_stop("counter")
    tour.expect_clear()
    page.get_by_role("button", name="Begin with the smallest network").click()
    tour.go_on()
    tour.expect_stop("watch")
    tour.expect_clear()
    page.get_by_role("button", name="Last step").click()
    tour.go_on()
    tour.expect_stop("play")
    explore.button("First step").click()
    explore.button("Play").click()
    explore.expect_state("playing")
    explore.button("Pause").click()
    tour.go_on()
    tour.expect_stop("step")
    explore.press("ArrowRight")
    tour.go_on()
    tour.expect_stop("phase")
    tour.expect_clear()
    explore.press("Shift+ArrowRight")
    tour.go_on()
    tour.expect_stop("forget")
    tour.expect_clear()
    page.get_by_role("slider", name="Forget gate").click(position={"x": 20, "y": 20})
    expect(page.locator("#arithmetic-title")).to_contain_text("Forget gate")
    tour.go_on()
    tour.expect_stop("own")
    tour.expect_clear()
    explore.read("aabb")
    tour.go_on()
    tour.expect_stop("end")
    tour.expect_clear()
    tour.button("Finish").click()
    expect(tour.element).to_be_hidden()
    expect(tour.opener).to_be_focused()
    tour.opener.click()
    tour.expect_stop("story")


def test_it_never_moves_on_by_itself(open_page: Open) -> None:
    page = open_page(path="")
    page.clock.install()
    page.goto(VIEW)
    explore, tour = Explore(page), Tour(page)
    page.clock.run_for(1000)
    explore.expect_steps(len(TEXT) + 1)
    tour.opener.click()
    tour.next.click()
    tour.expect_stop("counter")
    tour.expect_done()
    page.clock.run_for(60_000)
    tour.expect_stop("counter")


def test_it_speaks_of_keys_only_where_there_are_some(open_page: Open) -> None:
    for touch in (False, True):
        page = open_page(VIEW, reduced_motion="reduce", has_touch=touch, is_mobile=touch)
        tour = Tour(page)
        Explore(page).expect_steps(len(TEXT) + 1)
        tour.opener.click()
        for _ in range(STOPS.index("step")):
            tour.next.click()
        tour.expect_stop("step")
        ask = tour.card.locator("li:visible .tour-ask")
        expect(ask).to_have_text(
            "Go to another step: touch a character."
            if touch
            else "Go to another step: press →, or click a character.",
            use_inner_text=True,
        )


def test_other_actions_do_not_complete_a_stop(tour: Tour) -> None:
    explore = Explore(tour.page)
    tour.opener.click()
    for _ in range(STOPS.index("play")):
        tour.next.click()
    tour.expect_stop("play")
    explore.press("ArrowRight")
    explore.expect_step(1)
    expect(tour.element).to_have_attribute("data-done", "false")
    explore.button("Play").click()
    expect(tour.element).to_have_attribute("data-done", "true")
    tour.expect_stop("play")


def test_it_can_be_left_and_resumed(tour: Tour) -> None:
    page = tour.page
    tour.opener.click()
    tour.next.click()
    tour.next.click()
    tour.expect_stop("watch")
    tour.button("Back").click()
    tour.expect_stop("counter")
    page.keyboard.press("Escape")
    expect(tour.element).to_be_hidden()
    expect(tour.opener).to_be_focused()
    page.reload()
    Explore(page).expect_steps(len(TEXT) + 1)
    tour.opener.click()
    tour.expect_stop("counter")
    tour.button("Leave the tour").click()
    expect(tour.element).to_be_hidden()


def test_escape_first_releases_the_pin(tour: Tour) -> None:
    tour.opener.click()
    pin = tour.page.get_by_role("button", name="Pin")
    pin.click()
    expect(pin).to_have_attribute("aria-pressed", "true")
    tour.page.keyboard.press("Escape")
    expect(pin).to_have_attribute("aria-pressed", "false")
    expect(tour.card).to_be_visible()
    tour.page.keyboard.press("Escape")
    expect(tour.element).to_be_hidden()


def test_it_is_offered_once(open_page: Open) -> None:
    page = open_page("/", viewport={"width": 1440, "height": 900})
    offer = page.get_by_role("button", name="New here?")
    expect(offer).to_be_visible()
    assert page.evaluate(APART)
    page.get_by_role("button", name="No, thanks").click()
    expect(offer).to_be_hidden()
    page.reload()
    expect(Tour(page).opener).to_be_visible()
    Explore(page).wait_for_moment(0.01)
    expect(offer).to_be_hidden()


def test_the_card_never_covers_its_target(tour: Tour) -> None:
    for screen in SCREENS:
        resize(tour.page, *screen)
        tour.opener.click()
        for stop in STOPS:
            tour.expect_stop(stop)
            tour.expect_clear()
            assert tour.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen
            tour.next.click()
        tour.expect_stop("end")
        expect(tour.button("Finish")).to_be_focused()
        tour.button("Finish").click()


def test_axe_finds_nothing(tour: Tour) -> None:
    tour.opener.click()
    tour.next.click()
    tour.next.click()
    tour.expect_stop("watch")
    assert violations_light_and_dark(tour.page, "page-tour", in_dark=ALL) == []
    tour.page.emulate_media(color_scheme="light")
    Explore(tour.page).press("End")
    tour.expect_done()
    assert violations_light_and_dark(tour.page, "page-tour, .masthead", in_dark=ALL) == []


def test_an_address_can_hide_it(open_page: Open) -> None:
    page = open_page(VIEW + "&hide=tour", viewport={"width": 1440, "height": 900})
    Explore(page).expect_steps(len(TEXT) + 1)
    expect(page.get_by_role("button", name="Tour", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="New here?")).to_have_count(0)


def test_a_card_is_beside_its_target_and_keeps_clear(still: Page) -> None:
    view = {"x": 0, "y": 0, "width": 1000, "height": 800}
    target = {"x": 100, "y": 100, "width": 100, "height": 40}
    given = {"target": target, "keep": [], "card": {"width": 300, "height": 200}, "view": view}
    assert call(still, "page/tour-place.js", "placeCard", given) == {"x": 100, "y": 156}
    below = {"x": 0, "y": 150, "width": 1000, "height": 650}
    assert call(still, "page/tour-place.js", "placeCard", given | {"keep": [below]})["x"] == 216
    narrow = given | {"view": view | {"width": 316}}
    assert call(still, "page/tour-place.js", "dockCard", narrow) == {"x": 8, "y": 592}
    assert call(still, "page/tour-place.js", "dockCard", narrow | {"keep": [below]}) == {"x": 8, "y": 592}
    low = target | {"y": 700}
    assert call(still, "page/tour-place.js", "dockCard", narrow | {"target": low}) == {"x": 8, "y": 8}
