"""The first screen: what the network reads, what one of its units knows, and further concepts as choices."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.settings import Settings
from app.zoo import Zoo
from tests.browser.explore import Explore, Oracle, address

Open = Callable[..., Page]

PYTHON = "python-char-lm"


@pytest.fixture(scope="session")
def zoo(settings: Settings) -> Zoo:
    return Zoo(settings.models)


def story(page: Page) -> str:
    return page.locator("[data-readout=story]").inner_text()


def test_the_first_screen_says_what_one_unit_knows_and_shows_it(open_page: Open, zoo: Zoo) -> None:
    explore = Explore(open_page("/"))
    page = explore.page
    known = zoo.get(PYTHON).tracked.find("string")
    assert known is not None
    expect(page.locator("[data-readout=story]")).to_have_text(
        "This network reads Python. One of its 128 units knows when it is inside a string."
    )
    expect(page.get_by_label("inside a string")).to_be_checked()
    expect(explore.unit).to_have_value(str(known.best.unit))
    score = page.locator("concept-story [data-readout=score]")
    expect(score).to_contain_text(f"{round(100 * known.best.score)} of 100")
    expect(score).to_contain_text(known.on)
    text = zoo.get(PYTHON).examples[0].text
    assert text is not None
    values = [
        Oracle.of(zoo.get(PYTHON), text).value("cell_state", k, known.best.unit)
        for k in range(1, len(text) + 1)
    ]
    key = page.locator("tint-key")
    expect(key.locator(".low")).to_have_text(f"{min(values):.2f}".replace("-", "−"))
    expect(key.locator(".high")).to_have_text(f"{max(values):.2f}")


def test_a_choice_shows_its_unit_on_its_example(open_page: Open, zoo: Zoo) -> None:
    explore = Explore(open_page(address(t=3)))
    page = explore.page
    score = page.locator("concept-story [data-readout=score]")
    comment = zoo.get(PYTHON).tracked.find("comment")
    assert comment is not None
    explore.expect_steps(80)
    page.get_by_label("in a comment").check()
    expect(explore.examples).to_have_value("comment")
    expect(explore.unit).to_have_value(str(comment.best.unit))
    assert story(page).endswith("knows when it is in a comment.")
    explore.readouts.get_by_role("button", name="Forget gate").click()
    expect(score).to_contain_text("It is the unit's cell state that knows this.")
    assert story(page).endswith("knows when it is in a comment.")
    page.get_by_label("in a comment").check()
    expect(score).to_contain_text("high (towards purple)")
    page.get_by_label("in a comment").press("ArrowRight")
    expect(explore.examples).to_have_value("brackets")
    expect(page.get_by_label("inside brackets")).to_be_checked()


def test_an_example_chooses_its_unit_unless_the_address_names_one(open_page: Open, zoo: Zoo) -> None:
    number = zoo.get(PYTHON).tracked.find("number")
    assert number is not None
    explore = Explore(open_page(address(model=PYTHON, example="numbers", t=2)))
    expect(explore.unit).to_have_value(str(number.best.unit))
    named = Explore(open_page(address(model=PYTHON, example="numbers", t=2, unit=7)))
    expect(named.unit).to_have_value("7")
    expect(named.page.get_by_label("in a number")).not_to_be_checked()
    assert story(named.page) == "This network reads Python."


def test_the_smallest_network_is_one_choice_away(open_page: Open) -> None:
    explore = Explore(open_page(address(t=3)))
    explore.button("Begin with the smallest network: it counts").click()
    expect(explore.models).to_have_value("counter")
    expect(explore.page.locator("[data-readout=story]")).to_have_text(
        "This network reads a's and b's. One of its 3 units knows how many a's still wait for their b."
    )
    explore.button("The network that reads Python").click()
    expect(explore.models).to_have_value(PYTHON)


def test_the_scale_of_all_units_is_a_switch(open_page: Open) -> None:
    explore = Explore(open_page(address(t=3)))
    explore.expect_steps(80)
    low, high = (explore.page.locator(f"tint-key .{end}") for end in ("low", "high"))
    own, token = high.inner_text(), explore.token(20)
    before = token.evaluate("token => getComputedStyle(token).backgroundColor")
    explore.page.get_by_label("Same scale for all units").check()
    expect(high).not_to_have_text(own)
    assert low.inner_text() == "−" + high.inner_text()
    expect(token).not_to_have_css("background-color", before)
