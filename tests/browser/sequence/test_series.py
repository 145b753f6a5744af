"""Numbers drawn over time: the series, a step's numbers, forecasts and their errors; and a classifier's classes."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.explore import Explore, address
from tests.browser.modules import call
from tests.browser.numeric import GIVE, loaded
from tests.browser.page.test_access import violations
from tests.browser.problem import expect_problem

Open = Callable[..., Page]


def value(cell: Locator) -> float:
    return float(cell.get_attribute("data-value") or "nan")


def test_a_step_shows_each_feature_and_what_the_network_receives(return_to: Open) -> None:
    page = return_to(address(model="weather-forecaster", example="autumn-storms", t=30))
    explore = Explore(page)
    explore.expect_steps(92)
    _, example, expected = loaded("weather-forecaster", "autumn-storms")
    panel = page.locator("input-panel")
    expect(panel).to_have_attribute("data-step", "30")
    for index, name in enumerate(example.features or ()):
        row = panel.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))
        cells = row.get_by_role("cell")
        assert value(cells.first) == expected["values"][30, index]
        assert np.float32(value(cells.last)) == expected["inputs"][30, index]
        shown = page.locator(f".series-row[data-feature={name}] .series-value")
        assert value(shown) == expected["values"][30, index]


def test_a_forecast_is_shown_beside_what_came(return_to: Open) -> None:
    page = return_to(address(model="weather-forecaster", example="autumn-storms", t=30))
    explore = Explore(page)
    explore.expect_steps(92)
    read, example, expected = loaded("weather-forecaster", "autumn-storms")
    panel = page.locator("forecast-panel")
    for step in (30, 31, 91):
        while page.locator(".series-view").get_attribute("aria-valuenow") != str(step):
            explore.press("End" if step == 91 else "ArrowRight")
            explore.expect_step(step)
        expect(panel).to_have_attribute("data-step", str(step))
        for output, name in enumerate(read.config.codec.outputs):  # type: ignore[attr-defined]
            row = panel.locator("tr").filter(has=page.get_by_role("rowheader", name=name, exact=True))
            forecast = expected["prediction.values"][step, output]
            assert np.float32(value(row.locator("[data-forecast=expected]"))) == forecast
            came = value(row.locator("[data-forecast=came]"))
            error = value(row.locator("[data-forecast=error]"))
            if step == 91:
                assert np.isnan([came, error]).all()
            else:
                assert came == expected["values"][step + 1, list(example.features or ()).index(name)]
                assert error == pytest.approx(float(forecast) - came)
    expect(panel.locator(".note")).to_have_text("Made now, about the step after the last.")
    errors = panel.locator(".forecast-errors")
    expect(errors.locator("caption")).to_contain_text("over all 91 forecasts")
    for output, name in enumerate(read.config.codec.outputs):  # type: ignore[attr-defined]
        own = expected["values"][:, list(example.features or ()).index(name)]
        row = errors.locator("tr").filter(has=page.get_by_role("rowheader", name=name, exact=True))
        off = np.abs(expected["prediction.values"][:-1, output] - own[1:]).mean()
        assert value(row.locator("[data-forecast=network]")) == pytest.approx(off, rel=1e-6)
        as_before = np.abs(np.diff(own)).mean()
        assert value(row.locator("[data-forecast=persistence]")) == pytest.approx(as_before, rel=1e-6)
    for t, there in ((30.05, False), (30.96, True)):
        page.get_by_label("Moment").fill(str(t))
        expect(panel.locator("[data-forecast=expected]").first).to_be_visible(visible=there)


def test_the_series_leads_to_a_step_by_click_and_keys(return_to: Open) -> None:
    page = return_to(address(model="weather-forecaster", example="autumn-storms", t=0))
    explore = Explore(page)
    explore.expect_steps(92)
    plot = page.locator(".series-row[data-feature=wind] .series-plot")
    box = plot.bounding_box()
    assert box
    plot.click(position={"x": box["width"] * 40.5 / 92, "y": 10})
    explore.expect_step(40)
    dates = page.locator(".series-axis span")
    page.get_by_role("button", name="Zoom the series in, around the current step").click()
    expect(dates.first).not_to_have_text("2015-10-01")
    page.get_by_role("button", name="Show all of the series").click()
    expect(page.get_by_role("button", name="Show all of the series")).to_be_disabled()
    expect(dates.first).to_have_text("2015-10-01")
    for width in range(300, 1200, 37):
        axis = {"range": {"start": 0, "stop": 720}, "width": width}
        header = {"labels": ["01.01.2024 00:00"] * 720}
        trace = {"tokens": [], "extent": 720, "header": header}
        taken = 0.0
        for label in call(page, "charts/time-axis.js", "axisLabels", {**axis, "trace": trace}):
            wide = 7.2 * len(label["text"])
            start = width * label["at"] / 720 - (wide if label["ends"] else 0)
            assert not label["text"] or taken <= start <= width - wide, (width, label)
            taken = start + wide if label["text"] else taken
    view = page.get_by_role("slider", name="Step of the series")
    view.focus()
    explore.press("ArrowLeft")
    explore.expect_step(39)
    _, example, expected = loaded("weather-forecaster", "autumn-storms")
    assert example.labels and example.features
    numbers = zip(example.features, expected["values"][39], strict=True)
    spoken = ", ".join(f"{name} {number:.1f}" for name, number in numbers).replace("-", "−")
    expect(view).to_have_attribute("aria-valuetext", f"Step 39, {example.labels[39]}: {spoken}")
    plot.hover(position={"x": box["width"] * 50.5 / 92, "y": 10})
    tip = page.locator("value-tip")
    expect(tip.locator("[data-tip=value]")).to_have_text(f"{expected['values'][50, 3]:g}")
    expect(tip.locator("[data-tip=title]")).to_have_text("wind")
    expect(tip.locator("[data-tip=token]")).to_have_text(example.labels[50])
    expect(tip.locator(".tip-unit")).to_be_hidden()


def drawn(page: Page, canvas: str) -> list[int]:
    """The first and the last painted column (px) of a canvas."""
    return page.evaluate(  # type: ignore[no-any-return]
        """(name) => {
          const canvas = document.querySelector(name);
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const columns = [...data.keys()].filter((at) => at % 4 === 3 && data[at] > 0)
            .map((at) => ((at - 3) / 4) % canvas.width);
          return [columns.reduce((a, b) => Math.min(a, b)), columns.reduce((a, b) => Math.max(a, b)), canvas.width];
        }""",
        canvas,
    )


def test_a_forecast_is_drawn_a_step_after_it_was_made_and_shown_no_earlier(return_to: Open) -> None:
    page = return_to(address(model="weather-forecaster", example="autumn-storms", t=30))
    explore = Explore(page)
    explore.expect_steps(92)
    row = ".series-row[data-feature=temp_max]"
    left, _, width = drawn(page, f"{row} .series-told")
    assert left == pytest.approx(width * 1.5 / 92, abs=3)
    came, last, _ = drawn(page, f"{row} .series-came")
    assert (came, last) == pytest.approx((width * 0.5 / 92, width * 91.5 / 92), abs=3)
    hidden = "(name) => parseFloat(document.querySelector(name).style.clipPath.split(' ')[1])"
    css = page.locator(f"{row} .series-plot").evaluate("(plot) => plot.clientWidth")
    assert page.evaluate(hidden, f"{row} .series-came") == pytest.approx(css * (1 - 30.5 / 92), abs=1)
    assert page.evaluate(hidden, f"{row} .series-told") == pytest.approx(css * (1 - 30.5 / 92), abs=1)
    expect(page.locator(f"{row} .series-next")).to_be_hidden()
    page.goto(address(model="weather-forecaster", example="autumn-storms", t=30.99))
    expect(page.locator(f"{row} .series-next")).to_be_visible()
    assert page.evaluate(hidden, f"{row} .series-told") == pytest.approx(css * (1 - 31.5 / 92), abs=1)


def test_what_pushed_a_gate_names_the_features(open_page: Open) -> None:
    page = open_page(address(model="series-forecaster", example="jump", t=9, unit=4, signal="input_gate"))
    Explore(page).expect_steps(160)
    page.locator(".pushes summary").click()
    features = page.locator(".push-features .push-label")
    expect(features.filter(visible=True)).to_have_count(2)
    assert set(features.filter(visible=True).all_inner_texts()) == {"°C", "change of °C"}


def test_the_page_goes_on_while_the_weights_of_the_features_are_awaited(open_page: Open) -> None:
    page = open_page(address(model="series-forecaster", example="jump", t=9, unit=4, signal="input_gate"))
    explore = Explore(page)
    explore.expect_steps(160)
    awaited: list[Route] = []
    page.route("**/parameters?*", lambda route: awaited.append(route))
    page.locator(".pushes summary").click()
    explore.unit.fill("5")
    explore.press("Enter")
    explore.button("One step forward").click()
    expect(explore.readouts).to_have_attribute("data-step", "10")
    expect(page.locator(".pushes[data-waiting] .push-features")).to_be_visible()
    shares = page.locator(":is(.push-share, .push-features-total):visible")
    expect(shares).to_have_count(0)  # not 0.000
    assert awaited
    for route in awaited:
        route.continue_()
    page.unroute_all()
    expect(page.locator(".push-features .push-label").filter(visible=True)).to_have_count(2)
    expect(shares).not_to_have_count(0)


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_in_numbers_and_they_fit(open_page: Open, width: int) -> None:
    page = open_page(
        address(model="weather-forecaster", t=30.99),
        viewport={"width": width, "height": 844},
        color_scheme="dark",
    )
    Explore(page).expect_steps(96)
    expect(page.locator("series-strip")).to_be_visible()
    assert violations(page, within=".sequence, .bench-side") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_the_classes_of_each_prefix_are_shown(open_page: Open) -> None:
    page = open_page(address(model="sentiment-bilstm", t=6))
    explore = Explore(page)
    explore.expect_steps(14)
    _, _, expected = loaded("sentiment-bilstm", "turn")
    panel = page.locator("class-panel")
    for step in (6, 7):
        expect(panel).to_have_attribute("data-step", str(step))
        for index, name in enumerate(("negative", "positive")):
            shown = value(panel.locator(f"[data-class={name}]"))
            np.testing.assert_allclose(shown, expected["prediction.probabilities"][step, index], rtol=1e-5)
        explore.press("ArrowRight")
    for t, there in ((7.05, False), (7.96, True)):
        page.get_by_label("Moment").fill(str(t))
        expect(panel.locator(".probability").first).to_be_visible(visible=there)
    bar = page.locator(".strip-row .token[data-step='13']").evaluate(
        "(token) => getComputedStyle(token, '::after').backgroundImage"
    )
    share = 100 * float(expected["prediction.probabilities"][13, 0])
    assert float(re.findall(r"([\d.]+)%", bar)[1]) == pytest.approx(share, abs=1e-3)
    assert violations(page, within=".sequence, class-panel") == []


def test_a_text_too_long_for_the_classifier_names_the_limit(open_page: Open) -> None:
    page = open_page(address(model="sentiment-bilstm", t=6))
    explore = Explore(page)
    explore.expect_steps(14)
    page.evaluate(GIVE, {"sequence": {"text": "good " * 600}})
    expect_problem(explore.problem, "at most 512 steps")
    explore.expect_steps(14)
