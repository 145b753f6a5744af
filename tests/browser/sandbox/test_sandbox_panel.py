"""The sandbox on the page: settings, code, shapes, parameters, the loop over single cells, and a batch."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from app.networks.run import Run
from app.networks.tasks.sandbox import Sandbox, SandboxConfig
from app.sequences import NumericSequence
from tests.browser.explore import Explore, address
from tests.browser.modules import call, run
from tests.browser.page.test_access import violations
from tests.browser.sequence.giving import Giving

Open = Callable[..., Page]


def executed(page: Page) -> dict[str, Any]:
    """What the code that is shown gives when it is run."""
    expect(page.locator("[data-sandbox=code]")).not_to_be_empty()
    names: dict[str, Any] = {}
    with torch.random.fork_rng():
        exec(page.locator("[data-sandbox=code]").inner_text(), names)
    return names


def test_the_sandbox_is_chosen_like_a_model_and_its_code_gives_its_numbers(open_page: Open) -> None:
    page = open_page(address(model="counter", t=3), reduced_motion="reduce")
    explore = Explore(page)
    explore.expect_steps(25)
    explore.models.select_option("sandbox")
    explore.expect_steps(1)
    expect(page.locator("[data-sandbox=call]")).to_have_text("nn.LSTM(5, 6, 2)")
    expect(page.locator("sandbox-panel")).to_contain_text("Its weights are random and mean nothing.")
    shapes = {
        name: page.locator(f"[data-shape={name}]").inner_text() for name in ("input", "output", "h_n", "c_n")
    }
    assert shapes == {"input": "(1, 3, 5)", "output": "(1, 3, 6)", "h_n": "(2, 3, 6)", "c_n": "(2, 3, 6)"}
    names = executed(page)
    np.testing.assert_array_equal(names["output"][-1], names["h_n"][-1])
    expect(page.locator("[data-sandbox=ends]")).to_have_text(
        "output[-1] is h_n[1], the last layer (difference 0)."
    )
    explore.unit.fill("4")
    explore.unit.press("Enter")
    for sequence in ("0", "2"):
        page.get_by_label("Sequence of the batch").select_option(sequence)
        expect(page.locator(".series-row .series-value").first).to_have_attribute(
            "data-value", f"{float(names['x'][0, int(sequence), 0]):g}"
        )
        shown = explore.values(0, 4, layer=1)
        np.testing.assert_allclose(shown["hidden_state"], names["output"][0, int(sequence), 4], rtol=1e-5)
        np.testing.assert_allclose(shown["cell_state"], names["c_n"][1, int(sequence), 4], rtol=1e-5)
    assert "model=sandbox" in page.url and "example=shapes" in page.url
    page.locator(".stage-phases").get_by_role("button", name="Pass on").click()
    expect(page.locator("[data-stage=meaning]")).to_contain_text("There is no head here")


def test_other_settings_run_another_module(open_page: Open) -> None:
    page = open_page(address(model="sandbox", example="directions", t=5), reduced_motion="reduce")
    explore = Explore(page)
    explore.expect_steps(24)
    names = executed(page)
    first, last = names["output"][0], names["output"][-1]
    np.testing.assert_array_equal(first[8:], names["h_n"][3])
    difference = float((last[8:] - names["h_n"][3]).abs().max())
    expect(page.locator("[data-sandbox=ends] li").last).to_contain_text(f"{difference:.1e}"[:3])
    page.locator("[name=cell]").select_option("gru")
    page.get_by_label("hidden_size").fill("4")
    page.get_by_label("Initial states").select_option("random")
    page.locator("[name=bias]").uncheck()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("[data-sandbox=call]")).to_have_text(
        "nn.GRU(2, 4, 2, bias=False, bidirectional=True)"
    )
    expect(page.locator("[data-shape=c_n]")).to_be_hidden()
    explore.expect_steps(24)
    explore.button("Last step").click()
    names = executed(page)
    shown = explore.values(23, int(explore.unit.input_value()), layer=1)
    unit = int(explore.unit.input_value())
    np.testing.assert_allclose(shown["hidden_state"], names["output"][23, unit], rtol=1e-5, atol=1e-6)
    config = SandboxConfig(
        cell="gru", input_size=2, hidden_size=4, num_layers=2, bidirectional=True, bias=False
    )
    assert sum(weights.numel() for weights in names["gru"].parameters()) == config.parameters
    expect(page.locator("[data-sandbox=parameters]")).to_have_text(f"{config.parameters} in all.")
    one_way = config.model_copy(update={"bidirectional": False}).parameters
    expect(page.locator("[data-sandbox=directions]")).to_contain_text(f"there would be {one_way}.")
    module, loop = json.loads(page.locator("[data-sandbox=time]").get_attribute("data-values") or "")
    assert module > 0 and loop > 0
    expect(page.locator("[data-sandbox=time]")).to_contain_text("96 calls of nn.GRUCell")
    times = [
        call(page, "sandbox/sandbox-panel.js", "duration", seconds) for seconds in (0.000401, 0.057, 1.26)
    ]
    assert times == ["0.401 ms", "57.0 ms", "1.26 s"]
    expect(page.locator("[data-sandbox=equal]")).to_contain_text("Both give the same numbers")


@pytest.mark.parametrize("layers", [1, 3])
def test_the_count_with_other_directions_is_the_modules(still: Page, layers: int) -> None:
    config = SandboxConfig(cell="lstm", input_size=3, hidden_size=5, num_layers=layers)
    weights = [
        {
            "layer": layer,
            "direction": "forward",
            "gates": 4,
            "units": 5,
            "inputs": 5 if layer else 3,
            "biases": 2,
        }
        for layer in range(layers)
    ]
    both = config.model_copy(update={"bidirectional": True}).parameters
    assert call(still, "sandbox/parameters.js", "countWith", weights, 2) == both
    assert call(still, "sandbox/parameters.js", "countWith", weights, 1) == config.parameters


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_in_the_sandbox(open_page: Open, width: int) -> None:
    viewport = {"width": width, "height": 844}
    page = open_page(address(model="sandbox", example="directions", t=5), viewport=viewport)
    Explore(page).expect_steps(24)
    if width == 390:
        page.get_by_text("Code, shapes, parameters and time").click()
    expect(page.locator("[data-sandbox=equal]")).to_contain_text("Both give the same numbers")
    assert violations(page, within="sandbox-panel, .sequence") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_the_code_is_copied(open_page: Open) -> None:
    page = open_page(path="")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address(model="sandbox"))
    Explore(page).expect_steps(1)
    expect(page.locator("[data-sandbox=call]")).to_have_text("nn.LSTM(5, 6, 2)")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("[data-sandbox=copied]")).to_have_text("Copied.")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.strip() == page.locator("[data-sandbox=code]").inner_text().strip()


def test_a_sandbox_reads_large_numbers_standardised_if_the_user_wants(open_page: Open) -> None:
    giving = Giving(open_page(address(model="counter", t=3), reduced_motion="reduce"))
    values = np.array([[1000.0, 7], [1010, 7], [1020.5, 7], [1050, 7]])
    giving.pick("p,c\n" + "".join(f"{row[0]},{row[1]}\n" for row in values))
    giving.network("An untrained network").check()
    warning = giving.dialog.get_by_text("These numbers reach 1,050.")
    expect(warning).to_be_visible()
    giving.expect_ready("4 steps of 2 numbers")
    sandbox = Sandbox(SandboxConfig(**giving.start()["model"]["sandbox"]))
    explore = Explore(giving.page)
    explore.expect_steps(4)
    (raw,) = Run(sandbox, NumericSequence(values)).chunks([4])
    gates = [raw.arrays[f"layers.0.forward.{gate}_gate"] for gate in ("input", "forget", "output")]
    share = 100 * np.mean([(gate < 0.1) | (gate > 0.9) for gate in gates])
    note = giving.page.locator("[data-sandbox=scale]")
    expect(note).to_contain_text(f"{share:.1f} % of its gates' values are below 0.1 or above 0.9")
    giving.open()
    giving.dialog.get_by_label("Reads the numbers").select_option("standard")
    expect(warning).to_be_hidden()
    giving.expect_ready("4 steps of 2 numbers")
    given = giving.start()
    assert given["values"] == values.ravel().tolist()
    expect(note).to_contain_text("The network reads your numbers standardised")
    explore.press("End")
    spread = values.std(0)
    read = (values - values.mean(0)) / np.where(spread > 0, spread, np.inf)
    cells = giving.page.locator("input-panel").get_by_role("row", name="p").get_by_role("cell")
    expect(cells.first).to_have_attribute("data-value", "1050")
    expect(cells.last).to_have_attribute("data-value", str(np.float32(read[3, 0])))
    (chunk,) = Run(sandbox, NumericSequence(read)).chunks([4])
    unit = int(explore.unit.input_value())
    for signal, value in explore.values(3, unit).items():
        expected = chunk.arrays[f"layers.0.forward.{signal}"][3, unit]
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-5)
    sliced = """({ sliceOf }) => {
      const [values, read] = [[1, 2, 3, 4], [5, 6, 7, 8]].map((data) =>
        ({ shape: [4, 1], data: Float64Array.from(data) }));
      const header = { tokens: [], directions: ["forward"] };
      const { sequence } = sliceOf({ model: { sandbox: {} }, sequence: { values, read } }, header, 1, 3);
      return [...sequence.values.data];
    }"""
    assert run(giving.page, "trace/slice.js", sliced) == [6, 7]
