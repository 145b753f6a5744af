"""The sequence: its tokens, the user's own text, problems, and long texts."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.settings import Settings
from app.zoo import Zoo
from tests.browser.complaints import Complaints
from tests.browser.explore import Explore, Oracle, address
from tests.browser.modules import run
from tests.browser.problem import expect_problem

Open = Callable[..., Page]

PYTHON = "python-char-lm"
TYPED = 'x = "ab" + c'
ENDS = """({ ownScale, cssColour, LEVELS }, low, high) => {
  const cell = JSON.parse(document.querySelector("script#opening").text).cells[0];
  const signal = cell.signals.find(({ name }) => name === "cell_state");
  const scale = ownScale(signal, "light", [low, high]);
  return [cssColour(scale, 0), cssColour(scale, LEVELS - 1)];
}"""


@pytest.fixture(scope="session")
def zoo(settings: Settings) -> Zoo:
    return Zoo(settings.models)


def test_invisible_characters_get_a_mark(open_page: Open) -> None:
    explore = Explore(open_page(address(model=PYTHON, text="if x:\n\ty = '→'\n", t=12)))
    expect(explore.strip).to_have_attribute("aria-valuetext", "Step 12, single quote '")
    expect(explore.token(0)).to_have_text("start")
    shown = [explore.token(step).inner_text() for step in range(1, 16)]
    assert "".join(shown) == "if␣x:⏎⇥y␣=␣'→'⏎"
    kinds = {step: explore.token(step).get_attribute("data-kind") for step in (0, 1, 3, 6, 7, 13)}
    assert kinds == {0: "special", 1: "text", 3: "space", 6: "newline", 7: "tab", 13: "text"}
    expect(explore.token(13)).to_have_attribute("data-unknown", "")
    assert explore.token(1).get_attribute("data-unknown") is None
    line = explore.token(5).bounding_box(), explore.token(7).bounding_box()
    assert line[0] and line[1] and line[1]["y"] > line[0]["y"], "a line of the text is a line on the page"


def test_the_users_own_text_is_read_and_keeps_playing(open_page: Open, zoo: Zoo) -> None:
    text = "for line in lines:\n    print(line)\n"
    explore = Explore(open_page(address(model=PYTHON, text="x = 1", t=0, unit=5)))
    explore.expect_steps(6)
    explore.read(text)
    expect(explore.editor).to_be_hidden()
    explore.expect_steps(len(text) + 1)
    explore.wait_for_moment(0.1)
    explore.button("Last step").click()
    explore.expect_values(Oracle.of(zoo.get(PYTHON), text), step=len(text), unit=5)
    expect(explore.page.locator("[data-readout=note]")).to_have_text("Your own text.")


def test_the_editor_begins_with_the_text_and_takes_ctrl_enter(open_page: Open) -> None:
    explore = Explore(open_page(address(model="counter", text="aabb", t=0)))
    explore.expect_steps(5)
    explore.button("Your own text").click()
    expect(explore.editor).to_have_value("aabb")
    expect(explore.editor).to_be_focused()
    explore.editor.press("End")
    explore.press("b", "Control+Enter")
    explore.expect_steps(6)


def test_the_colours_change_while_the_text_is_typed(open_page: Open, zoo: Zoo) -> None:
    explore = Explore(open_page(address(model=PYTHON, text="x = 1", t=0, unit=12, signal="cell_state")))
    explore.expect_steps(6)
    explore.button("Your own text").click()
    back = explore.page.locator(".editor-back span")
    expect(back).to_have_count(5)
    entries = explore.page.evaluate("history.length")
    for length in range(1, len(TYPED) + 1):
        explore.editor.fill(TYPED[:length])
    explore.expect_steps(len(TYPED) + 1)  # once typing rests, the whole page shows the text
    expect(explore.editor).to_be_visible()
    values = [Oracle.of(zoo.get(PYTHON), TYPED).value("cell_state", k + 1, 12) for k in range(len(TYPED))]
    colours = [mark.evaluate("mark => mark.style.backgroundColor.replaceAll(',', '')") for mark in back.all()]
    lowest, highest = int(np.argmin(values)), int(np.argmax(values))
    scale = run(explore.page, "page/palette.js", ENDS, float(min(values)), float(max(values)))
    assert [colours[lowest], colours[highest]] == scale
    explore.expect_step(len(TYPED))
    assert explore.page.evaluate("history.length") <= entries + 1, (
        "all that is typed is one entry of the history"
    )
    explore.editor.press("Escape")
    explore.expect_steps(6)
    expect(explore.editor).to_be_hidden()


def test_a_problem_is_shown_while_the_old_picture_stays(open_page: Open, zoo: Zoo) -> None:
    explore = Explore(open_page(address(model="counter", text="aaabbb", t=4, unit=0)))
    explore.expect_steps(7)
    explore.read("aaxbb")
    expect_problem(explore.problem, "'x'")
    expect_problem(explore.problem, "Expected: one of")
    expect(explore.editor).to_have_value("aaxbb")
    explore.expect_values(Oracle.of(zoo.get("counter"), "aaabbb"), step=4, unit=0)
    explore.button("Cancel").click()
    expect(explore.token(6)).to_have_text("b")
    explore.button("Dismiss this message").click()
    expect(explore.problem).to_be_hidden()
    explore.read("")
    expect_problem(explore.problem, "empty")
    explore.editor.fill("aabb")
    explore.press("Control+Enter")
    explore.expect_steps(5)
    expect(explore.problem).to_be_hidden()


def test_an_unknown_model_in_the_address_is_reported_and_the_opening_example_is_read(
    open_page: Open, complaints: Complaints
) -> None:
    complaints.expected.append("status of 404")
    explore = Explore(open_page(address(model="no-such-model")))
    expect_problem(explore.problem, "no-such-model")
    expect(explore.token(0)).to_be_visible()
    explore.expect_state("paused")


def test_ten_thousand_characters_stay_fast(open_page: Open, zoo: Zoo) -> None:
    text = "a" * 5_000 + "b" * 5_000
    page = open_page(address(model="counter", text="aabbb", t=0, unit=1))
    explore = Explore(page)
    explore.expect_steps(6)
    explore.read(text)
    expect(page.locator("[data-readout=note]")).to_contain_text("too long for the page's address")
    explore.expect_steps(10_001)
    assert "text=" not in page.url
    assert page.locator(".token").count() < 1500, "only what is seen is in the document"
    explore.button("Last step").click()
    expect(explore.token(10_000)).to_be_in_viewport()
    explore.expect_values(Oracle.of(zoo.get("counter"), text), step=10_000, unit=1)
    explore.button("First step").click()
    expect(explore.token(0)).to_be_in_viewport()
    expect(explore.token(10_000)).to_have_count(0)
    binning = page.locator("[data-readout=binning]")
    width = page.locator(".chart-overlay").bounding_box()
    assert width
    size = -(-10_001 // round(width["width"]))
    expect(binning).to_have_text(f"Each column is the mean of {size} steps.")
    for _ in range(5):
        explore.button("Zoom in around the current step").click()
    expect(binning).to_have_text("")


def test_examples_and_models_are_chosen(open_page: Open, zoo: Zoo) -> None:
    page = open_page(address(model=PYTHON, t=0))
    explore = Explore(page)
    counter = zoo.get("counter")
    explore.models.select_option(counter.config.title)
    explore.expect_steps(len(str(counter.examples[0].text)) + 1)
    example = counter.examples[-1]
    explore.examples.select_option(example.title)
    explore.expect_steps(len(str(example.text)) + 1)
    expect(page.locator("[data-readout=note]")).to_have_text(example.note)
    expect(page.locator("[data-readout=units]")).to_have_text(str(counter.parts["sequence"].hidden_size))
