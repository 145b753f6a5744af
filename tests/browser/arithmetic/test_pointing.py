"""Pointing at a number outlines it in all its pictures; a click chooses it, with its arithmetic."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Position, expect

from tests.browser.arithmetic.panel import Arithmetic
from tests.browser.explore import Explore, address

Open = Callable[..., Page]
TEXT = "aaaaabbbbb"
STEPS, UNITS = len(TEXT) + 1, 3
VIEW = address(model="counter", text=TEXT, t=4, unit=1, signal="cell_state")

# Counts every time that Plotly draws.
COUNT_DRAWINGS = """() => {
  window.drawn = 0;
  for (const name of ["react", "newPlot", "restyle", "relayout"]) {
    const original = Plotly[name];
    Plotly[name] = (...given) => { window.drawn += 1; return original(...given); };
  }
}"""


def cell_of(page: Page, signal: str, step: int, unit: int) -> tuple[Locator, Position]:
    """A signal's heatmap, and the position of a unit's step in it."""
    plot = page.locator(f".chart-row[data-signal={signal}] .heatmap-plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    return plot, {"x": box["width"] * (step + 0.5) / STEPS, "y": box["height"] * (unit + 0.5) / UNITS}


def test_pointing_outlines_and_shows_a_number_and_the_subject_stays(return_to: Open) -> None:
    page = return_to(VIEW, reduced_motion="reduce")
    explore = Explore(page)
    explore.expect_steps(STEPS)
    explore.expect_plotly()
    page.evaluate(COUNT_DRAWINGS)
    stage = page.locator("cell-stage")
    plot, position = cell_of(page, "forget_gate", 4, 2)
    plot.hover(position=position)
    expect(page.locator("value-tip")).to_contain_text("Forget gate")
    expect(page.locator(".pointed-marker:visible")).to_have_count(6)
    expect(stage).to_have_attribute("data-outlined", "forget_gate 2")
    expect_subject(page, "Cell state", 1, 4)
    plot, position = cell_of(page, "hidden_state", 3, 0)
    plot.hover(position=position)
    expect(stage).to_have_attribute("data-outlined", "hidden_state.before 0")
    plot, position = cell_of(page, "hidden_state", 9, 0)
    plot.hover(position=position)
    expect(stage).to_have_attribute("data-outlined", "")  # the diagram does not show that step
    page.locator(".readout[data-signal=input_gate]").hover()
    expect(stage).to_have_attribute("data-outlined", "input_gate 1")
    explore.token(9).hover()
    expect_subject(page, "Cell state", 1, 4)
    page.locator("footer.footer").hover()
    expect(page.locator(".pointed-marker:visible")).to_have_count(0)
    expect(stage).to_have_attribute("data-outlined", "")
    assert page.evaluate("window.drawn") == 0


def expect_subject(page: Page, title: str, unit: int, step: int) -> None:
    """Panel, formula, diagram, lines and the text's colours show this number."""
    explore = Explore(page)
    Arithmetic(page).expect_place(title, unit, step)
    expect(explore.unit).to_have_value(str(unit))
    expect(explore.readouts.locator("[data-readout=at]")).to_have_text(str(step))
    expect(page.locator(".readout[data-lit] .title")).to_have_text(title)
    expect(page.locator(".readout button[aria-pressed=true] .title")).to_have_text(title)
    for place, number in {"unit": unit, "step": step}.items():
        expect(page.locator(f"cell-stage [data-stage={place}]")).to_have_text(str(number))
    expect(page.get_by_role("heading", name=f"Unit {unit} over time")).to_have_count(1)
    expect(page.locator("tint-key")).to_contain_text(f"{title} of unit {unit}")


def test_a_click_changes_the_whole_subject_even_while_something_is_pinned(return_to: Open) -> None:
    page = return_to(VIEW, reduced_motion="reduce")
    Explore(page).expect_steps(STEPS)
    Arithmetic(page).pin.click()
    plot, position = cell_of(page, "output_gate", 6, 0)
    plot.hover(position=position)
    expect_subject(page, "Cell state", 1, 4)
    plot.click(position=position)
    expect_subject(page, "Output gate", 0, 6)
    Arithmetic(page).pin.click()


def test_the_numbers_are_those_of_the_unit_being_typed(return_to: Open) -> None:
    page = return_to(VIEW, reduced_motion="reduce")
    explore = Explore(page)
    explore.expect_steps(STEPS)
    explore.unit.fill("2")
    expect_subject(page, "Cell state", 2, 4)
    explore.unit.fill("7")
    explore.unit.blur()
    expect_subject(page, "Cell state", 2, 4)


def test_a_number_has_one_rounding_wherever_it_is_shown(return_to: Open) -> None:
    page = return_to(VIEW, reduced_motion="reduce")
    arithmetic = Arithmetic(page)
    Explore(page).expect_steps(STEPS)
    small = page.evaluate(
        """() => [...document.querySelectorAll(".readout")].map((row) => row.querySelector("output"))
          .filter((output) => Math.abs(Number(output.dataset.value)) < 0.01)
          .map((output) => [output.closest(".readout").dataset.signal, output.textContent])"""
    )
    assert small, "no small number to compare"
    for signal, text in small:
        page.locator(f".readout[data-signal={signal}] button").click()
        expect(arithmetic.result).to_have_text(text)
        assert len(text.partition(".")[2]) > 3


def test_a_click_pins_and_escape_or_a_second_click_releases(return_to: Open) -> None:
    page = return_to(VIEW, reduced_motion="reduce")
    arithmetic, explore = Arithmetic(page), Explore(page)
    explore.expect_steps(STEPS)
    plot, position = cell_of(page, "output_gate", 6, 0)
    plot.click(position=position)
    expect(arithmetic.pin).to_have_attribute("aria-pressed", "true")
    other, elsewhere = cell_of(page, "input_gate", 2, 2)
    other.hover(position=elsewhere)
    arithmetic.expect_place("Output gate", 0, 6)
    page.mouse.move(0, 0)
    page.keyboard.press("ArrowRight")
    arithmetic.expect_place("Output gate", 0, 7)
    page.keyboard.press("ArrowDown")
    arithmetic.expect_place("Output gate", 1, 7)
    page.keyboard.press("Escape")
    expect(arithmetic.pin).to_have_attribute("aria-pressed", "false")
    row = page.locator(".readout[data-signal=hidden_state] button")
    for pressed in ("true", "false"):
        row.click()
        expect(arithmetic.pin).to_have_attribute("aria-pressed", pressed)


def test_the_arithmetic_follows_time(return_to: Open) -> None:
    page = return_to(VIEW, reduced_motion="reduce")
    arithmetic = Arithmetic(page)
    Explore(page).expect_steps(STEPS)
    seen = []
    for step in range(4, STEPS):
        arithmetic.expect_place("Cell state", 1, step)
        seen.append(arithmetic.expect_true()[-1])
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    arithmetic.expect_place("Cell state", 1, 0)
    expect(arithmetic.operand("cell_state.before")).to_have_attribute("aria-disabled", "true")
    expect(arithmetic.operand("cell_state.before").locator(".number")).to_have_text("0.000")
    assert len(set(seen)) > 3


def test_on_a_phone_a_tap_opens_a_sheet_below_the_strip(open_page: Open) -> None:
    page = open_page(VIEW, viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce")
    arithmetic = Arithmetic(page)
    Explore(page).expect_steps(STEPS)
    plot, position = cell_of(page, "hidden_state", 8, 2)
    plot.tap(position=position)
    arithmetic.expect_place("Hidden state", 2, 8)
    expect(arithmetic.panel).to_have_css("position", "fixed")
    sheet = arithmetic.panel.bounding_box()
    assert sheet
    assert sheet["y"] >= 844 * 0.55 - 1
    assert sheet["x"] >= 0
    assert sheet["x"] + sheet["width"] <= 390
    arithmetic.pin.tap()
    expect(arithmetic.panel).not_to_have_css("position", "fixed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_arithmetic_is_accessible(open_page: Open, scheme: str) -> None:
    page = open_page(
        address(model="counter", text=TEXT, t=4, unit=1, signal="forget_gate"),
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    arithmetic = Arithmetic(page)
    arithmetic.expect_place("Forget gate", 1, 4)
    page.locator(".pushes summary").click()
    arithmetic.panel.locator(".push-rows li[data-kind=input] button").click()
    expect(arithmetic.panel.locator(".push-features li:visible").first).to_be_visible()
    results = Axe().run(page, context=".arithmetic")
    assert results.violations_count == 0, results.generate_report()
    sizes = arithmetic.panel.locator("button:visible, summary").evaluate_all(
        "all => all.map((button) => button.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height))"
    )
    assert min(sizes) >= 24
    expect(page.get_by_role("region", name="Forget gate")).to_be_visible()
    number = arithmetic.operand("forget_gate.input").locator(".number").text_content()
    expect(arithmetic.operand("forget_gate.input")).to_have_accessible_name(f"From the input, {number}")


def test_another_sequence_lets_go_of_what_was_kept_in_sight(open_page: Open) -> None:
    page = open_page(address(model="counter", t=3, unit=1))
    Explore(page).expect_steps(25)
    stage = page.locator("cell-stage")
    arithmetic = Arithmetic(page)
    arithmetic.pin.click()
    expect(stage).to_have_attribute("data-lit", "")
    page.locator("select[name=example]").select_option(index=2)
    expect(stage).not_to_have_attribute("data-lit", "")
    expect(arithmetic.pin).to_have_attribute("aria-pressed", "false")
