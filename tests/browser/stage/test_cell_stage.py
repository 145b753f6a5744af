"""The diagram of the cell on the page: its numbers, its motion, and pointing at it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, Position, expect

from app.recurrent import Trace, capture
from app.settings import Settings
from app.zoo import Zoo
from tests.browser.conftest import serving
from tests.browser.explore import Explore, address, fixed
from tests.browser.page.test_access import ALL, violations_light_and_dark
from tests.browser.pictures import compare, take
from tests.networks.models import language_model
from tests.web.models import make_models

Open = Callable[..., Page]
TEXT = "aaaaabbbbb"
GATES = ("input_gate", "forget_gate", "cell_candidate", "output_gate")

# All that is visible of the diagram: its SVG without the focus attributes, and every pixel of its strips.
SEEN = """() => {
  const stage = document.querySelector("cell-stage");
  const canvas = stage.querySelector("canvas");
  const drawn = [...stage.querySelectorAll("svg.stage-wires, svg.stage-nodes")].map((svg) => svg.outerHTML);
  return [stage.dataset.moment, drawn.join(), canvas.toDataURL()];
}"""
SEEK = """(t) => {
  const scrubber = document.querySelector(".scrubber");
  scrubber.value = t;
  scrubber.dispatchEvent(new Event("input"));
}"""


def traced(models: Path, model: str, text: str) -> Trace:
    loaded = language_model(Zoo(models).get(model))
    _, ids = loaded.codec.encode(text)
    with torch.no_grad():
        inputs = loaded.network.embedding(torch.from_numpy(ids))
        return capture(loaded.network.recurrent, inputs, pre_activations=True)


def shown(page: Page, selector: str) -> float:
    text = page.locator(f"cell-stage {selector}").text_content()
    assert text
    return float(text.replace("−", "-"))


def expect_moment(page: Page, t: float) -> None:
    page.wait_for_function(
        "t => Math.abs(Number(document.querySelector('cell-stage').dataset.moment) - t) < 1e-3", arg=t
    )


def seek(page: Page, t: float) -> None:
    page.evaluate(SEEK, t)
    expect_moment(page, t)


def opened(return_to: Open, t: float, **view: str | int) -> Page:
    whole: dict[str, str | int | float] = {
        "model": "counter",
        "text": TEXT,
        "unit": 0,
        "signal": "cell_state",
    }
    page = return_to(address(**whole | {"t": t} | view), viewport={"width": 1440, "height": 900})
    Explore(page).expect_steps(len(TEXT) + 1)
    expect_moment(page, t)
    return page


def expect_weights(page: Page, pre: Trace, place: str, step: int, unit: int) -> None:
    """The sums are those of the unit's own weights, once these have arrived."""
    for gate in GATES:
        exact = pre[f"{place}.{gate}.pre"][step, unit].item()
        expect(page.locator(f"cell-stage [data-sum={gate}] .sum-number")).to_have_text(fixed(exact))


def test_every_number_is_what_pytorch_gives(return_to: Open) -> None:
    trace = traced(Settings().models, "counter", TEXT)
    page = opened(return_to, 7.99, unit=1)
    step, unit = 7, 1

    def value(signal: str, at: int) -> float:
        return trace[f"layers.0.forward.{signal}"][at, unit].item()

    exact = {f'[data-part="{state}"]': value(state, step) for state in ("cell_state", "hidden_state")}
    exact |= {
        f'[data-part="{state}.before"]': value(state, step - 1) for state in ("cell_state", "hidden_state")
    }
    exact |= {f'[data-curve="{gate}"]': value(gate, step) for gate in GATES}
    exact['[data-part="cell_state.0"]'] = value("forget_gate", step) * value("cell_state", step - 1)
    exact['[data-part="cell_state.1"]'] = value("input_gate", step) * value("cell_candidate", step)
    exact['[data-curve="hidden_state.inside"]'] = float(np.tanh(value("cell_state", step)))
    for selector, number in exact.items():
        assert shown(page, f"{selector} .card-number") == pytest.approx(number, abs=5.1e-4), selector
    expect_weights(page, trace, "layers.0.forward", step, unit)
    expect(page.locator('cell-stage [data-part="input"] .card-number')).to_have_text("b")


def test_before_the_first_step_there_is_nothing(return_to: Open) -> None:
    page = opened(return_to, 0.5)
    for state in ("cell_state", "hidden_state"):
        assert shown(page, f'[data-part="{state}.before"] .card-number') == 0


def test_a_moment_has_one_picture_however_it_was_reached(return_to: Open) -> None:
    page = opened(return_to, 4.47)
    expect_weights(
        page,
        traced(Settings().models, "counter", TEXT),
        "layers.0.forward",
        4,
        int(page.locator("[data-stage=unit]").text_content() or 0),
    )
    first = page.evaluate(SEEN)
    seek(page, 9.9)
    assert page.evaluate(SEEN) != first
    seek(page, 4.47)
    assert page.evaluate(SEEN) == first
    page.get_by_label("Speed").select_option("1")
    explore = Explore(page)
    seek(page, 3.9)
    explore.press("Escape")
    page.locator("transport-bar button[data-action=toggle]").click()
    explore.wait_for_moment(4.1)
    page.locator("transport-bar button[data-action=toggle]").click()
    explore.expect_state("paused")
    played = page.evaluate(SEEN)
    seek(page, 0)
    seek(page, float(played[0]))
    assert page.evaluate(SEEN)[1:] == played[1:]


def test_only_drawn_pictures_move(return_to: Open) -> None:
    page = opened(return_to, 0)
    box = page.locator("#stage").bounding_box()
    for t in (0.3, 0.6, 4.99, 10.5):
        seek(page, t)
        assert page.locator("#stage").bounding_box() == box


def test_with_reduced_motion_each_step_is_one_still_picture(open_page: Open) -> None:
    view = address(model="counter", text=TEXT, t=0, speed=2)
    page = open_page(view, reduced_motion="reduce", viewport={"width": 1440, "height": 900})
    expect_moment(page, 0)
    page.evaluate(
        """() => {
          const stage = document.querySelector("cell-stage");
          window.moments = new Set();
          const note = () => window.moments.add(Number(stage.dataset.moment));
          new MutationObserver(note).observe(stage, { attributeFilter: ["data-moment"] });
        }"""
    )
    page.locator("transport-bar button[data-action=toggle]").click()
    Explore(page).wait_for_moment(3)
    moments = np.array(page.evaluate("[...window.moments]"))
    assert len(moments) > 2
    np.testing.assert_array_equal(moments, np.round(moments))


def test_the_phase_is_named_and_explained(return_to: Open) -> None:
    page = opened(return_to, 3.47)
    current = page.locator("cell-stage .phase[aria-current=true]")
    expect(current).to_have_text("Forget")
    expect(page.locator("[data-stage=meaning]")).to_have_text(
        "The forget gate scales the old cell state: what it closes on is erased."
    )
    page.get_by_role("button", name="Write", exact=True).click()
    expect_moment(page, 3 + 5 / 7)
    Explore(page).expect_state("paused")
    expect(current).to_have_text("Write")


def test_a_step_at_rest_shows_its_result_and_says_so(return_to: Open) -> None:
    page = opened(return_to, 4, unit=1)
    expect(page.locator("cell-stage .phase[aria-current=true]")).to_have_count(0)
    expect(page.locator("[data-stage=meaning]")).to_have_text(
        "The whole step. Click a phase to see it happen."
    )
    trace = traced(Settings().models, "counter", TEXT)
    state = trace["layers.0.forward.cell_state"][4, 1].item()
    assert shown(page, '[data-part="cell_state"] .card-number') == pytest.approx(state, abs=5.1e-4)


def test_a_step_ends_with_the_picture_that_the_next_one_begins_with(return_to: Open) -> None:
    page = opened(return_to, 4.99999, unit=1)
    end = take(page, ".stage-picture")
    seek(page, 5.00001)
    start = take(page, ".stage-picture")
    assert compare(page, end, start).share == 0
    seek(page, 5.05)
    assert not compare(page, end, take(page, ".stage-picture")).agrees


def test_a_strip_is_one_keyboard_control(return_to: Open) -> None:
    trace = traced(Settings().models, "counter", TEXT)
    page = opened(return_to, 4.99, unit=0)
    strip = page.get_by_role("slider", name="Forget gate")
    strip.focus()
    expect(page.locator("cell-stage")).to_have_attribute("data-outlined", "forget_gate 0")
    for unit in (1, 2):
        strip.press("ArrowRight")
        number = trace["layers.0.forward.forget_gate"][4, unit].item()
        expect(strip).to_have_attribute("aria-valuenow", str(unit))
        expect(strip).to_have_attribute("aria-valuetext", f"unit {unit}: {fixed(number)}")
    strip.press("ArrowRight")
    expect(strip).to_have_attribute("aria-valuenow", "2")
    expect(Explore(page).unit).to_have_value("2")
    strip.press("Home")
    expect(strip).to_have_attribute("aria-valuenow", "0")
    expect_moment(page, 4.99)


def test_pointing_at_a_cell_outlines_it_and_a_click_chooses_it(return_to: Open) -> None:
    page = opened(return_to, 4.99, unit=0)
    stage, strip = page.locator("cell-stage"), page.locator(".strip[data-part=output_gate]")
    box = strip.bounding_box()
    assert box
    third: Position = {"x": box["width"] / 2, "y": box["height"] * 5 / 6}
    before = page.locator("cell-stage canvas").evaluate("canvas => canvas.toDataURL()")
    strip.hover(position=third)
    expect(stage).to_have_attribute("data-outlined", "output_gate 2")
    assert page.locator("cell-stage canvas").evaluate("canvas => canvas.toDataURL()") != before
    expect(page.locator("value-tip")).to_contain_text("Output gate")
    expect(stage.locator("[data-stage=unit]")).to_have_text("0")
    page.get_by_role("banner").hover(position={"x": 5, "y": 5})
    expect(stage).to_have_attribute("data-outlined", "")
    expect(stage).not_to_have_attribute("data-lit", "")
    strip.click(position=third)
    page.get_by_role("banner").hover(position={"x": 5, "y": 5})
    expect(stage.locator("[data-stage=unit]")).to_have_text("2")
    expect(stage).to_have_attribute("data-lit", "")
    strip.click(position=third)
    page.get_by_role("banner").hover(position={"x": 5, "y": 5})
    expect(stage).not_to_have_attribute("data-lit", "")


def test_valves_and_sums_show_their_number_and_a_click_chooses_it(return_to: Open) -> None:
    trace = traced(Settings().models, "counter", TEXT)
    page = opened(return_to, 4.99, unit=1, signal="hidden_state")
    expect_weights(page, trace, "layers.0.forward", 4, 1)
    valves = ("forget_gate", "input_gate", "output_gate")
    nodes = {("valve", gate): gate for gate in valves}
    nodes |= {("sum", gate): f"{gate}.pre" for gate in GATES} | {("plus", "cell_state"): "cell_state"}
    arithmetic, tip = page.locator("cell-arithmetic h2"), page.locator("value-tip")
    for (kind, signal), array in nodes.items():
        number = trace[f"layers.0.forward.{array}"][4, 1].item()
        control = page.locator(f".node-control[data-node={kind}][data-signal={signal}]")
        expect(control).to_have_accessible_name(re.compile(re.escape(fixed(number)) + "$"))
        control.hover()
        exact = float((tip.locator("[data-tip=value]").text_content() or "").replace("−", "-"))
        assert exact == pytest.approx(number, abs=2e-5), (kind, signal)
        expect(tip.locator("[data-tip=unit]")).to_have_text("1")
        expect(page.locator("cell-stage")).to_have_attribute("data-outlined", f"{signal} 1")
        control.click()
        expect(page.locator(f".readout[data-signal={signal}] button")).to_have_attribute(
            "aria-pressed", "true"
        )
        expect(arithmetic).to_contain_text(signal.replace("_", " ").capitalize())
    page.locator(".node-control[data-node=valve][data-signal=forget_gate]").focus()
    expect(page.locator("cell-stage")).to_have_attribute("data-outlined", "forget_gate 1")
    page.keyboard.press("Enter")
    expect(arithmetic).to_contain_text("Forget gate")


def test_axe_finds_nothing_in_the_diagram(open_page: Open) -> None:
    page = open_page(address(model="counter", text=TEXT, t=3.5))
    expect_moment(page, 3.5)
    assert violations_light_and_dark(page, "#stage", in_dark=ALL) == []


def test_on_a_phone_it_is_upright(open_page: Open) -> None:
    page = open_page(
        address(model="counter", text=TEXT, t=3.5), viewport={"width": 360, "height": 740}, has_touch=True
    )
    expect_moment(page, 3.5)
    canvas = page.locator("cell-stage canvas").bounding_box()
    assert canvas
    assert canvas["height"] > 1.5 * canvas["width"]
    assert canvas["x"] >= 0
    assert canvas["x"] + canvas["width"] <= 360
    strip = page.locator('.strip[data-part="cell_state"]')
    strip.scroll_into_view_if_needed()
    strip.tap()
    expect(page.locator("cell-stage")).to_have_attribute("data-lit", "")


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server with small models of every cell."""
    models = tmp_path_factory.mktemp("models")
    make_models(models)
    with serving(Settings(models=models)) as at:
        yield at, models


def visit(browser: Browser, at: str, t: float, **view: str | int) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page.goto(at + address(t=t, **view))
    expect_moment(page, t)
    return page


def test_a_layer_that_reads_backward_has_its_past_to_the_right(
    browser: Browser, others: tuple[str, Path]
) -> None:
    at, models = others
    trace = traced(models, "both", "abcde")
    place = "layers.1.backward"
    page = visit(browser, at, 2.99, model="both", text="abcde", layer=1, direction="backward", unit=1)
    Explore(page).expect_steps(6)
    before = trace[f"{place}.cell_state"][3, 1].item()
    assert shown(page, '[data-part="cell_state.before"] .card-number') == pytest.approx(before, abs=5.1e-4)
    expect(page.locator('[data-part="cell_state.before"] .sub')).to_have_text("t+1")
    expect(page.locator("[data-stage=place]")).to_have_text("layer 1, backward")
    expect_weights(page, trace, place, 2, 1)
    seek(page, 5.99)
    assert shown(page, '[data-part="cell_state.before"] .card-number') == 0
    page.close()


@pytest.mark.parametrize(("model", "text"), [("gated", "abc"), ("strict", "aab")])
def test_the_other_cells_draw_too(browser: Browser, others: tuple[str, Path], model: str, text: str) -> None:
    at, models = others
    trace = traced(models, model, text)
    page = visit(browser, at, 1.99, model=model, text=text, unit=1)
    number = trace["layers.0.forward.hidden_state"][1, 1].item()
    assert shown(page, '[data-part="hidden_state"] .card-number') == pytest.approx(number, abs=5.1e-4)
    if model == "gated":
        reset = trace["layers.0.forward.reset_gate"][1, 1].item()
        assert shown(page, '[data-curve="reset_gate"] .card-number') == pytest.approx(reset, abs=5.1e-4)
        update, candidate = (
            trace[f"layers.0.forward.{name}"][1, 1].item() for name in ("update_gate", "candidate")
        )
        written = shown(page, '[data-part="hidden_state.0"] .card-number')
        assert written == pytest.approx((1 - update) * candidate, abs=5.1e-4)
        assert page.locator("[data-valve=update_gate]").count() == 2
    page.close()
