"""The Translate page is accessible: axe finds nothing, the keyboard reaches everything, and it fits on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page.test_access import violations_light_and_dark
from tests.browser.translate import Translate, address

Open = Callable[..., Page]
CAR = "She bought a red car."


def test_axe_finds_nothing(open_page: Open) -> None:
    view = address(text=CAR, beam=2, t=13.9, target="Elle acheta une voiture rouge.")
    page = Translate(open_page(view))
    page.expect_whole()
    page.page.locator(".translation.second button.unrolled-box[data-part=encoder]").first.click()
    for side in ("#inside", "#second-inside"):
        expect(page.page.locator(f"{side} inside-step")).to_have_attribute("data-ready", "")
    expect(page.page.locator("teacher-rows td[data-parting]")).to_have_count(2)
    page.page.locator("force-attention summary").click()
    page.page.locator("attention-table summary").first.click()
    assert violations_light_and_dark(page.page) == []


def test_the_page_can_be_used_with_the_keyboard_only(open_page: Open) -> None:
    page = Translate(open_page(address(text=CAR, t=13.9)))
    page.expect_whole()
    page.sentence.focus()
    page.page.keyboard.press("Control+A")
    page.page.keyboard.type("Two old friends.")
    page.page.keyboard.press("Enter")
    expect(page.page.locator("span.source").nth(3)).to_have_text("old")
    page.expect_whole()
    page.page.get_by_role("button", name="Last step").focus()
    page.page.keyboard.press("Enter")
    page.plot.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowRight"):
        page.page.keyboard.press(key)
    expect(page.reading).to_have_attribute("data-cell", re.compile(r"\d+ \d+"))
    target, source = (page.reading.get_attribute("data-cell") or "").split()
    assert (int(target), int(source)) > (0, 0)
    page.page.keyboard.press("Escape")
    expect(page.page.locator(".map-cell")).to_be_hidden()


@pytest.mark.parametrize("compared", [False, True], ids=["alone", "compared"])
def test_a_phone_shows_everything_without_scrolling_sideways(open_page: Open, compared: bool) -> None:
    rival = {"target": "Elle acheta une voiture rouge."} if compared else {}
    view = address(text="I am tired. It is late. Let's go home.", t=20.5, beam=3, **rival)
    page = open_page(view, viewport={"width": 390, "height": 844})
    Translate(page).expect_whole()
    expect(page.locator("#inside inside-step")).to_have_attribute("data-ready", "")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
