"""The arithmetic on the page is correct for every signal of every cell, and so is what pushed each gate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from app.recurrent import CELLS, Trace, capture
from app.settings import Settings
from app.zoo import Zoo
from tests.browser.arithmetic.panel import FUNCTIONS, Arithmetic, evaluated, number, rounded
from tests.browser.conftest import serving
from tests.browser.explore import Explore, address
from tests.networks.models import language_model
from tests.web.models import make_models

Open = Callable[..., Page]
Read = tuple[str, int, str, str, int]  # model, layer, direction, text, step
TEXT = "ab ba abba\nbb a"
STEP = 6
GATED_SUMS = {"lstm": "cell_state", "gru": "hidden_state"}
CHANGE = r"Keeps ([\d.]+) % of its last value, (\S+), and adds ([\d.]+) % of the .*candidate, (\S+)\."


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("models")
    make_models(directory)
    return directory


@pytest.fixture(scope="module")
def server(models: Path) -> Iterator[str]:
    with serving(Settings(models=models)) as address:
        yield address


class Oracle:
    """A network's trace with its pre-activations, and the state before each step, computed without the server."""

    def __init__(self, models: Path, name: str, text: str) -> None:
        model = language_model(Zoo(models).get(name))
        _, ids = model.codec.encode(text)
        with torch.no_grad():
            x = model.network.embedding(torch.from_numpy(ids))
            self.trace: Trace = capture(model.network.recurrent, x, pre_activations=True)
        self.inputs: NDArray[np.float32] = x.numpy()
        self.cell = CELLS[model.config.cell]

    def value(self, place: str, signal: str, step: int, unit: int) -> float:
        return float(self.trace[f"layers.{place}.{signal}"][step, unit])

    def before(self, place: str, signal: str, step: int) -> NDArray[np.float32]:
        step += 1 if place.endswith("backward") else -1
        values: NDArray[np.float32] = self.trace[f"layers.{place}.{signal}"].numpy()
        return values[step] if 0 <= step < len(values) else np.zeros_like(values[0])


@pytest.fixture(
    scope="module",
    params=[
        ("small", 0, "forward", TEXT, STEP),
        ("both", 1, "backward", TEXT, STEP),
        ("gated", 0, "forward", TEXT, STEP),
        ("strict", 0, "forward", "aabb", 3),
    ],
    ids=lambda read: read[0],
)
def read(request: pytest.FixtureRequest) -> Read:
    """What is read and looked at. All tests of one model follow each other."""
    found: Read = request.param
    return found


@pytest.mark.parametrize("first", [False, True], ids=["in between", "at the beginning"])
def test_every_equation_is_true_as_shown(return_to: Open, models: Path, read: Read, first: bool) -> None:
    model, layer, direction, text, step = read
    if first:
        step = 0 if direction == "forward" else len(text)
    oracle = Oracle(models, model, text)
    place = f"{layer}.{direction}"
    view = address(model=model, text=text, t=step, layer=layer, direction=direction, unit=1)
    page = return_to(view, reduced_motion="reduce")
    arithmetic = Arithmetic(page)
    expect(arithmetic.panel).to_have_attribute("data-step", str(step))
    for signal in oracle.cell.signals:
        page.locator(f".readout[data-signal={signal.name}] button").click()
        arithmetic.expect_place(signal.title, 1, step)
        sides = arithmetic.expect_true()
        result = oracle.value(place, signal.name, step, 1)
        assert number(sides[-1].strip("()")) == pytest.approx(result, abs=6e-4)
        words = arithmetic.panel.locator("[data-arithmetic=change]")
        if GATED_SUMS.get(oracle.cell.kind) == signal.name:
            expect(words).to_have_text(re.compile(f"^{CHANGE}$"))
            found = re.fullmatch(CHANGE, words.inner_text())
            assert found
            kept, before, added, candidate = map(number, found.groups())
            assert (kept * before + added * candidate) / 100 == pytest.approx(result, abs=2e-3)
        else:
            expect(words).to_be_hidden()
        for operand in arithmetic.formula.locator("[data-operand]").all():
            name, _, when = (operand.get_attribute("data-operand") or "").partition(".")
            shown = operand.locator(".number").text_content() or ""
            if when in ("", "before"):
                before = oracle.before(place, name, step)[1]
                value = before if when else oracle.value(place, name, step, 1)
                assert rounded(float(value), shown) == shown.replace("−", "-")


def test_the_contributions_sum_to_the_gates_pre_activation(return_to: Open, models: Path, read: Read) -> None:
    model, layer, direction, text, step = read
    oracle = Oracle(models, model, text)
    place = f"{layer}.{direction}"
    view = address(
        model=model, text=text, t=step, layer=layer, direction=direction, unit=1, signal=oracle.cell.gates[0]
    )
    page = return_to(view, reduced_motion="reduce")
    arithmetic = Arithmetic(page)
    page.locator(".pushes summary").click()
    hidden = oracle.before(place, "hidden_state", step)
    for name in oracle.cell.gates:
        signal = next(signal for signal in oracle.cell.signals if signal.name == name)
        page.locator(f".readout[data-signal={name}] button").click()
        arithmetic.expect_place(signal.title, 1, step)
        total = arithmetic.panel.locator(".push-total")
        exact = oracle.value(place, f"{name}.pre", step, 1)
        page.wait_for_function(
            "exact => Math.abs(document.querySelector('.push-total').dataset.value - exact) <= 1e-5",
            arg=exact,
        )
        rows = arithmetic.contributions()
        assert [kind for kind, *_ in rows].count("input") == 1
        assert [kind for kind, *_ in rows].count("bias") == 1
        assert sum(kind == "unit" for kind, *_ in rows) == len(hidden)
        shares = [number(share) for *_, share in rows]
        assert rounded(sum(shares), total.inner_text()) == total.inner_text().replace("−", "-")
        assert np.all(np.diff(np.abs(shares)) <= 1e-9)
        for kind, label, product, share in rows:
            if kind == "unit":
                assert rounded(evaluated(product.rstrip("= ")), share) == share.replace("−", "-")
                value = product.rstrip("= ").split(" × ")[-1]
                assert rounded(float(hidden[int(label)]), value) == value.replace("−", "-")
        function = FUNCTIONS["σ" if signal.role == "gate" else "tanh"]
        assert abs(function(exact) - oracle.value(place, name, step, 1)) <= 1e-5


def test_the_input_opens_into_its_features(return_to: Open, models: Path) -> None:
    oracle = Oracle(models, "small", TEXT)
    page = return_to(
        address(model="small", text=TEXT, t=STEP, unit=2, signal="output_gate"), reduced_motion="reduce"
    )
    arithmetic = Arithmetic(page)
    arithmetic.expect_place("Output gate", 2, STEP)
    page.locator(".pushes summary").click()
    row = arithmetic.panel.locator(".push-rows li[data-kind=input] button")
    expect(row).to_have_attribute("aria-expanded", "false")
    row.click()
    expect(arithmetic.panel.locator(".push-rows li[data-kind=input] button")).to_have_attribute(
        "aria-expanded", "true"
    )
    features = arithmetic.panel.locator(".push-features li:visible")
    expect(features).to_have_count(oracle.inputs.shape[1])
    shares = []
    for feature in features.all():
        label, product, share = (
            feature.locator(f".push-{part}").inner_text() for part in ("label", "product", "share")
        )
        value = product.rstrip("= ").split(" × ")[-1]
        assert rounded(float(oracle.inputs[STEP, int(label)]), value) == value.replace("−", "-")
        shares.append(number(share))
    together = arithmetic.panel.locator(".push-features-total").inner_text()
    assert rounded(sum(shares), together) == together.replace("−", "-")
    assert number(together) == pytest.approx(number(row.locator(".push-share").inner_text()), abs=1e-3)


def test_operands_link_to_their_own_arithmetic(return_to: Open) -> None:
    page = return_to(
        address(model="small", text=TEXT, t=STEP, unit=3, signal="hidden_state"), reduced_motion="reduce"
    )
    arithmetic = Arithmetic(page)
    explore = Explore(page)
    arithmetic.expect_place("Hidden state", 3, STEP)
    arithmetic.operand("cell_state").click()
    arithmetic.expect_place("Cell state", 3, STEP)
    arithmetic.operand("cell_state.before").focus()
    page.keyboard.press("Enter")
    arithmetic.expect_place("Cell state", 3, STEP - 1)
    expect(explore.readouts).to_have_attribute("data-step", str(STEP - 1))
    expect(arithmetic.operand("cell_state.before")).to_be_focused()
    arithmetic.operand("forget_gate").focus()
    page.keyboard.press("Enter")
    arithmetic.expect_place("Forget gate", 3, STEP - 1)
    expect(arithmetic.operand("forget_gate.input")).to_be_focused()
    arithmetic.operand("forget_gate.hidden").click()
    expect(page.locator(".pushes")).to_have_attribute("open", "")
    unit = arithmetic.panel.locator(".push-rows li[data-kind=unit]").first
    label = int(unit.locator(".push-label").inner_text())
    unit.locator("button").click()
    arithmetic.expect_place("Hidden state", label, STEP - 2)
    expect(explore.unit).to_have_value(str(label))
