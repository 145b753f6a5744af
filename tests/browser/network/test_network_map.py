"""The map of the network, on a stacked model that reads in both directions: the current place, and moving."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.networks.model import Model
from app.settings import Settings
from app.zoo import save
from tests.browser.conftest import serving
from tests.browser.explore import SIGNALS, Explore, Oracle, address, fixed, resize
from tests.networks.models import small_model

Open = Callable[..., Page]

TEXT = "abc ab\nac def ghij aaa"
STEPS = len(TEXT) + 1
ROWS = [
    ("layer 0, forward", 0, "forward"),
    ("layer 0, backward", 0, "backward"),
    ("layer 1, forward", 1, "forward"),
    ("layer 1, backward", 1, "backward"),
]


@pytest.fixture(scope="module")
def model() -> Model:
    """Two layers of 5 units in both directions, with random weights."""
    model = small_model(layers=2, bidirectional=True, seed=3)
    return replace(model, config=model.config.model_copy(update={"id": "stacked", "title": "Stacked"}))


@pytest.fixture(scope="module")
def oracle(model: Model) -> Oracle:
    return Oracle.of(model, TEXT)


@pytest.fixture(scope="module")
def server(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose only model is the stacked one."""
    models: Path = tmp_path_factory.mktemp("models")
    save(model, models)
    with serving(Settings(models=models)) as address:
        yield address


@pytest.fixture
def explore(return_to: Open) -> Explore:
    """In the middle of step 5, at the first layer's forward direction."""
    view = address(
        model="stacked", text=TEXT, t=5.3, layer=0, direction="forward", unit=2, signal="cell_state"
    )
    explore = Explore(return_to(view))
    explore.expect_steps(STEPS)
    explore.expect_step(5)
    return explore


def place(explore: Explore, row: int, step: int) -> tuple[float, float]:
    """The middle of a cell on the screen, from the names of the rows and the band of the current step."""
    explore.page.locator("network-map").scroll_into_view_if_needed()
    label = explore.page.get_by_role("button", name=ROWS[row][0], exact=True).bounding_box()
    band = explore.page.locator(".map-now").bounding_box()
    shown = int(explore.page.locator("network-map").get_attribute("data-step") or 0)
    assert label and band
    return band["x"] + band["width"] * (step - shown + 0.5), label["y"] + label["height"] / 2


def expect_place(explore: Explore, row: int, step: int) -> None:
    """The ring is around that cell, and its name is above the map."""
    name, layer, direction = ROWS[row]
    page = explore.page
    explore.expect_step(step)
    expect(page.locator("network-map")).to_have_attribute("data-step", str(step))
    expect(page.locator("[data-map=cell]")).to_have_text(name)
    expect(page.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", "true")
    x, y = place(explore, row, step)
    ring = page.locator(".map-ring").bounding_box()
    assert ring
    assert ring["x"] + ring["width"] / 2 == pytest.approx(x, abs=1)
    assert ring["y"] + ring["height"] / 2 == pytest.approx(y, abs=1)
    expect(page.locator("select[name=layer]")).to_have_value(str(layer))
    expect(page.locator("select[name=direction]")).to_have_value(direction)


def expect_values(explore: Explore, oracle: Oracle, row: int, step: int, unit: int) -> None:
    """Every signal of the chosen unit is PyTorch's."""
    _, layer, direction = ROWS[row]
    expect(explore.unit).to_have_value(str(unit))
    shown = explore.values(step, unit, layer, direction)
    for signal in SIGNALS:
        expected = oracle.trace[f"layers.{layer}.{direction}.{signal}"].numpy()[step, unit]
        np.testing.assert_allclose(shown[signal], expected, rtol=1e-5, atol=1e-5, err_msg=signal)


def test_a_click_goes_to_another_cell_at_the_same_moment_and_unit(explore: Explore, oracle: Oracle) -> None:
    expect(explore.page.locator("[data-map=size]")).to_have_text("2 layers × 2 directions")
    expect_place(explore, 0, 5)
    expect_values(explore, oracle, 0, 5, 2)
    for row, step in [(3, 5), (1, 8), (2, 3)]:
        explore.page.mouse.click(*place(explore, row, step))
        explore.expect_moment(step + 0.3)
        expect_place(explore, row, step)
        expect_values(explore, oracle, row, step, 2)


def test_keys_and_names_choose_the_row(explore: Explore, oracle: Oracle) -> None:
    for key, row in [
        ("Shift+ArrowUp", 1),
        ("Shift+ArrowUp", 2),
        ("Shift+ArrowDown", 1),
        ("Shift+ArrowDown", 0),
    ]:
        explore.press(key)
        expect_place(explore, row, 5)
    explore.page.get_by_role("button", name="layer 1, backward", exact=True).click()
    expect_place(explore, 3, 5)
    explore.expect_moment(5.3)
    expect_values(explore, oracle, 3, 5, 2)


def test_the_charts_show_the_row_that_was_chosen(explore: Explore, oracle: Oracle) -> None:
    explore.expect_plotly()
    for row in (3, 1, 2):
        name, layer, direction = ROWS[row]
        explore.page.get_by_role("button", name=name, exact=True).click()
        array = oracle.trace[f"layers.{layer}.{direction}.cell_state"].numpy()
        explore.page.wait_for_function(
            """([wanted, tolerance]) => {
              const close = (one, other) => one.every((value, at) => Math.abs(value - other[at]) <= tolerance);
              const lines = document.querySelector(".lines-plot .chart").data.at(-1).y;
              const { z } = [...document.querySelectorAll(".heatmap-plot .chart")].at(4).data[0];
              return close(wanted[2], [...lines]) && wanted.every((unit, at) => close(unit, [...z[at]]));
            }""",
            arg=[array.T.tolist(), 1e-5],
        )


def test_the_map_is_a_slider_for_the_keyboard(explore: Explore) -> None:
    page = explore.page
    explore.press("1")
    view = page.get_by_role("slider", name="Step, on the map of the network")
    expect(view).to_be_focused()
    explore.press("ArrowRight", "ArrowRight", "ArrowUp")
    expect_place(explore, 1, 7)
    expect(view).to_have_attribute("aria-valuenow", "7")
    expect(view).to_have_attribute("aria-valuemax", str(STEPS - 1))
    expect(view).to_have_attribute("aria-valuetext", "Step 7, new line, layer 0, backward")
    explore.press("ArrowUp", "ArrowUp", "ArrowUp", "ArrowLeft")
    expect_place(explore, 3, 6)
    explore.press("Enter")
    expect(page.locator("#stage")).to_be_focused()
    explore.press("3")
    expect(page.locator("[data-look=unit]")).to_be_focused()
    explore.press("2", "1")
    expect(view).to_be_focused()
    expect_place(explore, 3, 6)


# Whether the states that come are on that side of the ring.
DOTS = """(side) => {
  const box = (element) => element.getBoundingClientRect();
  const ring = box(document.querySelector(".map-ring"));
  const dots = [...document.querySelectorAll(".map-dot")].map(box).filter(({ width }) => width > 0);
  return dots.length === 2
    && dots.every(({ left, right }) => (side === "right" ? left > ring.right - 6 : right < ring.left + 6));
}"""


def test_the_backward_direction_reads_from_the_right(explore: Explore, oracle: Oracle) -> None:
    page = explore.page
    page.get_by_role("button", name="layer 1, backward", exact=True).click()
    page.get_by_label("Moment").fill("5.02")
    expect_place(explore, 3, 5)
    dots = page.locator(".map-dot:visible")
    expect(dots).to_have_count(2)
    page.wait_for_function(DOTS, arg="right")
    page.get_by_role("button", name="layer 1, forward", exact=True).click()
    expect_place(explore, 2, 5)
    page.wait_for_function(DOTS, arg="left")
    page.get_by_role("button", name="layer 1, backward", exact=True).click()
    earlier = oracle.trace["layers.1.backward.cell_state"].numpy()
    before = page.locator(".strip[data-part='cell_state.before']")
    expect(before).to_have_attribute("aria-valuetext", f"unit 2: {fixed(earlier[6, 2])}")
    explore.button("Last step").click()
    expect_place(explore, 3, STEPS - 1)
    expect(dots).to_have_count(0)
    expect(before).to_have_attribute("aria-valuetext", "unit 2: 0.000")
    explore.button("First step").click()
    expect_place(explore, 3, 0)
    expect(dots).to_have_count(0)  # a whole step: its states have come
    page.get_by_label("Moment").fill("0.02")
    expect(dots).to_have_count(2)
    expect(before).to_have_attribute("aria-valuetext", f"unit 2: {fixed(earlier[1, 2])}")


def test_read_steps_are_full_and_the_rest_are_pale(explore: Explore) -> None:
    """On the map's canvas itself: the forward row is full to the left of the step, the backward one to its right."""
    strengths = {}
    explore.expect_moment(5.3)
    for row in (0, 1):
        for step in (3, 8):
            x, y = place(explore, row, step)
            strengths[row, step] = explore.page.evaluate(
                """([x, y]) => {
                  const canvas = document.querySelector("network-map canvas");
                  const box = canvas.getBoundingClientRect();
                  const scale = canvas.width / box.width;
                  const { data } = canvas.getContext("2d")
                    .getImageData((x - box.x - 12) * scale, (y - box.y - 14) * scale, 24 * scale, 28 * scale);
                  let sum = 0;
                  for (let at = 0; at < data.length; at += 4) {
                    const colour = data.slice(at, at + 3);
                    sum += Math.max(...colour) - Math.min(...colour);
                  }
                  return sum / (data.length / 4);
                }""",
                [x, y],
            )
    assert strengths[0, 3] > 2 * strengths[0, 8]
    assert strengths[1, 8] > 2 * strengths[1, 3]


def test_pointing_at_a_cell_shows_its_value(explore: Explore, oracle: Oracle) -> None:
    page = explore.page
    page.mouse.move(*place(explore, 3, 8))
    tip = page.locator("value-tip")
    expect(tip).to_be_visible()
    expect(tip.locator("[data-tip=step]")).to_have_text("8")
    expect(tip.locator("[data-tip=title]")).to_have_text("Cell state, layer 1, backward")
    value = float((tip.locator("[data-tip=value]").text_content() or "").replace("−", "-"))
    assert value == pytest.approx(oracle.trace["layers.1.backward.cell_state"].numpy()[8, 2], abs=1e-5)
    expect(page.locator("cell-arithmetic")).to_have_attribute("data-step", "5")  # pointing chooses nothing
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()
    expect_place(explore, 0, 5)


def test_the_window_follows_a_long_sequence(open_page: Open) -> None:
    explore = Explore(open_page(address(model="stacked", text="ab" * 100, t=0, layer=1, direction="forward")))
    explore.expect_steps(201)
    for step in (150, 200, 17, 0):
        explore.page.get_by_label("Moment").fill(str(step + 0.2))
        expect_place(explore, 2, step)
        view, ring = (explore.page.locator(name).bounding_box() for name in (".map-view", ".map-ring"))
        assert view and ring
        assert view["x"] - 4 <= ring["x"] and ring["x"] + ring["width"] <= view["x"] + view["width"] + 4


def test_the_map_fits_its_space(open_page: Open) -> None:
    page = open_page(address(model="stacked", text=TEXT, t=5))
    Explore(page).expect_steps(STEPS)
    for width in (360, 1440):
        resize(page, width)
        assert page.evaluate("() => document.documentElement.scrollWidth") == width
        for row in page.locator(".map-row").all():
            box = row.bounding_box()
            assert box and box["height"] >= 24 and box["width"] >= 24
