"""Numbers as a sequence: from an example, from an event, as JSON and attached; and a classifier."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from app.networks.tasks.sandbox import Sandbox, SandboxConfig
from app.sequences import NumericSequence
from tests.browser.explore import SIGNALS, Explore, address
from tests.browser.modules import call
from tests.browser.numeric import GIVE, arrays, loaded
from tests.browser.problem import expect_problem

Open = Callable[..., Page]

KEEP_SENT = """
  window.sent = [];
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) { window.sent.push(data); send.call(this, data); };
"""


def expect_values(
    explore: Explore, expected: dict[str, NDArray[np.float32]], step: int, unit: int, **place: Any
) -> None:
    """Every signal of a unit is as computed here."""
    at = {"layer": 0, "direction": "forward", **place}
    for signal, value in explore.values(step, unit, **at).items():
        array = expected[f"layers.{at['layer']}.{at['direction']}.{signal}"]
        np.testing.assert_allclose(value, array[step, unit], rtol=1e-5, atol=1e-5, err_msg=signal)


def test_a_forecaster_and_its_example_are_chosen_like_any_other(open_page: Open) -> None:
    page = open_page(address(model="counter", t=3), reduced_motion="reduce")
    explore = Explore(page)
    explore.models.select_option("weather-forecaster")
    explore.examples.select_option("autumn-storms")
    explore.expect_steps(92)
    page.goto(address(model="weather-forecaster", example="autumn-storms", t=40, unit=3))
    _, example, expected = loaded("weather-forecaster", "autumn-storms")
    explore.expect_step(40)
    expect_values(explore, expected, 40, 3)
    expect(page.locator("transport-bar [data-readout=token]")).to_have_text(example.labels[40])  # type: ignore[index]


def test_a_classifier_shows_its_layers_and_directions(open_page: Open) -> None:
    page = open_page(address(model="sentiment-bilstm", t=4, layer=1, direction="backward", unit=7))
    explore = Explore(page)
    _, _, expected = loaded("sentiment-bilstm", "turn")
    explore.expect_steps(14)
    expect_values(explore, expected, 4, 7, layer=1, direction="backward")


@pytest.mark.parametrize(("steps", "attached"), [(60, False), (3000, True)])
def test_numbers_that_are_given_are_run_and_exported(
    open_page: Open, tmp_path: Path, steps: int, attached: bool
) -> None:
    values = np.random.default_rng(1).normal(size=(steps, 2))
    page = open_page(address(model="counter", t=0), KEEP_SENT)
    explore = Explore(page)
    explore.expect_steps(25)
    sandbox = {"cell": "lstm", "input_size": 2, "hidden_size": 3, "seed": 4}
    labels = [f"day {step}" for step in range(steps)]
    sequence = {"values": values.tolist(), "features": ["rain", "sun"], "labels": labels}
    page.evaluate(GIVE, {"model": {"sandbox": sandbox}, "sequence": sequence})
    explore.expect_steps(steps)
    start = json.loads(page.evaluate("() => sent.findLast((data) => String(data).includes('start'))"))
    assert start["model"] == {"sandbox": sandbox}
    assert start["sequence"].get("attached", False) is attached
    assert "labels" not in start["sequence"]  # they stay on the page
    assert "rain" not in page.url and "sandbox" in page.url
    explore.press("End")
    explore.expect_step(steps - 1)
    expect(page.locator("transport-bar [data-readout=token]")).to_have_text(labels[-1])
    explore.unit.fill("1")
    explore.unit.press("Enter")
    expected = arrays(Sandbox(SandboxConfig(**sandbox)), NumericSequence(values))  # type: ignore[arg-type]
    expect_values(explore, expected, steps - 1, 1)
    explore.page.get_by_text("Download this trace").click()
    with page.expect_download() as download:
        page.locator("button[data-format=npz]").click()
    download.value.save_as(tmp_path / "trace.npz")
    with np.load(tmp_path / "trace.npz") as written:
        np.testing.assert_array_equal(written["values"], values)
        for signal in SIGNALS:
            name = f"layers.0.forward.{signal}"
            np.testing.assert_allclose(written[name], expected[name], rtol=1e-5, atol=1e-5)


def test_numbers_that_a_model_cannot_read_leave_the_picture(open_page: Open) -> None:
    page = open_page(address(model="counter", t=3), reduced_motion="reduce")
    explore = Explore(page)
    explore.expect_steps(25)
    page.evaluate(GIVE, {"model": "weather-forecaster", "sequence": {"values": [[1.0]], "features": ["a"]}})
    expect_problem(explore.problem, "precipitation")
    explore.expect_steps(25)
    expect(explore.models).to_have_value("counter")


def test_numbers_are_sent_as_they_were_given(still: Page) -> None:
    batch = [[[1.5, -2], [0.1, 3]], [[4, 5], [6, 7]]]
    result = still.evaluate(
        """async ([path, values]) => {
          const explore = document.querySelector("script[type=module]").src;
          const { sent, sequenceOf, stepsOf } = await import(explore.replace("explore.js", path));
          const sequence = sequenceOf({ values });
          return [sequence.values.shape, stepsOf(sequence), sent(sequence).sequence.values];
        }""",
        ["trace/sequence.js", batch],
    )
    assert result == [[2, 2, 2], 2, batch]
    assert call(still, "trace/sequence.js", "sequenceOf", {"text": "ab"}) == {"text": "ab"}


def test_another_model_reads_the_same_numbers_if_it_can(open_page: Open) -> None:
    page = open_page(address(model="counter", t=3), reduced_motion="reduce")
    explore = Explore(page)
    explore.expect_steps(25)
    values = np.random.default_rng(2).normal(10, 2, size=(30, 1)).round(1)
    page.evaluate(
        GIVE, {"model": "series-forecaster", "sequence": {"values": values.tolist(), "features": ["a"]}}
    )
    explore.expect_steps(30)
    expect(page.locator("select[name=example] option:checked")).to_have_text("Your own numbers")
    note = page.locator(".sequence [data-readout=note]")
    expect(note).to_contain_text("The dashed line is what the network expected")
    explore.models.select_option("sandbox")
    expect(page.locator("[data-sandbox=call]")).to_have_text("nn.LSTM(1, 8)")
    explore.expect_steps(30)
    expect(note).to_have_text(re.compile("^Your own numbers.*include them.$"))
    explore.models.select_option("weather-forecaster")
    explore.expect_steps(96)
    expect(explore.problem).to_be_hidden()
