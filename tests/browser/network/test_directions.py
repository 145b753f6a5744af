"""Every layer and direction in one picture, and the two halves of an output side by side."""

from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.explore import Explore, address
from tests.browser.numeric import loaded
from tests.browser.page.test_access import violations

Open = Callable[..., Page]


def expect_facts(page: Page) -> None:
    """What PyTorch does with the sandbox has arrived: until then its panel is pale and empty."""
    expect(page.locator("[data-sandbox=equal]")).to_contain_text("Both give the same numbers")


def test_the_output_is_its_two_directions_side_by_side(open_page: Open) -> None:
    page = open_page(address(model="sentiment-bilstm", t=5))
    explore = Explore(page)
    explore.expect_steps(14)
    _, _, expected = loaded("sentiment-bilstm", "turn")
    strip = page.locator("output-strip")
    expect(strip).to_have_attribute("data-step", "5")
    for direction in ("forward", "backward"):
        shown = strip.locator(f"[data-direction={direction}]").get_attribute("data-values") or ""
        values = np.array(shown.split(" "), np.float32)
        np.testing.assert_allclose(
            values, expected[f"layers.1.{direction}.hidden_state"][5], rtol=1e-5, atol=1e-6
        )
    expect(strip).to_contain_text("Layer 1 gives 96 numbers at step 5")
    canvas = strip.locator("[data-direction=backward] canvas")
    box = canvas.bounding_box()
    assert box
    canvas.click(position={"x": box["width"] * 10.5 / 48, "y": 10})
    expect(explore.unit).to_have_value("10")
    expect(explore.readouts).to_have_attribute("data-direction", "backward")


def test_heatmaps_of_all_layers_lead_to_their_places(return_to: Open) -> None:
    page = return_to(address(model="sandbox", example="directions", t=9.5))
    explore = Explore(page)
    explore.expect_steps(24)
    rows = page.locator("place-heatmaps .place-row")
    expect(rows).to_have_count(2)
    assert [row.get_attribute("data-places") for row in rows.all()] == [
        "1 forward, 1 backward",
        "0 forward, 0 backward",
    ]
    plot = rows.last.locator(".place-plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    plot.click(position={"x": box["width"] * 3.5 / 24, "y": box["height"] * 11.5 / 16})
    explore.expect_step(3)
    assert explore.values(3, 3, layer=0, direction="backward")


def test_one_choice_shows_all_layers_or_one_alone_in_heatmaps_and_map(return_to: Open) -> None:
    page = return_to(address(model="sandbox", example="directions", t=9.5, layer=0, direction="backward"))
    explore = Explore(page)
    explore.expect_steps(24)
    heatmaps = page.locator("place-heatmaps .place-row")
    rows = page.locator("network-map .map-row")
    both = "layer {0}, forward; layer {0}, backward"
    on_map, on_heatmaps = (
        page.locator(f"{part} select[name=layers]") for part in ("network-map", "place-heatmaps")
    )
    expect(rows).to_have_count(4)
    tall = page.locator(".map-view").evaluate("view => view.clientHeight")

    on_map.select_option("layer 1")
    expect(on_heatmaps).to_have_value("1")
    expect(heatmaps).to_have_count(1)
    expect(heatmaps.get_by_role("img", name=both.format(1))).to_be_visible()
    expect(rows).to_have_count(2)
    expect(rows.last).to_have_attribute("aria-label", "layer 1, backward")
    expect(rows.last).to_have_attribute("aria-pressed", "true")  # the layer that is shown is the chosen one
    expect(page.locator("select[name=layer]")).to_have_value("1")
    page.wait_for_function("tall => document.querySelector('.map-view').clientHeight < 0.7 * tall", arg=tall)
    page.locator("network-map").scroll_into_view_if_needed()
    page.wait_for_function(
        """() => {
          const box = (name) => document.querySelector(name).getBoundingClientRect();
          const [label, ring] = [box(".map-row:nth-child(2)"), box(".map-ring")];
          return Math.abs(label.top + label.height / 2 - ring.top - ring.height / 2) <= 1;
        }"""
    )

    page.locator(".map-view").focus()
    explore.press("ArrowDown", "ArrowDown")  # over the backward direction of the layer below
    expect(on_map).to_have_value("0")
    expect(rows).to_have_count(2)
    expect(rows.first).to_have_attribute("aria-label", "layer 0, forward")
    expect(heatmaps.get_by_role("img", name=both.format(0))).to_be_visible()
    expect_facts(page)
    assert violations(page, within="network-map, place-heatmaps") == []

    on_heatmaps.select_option("all at once")
    expect(on_map).to_have_value("")
    expect(rows).to_have_count(4)
    expect(heatmaps).to_have_count(2)
    expect(page.locator("select[name=layer]")).to_have_value("0")


def test_a_backward_direction_has_read_what_lies_to_its_right(return_to: Open) -> None:
    page = return_to(address(model="sandbox", example="directions", t=6))
    explore = Explore(page)
    explore.expect_steps(24)
    expect(page.locator("place-heatmaps")).to_have_attribute("data-step", "6")
    for direction, steps in (("forward", [7, 24]), ("backward", [0, 6])):
        page.wait_for_function(
            """([direction, wanted]) => {
              const veil = document.querySelector(`.veil[data-direction=${direction}]`);
              const plot = veil.parentElement.getBoundingClientRect();
              const { left, right } = veil.getBoundingClientRect();
              const stepAt = (x) => Math.round((24 * (Math.min(x, plot.right) - plot.left)) / plot.width);
              return stepAt(left) === wanted[0] && stepAt(right) === wanted[1];
            }""",
            arg=[direction, steps],
        )
    expect_facts(page)
    assert violations(page, within="place-heatmaps, output-strip") == []


def test_a_network_of_one_layer_and_direction_has_no_such_picture(return_to: Open) -> None:
    page = return_to(address(model="sandbox", example="directions", t=6))
    explore = Explore(page)
    explore.expect_steps(24)
    expect(page.locator("place-heatmaps")).to_be_visible()
    explore.models.select_option("counter")
    explore.expect_steps(25)
    expect(page.locator("place-heatmaps")).to_be_hidden()
    expect(page.locator("output-strip")).to_be_hidden()
