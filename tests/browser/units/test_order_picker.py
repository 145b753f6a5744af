"""Units in another order: in every chart, under the pointer, with the keys and in the address."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from app.analysis import similarity_order
from app.settings import Settings
from app.zoo import Zoo
from tests.browser.charts.panels import Charts
from tests.browser.complaints import Complaints
from tests.browser.explore import Explore, Oracle, address
from tests.browser.problem import expect_problem

Open = Callable[..., Page]
TEXT = "def area(self):\n    return 1"
SHORT = "aaaaabbbbb"
STEPS = len(SHORT) + 1
SIGNAL = "cell_state"


@pytest.fixture(scope="module")
def zoo(settings: Settings) -> Zoo:
    return Zoo(settings.models)


def values_of(oracle: Oracle, signal: str) -> NDArray[np.float64]:
    return np.asarray(oracle.trace[f"layers.0.forward.{signal}"].numpy().astype(np.float64))


def activity(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.abs(np.diff(values, axis=0)).sum(axis=0))


def correlation(values: NDArray[np.float64], unit: int) -> NDArray[np.float64]:
    every: NDArray[np.float64] = np.asarray(np.corrcoef(values.T))
    return np.asarray(every[unit])


def by_correlation(values: NDArray[np.float64], unit: int) -> list[int]:
    return [int(other) for other in np.argsort(-correlation(values, unit), kind="stable")]


@pytest.mark.parametrize("by", ["activity", "similarity", "correlation"])
def test_units_are_in_the_chosen_order(return_to: Open, zoo: Zoo, by: str) -> None:
    oracle = Oracle.of(zoo.get("python-char-lm"), TEXT)
    values = values_of(oracle, SIGNAL)
    page = return_to(
        address(model="python-char-lm", text=TEXT, t=3, unit=17, signal=SIGNAL), reduced_motion="reduce"
    )
    steps, units = values.shape
    charts = Charts(page, steps, units)
    charts.explore.expect_steps(steps)
    charts.expect_marker(17)
    charts.expect_order(SIGNAL, list(range(units)))
    charts.order.select_option(by)
    expect(charts.basis).to_contain_text("Cell state: ")
    charts.page.wait_for_function(
        "() => document.querySelector('td[data-unit]').dataset.unit !== '0'"
        " || document.querySelectorAll('td[data-unit]')[1].dataset.unit !== '1'"
    )
    order = charts.shown_order("forget_gate")
    assert sorted(order) == list(range(units))
    if by == "similarity":
        assert order == similarity_order([values])
    else:
        keys = activity(values) if by == "activity" else correlation(values, 17)
        assert (np.diff(keys[order]) <= 1e-6).all()
        assert by == "activity" or order[0] == 17
    charts.expect_marker(order.index(17))


def test_pointing_clicking_and_keys_follow_the_order(return_to: Open, zoo: Zoo) -> None:
    oracle = Oracle.of(zoo.get("counter"), SHORT)
    order = by_correlation(values_of(oracle, "hidden_state"), 1)
    assert order != [0, 1, 2]
    page = return_to(
        address(model="counter", text=SHORT, t=4, unit=1, signal="hidden_state"), reduced_motion="reduce"
    )
    charts = Charts(page, STEPS, 3)
    charts.explore.expect_steps(STEPS)
    charts.expect_marker(1)
    charts.order.select_option("correlation")
    charts.expect_marker(0)
    charts.explore.expect_plotly()
    charts.point("forget_gate", step=7, row=2)
    expect(charts.tip.locator("[data-tip=unit]")).to_have_text(str(order[2]))
    shown = np.float32(charts.tip.locator("[data-tip=value]").inner_text().replace("−", "-"))
    np.testing.assert_allclose(shown, oracle.value("forget_gate", 7, order[2]), rtol=1e-5, atol=1e-5)
    charts.click("forget_gate", step=7, row=2)
    charts.explore.expect_values(oracle, step=7, unit=order[2])
    charts.expect_marker(2)
    for key, row in (("ArrowUp", 1), ("ArrowUp", 0), ("ArrowUp", 0), ("ArrowDown", 1)):
        charts.explore.press(key)
        charts.explore.expect_values(oracle, step=7, unit=order[row])
        charts.expect_marker(row)


def test_an_order_stays_until_units_are_reordered(return_to: Open, zoo: Zoo) -> None:
    values = values_of(Oracle.of(zoo.get("counter"), SHORT), "hidden_state")
    page = return_to(
        address(model="counter", text=SHORT, t=4, unit=1, signal="hidden_state"), reduced_motion="reduce"
    )
    charts = Charts(page, STEPS, 3)
    charts.explore.expect_steps(STEPS)
    charts.order.select_option("correlation")
    charts.expect_marker(0)
    expect(charts.again).to_be_hidden()
    before = by_correlation(values, 1)
    charts.click("hidden_state", step=2, row=2)
    charts.expect_marker(2)
    charts.expect_order("hidden_state", before)
    expect(charts.again).to_have_text(f"Order by unit {before[2]}, Hidden state")
    charts.again.click()
    charts.expect_marker(0)
    charts.expect_order("hidden_state", by_correlation(values, before[2]))
    charts.order.select_option("index")
    charts.expect_order("hidden_state", [0, 1, 2])


def test_the_address_holds_the_order(open_page: Open, zoo: Zoo) -> None:
    values = values_of(Oracle.of(zoo.get("counter"), SHORT), "forget_gate")
    page = open_page(
        address(model="counter", text=SHORT, t=4, unit=0, order="correlation.forget_gate.2"),
        reduced_motion="reduce",
    )
    charts = Charts(page, STEPS, 3)
    charts.explore.expect_steps(STEPS)
    expect(charts.order).to_have_value("correlation")
    charts.expect_marker(by_correlation(values, 2).index(0))
    charts.order.select_option("similarity")
    page.wait_for_url("**order=similarity.**")
    page.reload()
    Explore(page).expect_steps(STEPS)
    expect(charts.order).to_have_value("similarity")
    charts.order.select_option("index")
    page.wait_for_function("() => !location.hash.includes('order')")
    charts.expect_marker(0)


def test_an_order_that_fails_is_reported_and_changes_nothing(open_page: Open, complaints: Complaints) -> None:
    complaints.expected.append(r"status of 503")
    page = open_page(address(model="counter", text=SHORT, t=4, unit=1), reduced_motion="reduce")
    problem = '{"title": "Too many runs at once", "status": 503, "detail": "5 runs are going on"}'
    page.route(
        "**/api/orders",
        lambda route: route.fulfill(status=503, content_type="application/problem+json", body=problem),
    )
    charts = Charts(page, STEPS, 3)
    charts.explore.expect_steps(STEPS)
    charts.order.select_option("similarity")
    expect_problem(charts.explore.problem, "5 runs are going on")
    expect(charts.order).to_have_value("index")
    charts.expect_marker(1)
