"""Agreement with PyTorch on the page, with real models that agree, differ and overflow."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from safetensors import safe_open

from app.networks.model import Model
from app.settings import Settings
from app.zoo import save
from tests.browser.conftest import serving
from tests.browser.explore import Explore, Oracle, address
from tests.browser.problem import expect_problem
from tests.networks.models import small_model

Open = Callable[..., Page]

TEXT = "abc abd\nhij " * 3
STEPS = len(TEXT) + 1
GREEN = "rgb(10, 122, 75)"

KEEP_DONE = """
  const Socket = WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", ({ data }) => {
        if (typeof data === "string" && JSON.parse(data).type === "done") window.done = JSON.parse(data);
      });
    }
  };
"""
"""Keeps the message that ends a run: how large the difference is depends on where the chunks are cut."""


def named(model: Model, name: str) -> Model:
    return replace(model, config=model.config.model_copy(update={"id": name, "title": name.title()}))


def differing() -> Model:
    """Weights so large that float32 rounds a gate's sums differently in a different order of addition."""
    model = small_model(cell="gru", units=64)
    for parameter in model.network.recurrent.parameters():
        parameter.mul_(1000)
    return model


def overflowing() -> Model:
    """Finite weights whose sums are not finite."""
    model = small_model()
    chance = torch.Generator().manual_seed(0)
    for parameter in model.network.parameters():
        parameter.copy_(torch.where(torch.rand(parameter.shape, generator=chance) < 0.5, -3e38, 3e38))
    return model


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with three models: one that agrees with PyTorch, one that differs, one that overflows."""
    models: Path = tmp_path_factory.mktemp("models")
    for name, model in {
        "agreeing": small_model(),
        "differing": differing(),
        "overflowing": overflowing(),
    }.items():
        save(named(model, name), models)
    with serving(Settings(models=models)) as address:
        yield address


def measured(server: str, model: str, path: Path) -> tuple[str, str]:
    """Parity and agreement from the file of the same run."""
    body = {"model": model, "sequence": {"text": TEXT}}
    answer = httpx.post(f"{server}/api/traces?format=safetensors", json=body, timeout=60).raise_for_status()
    (path / "trace.safetensors").write_bytes(answer.content)
    with safe_open(path / "trace.safetensors", "np") as trace:
        metadata = trace.metadata()
    return metadata["parity"], metadata["agrees"]


def opened(open_page: Open, model: str) -> tuple[Page, Explore]:
    view = address(model=model, text=TEXT, t=2, unit=1, signal="hidden_state")
    page = open_page(view, KEEP_DONE)
    explore = Explore(page)
    explore.expect_steps(STEPS)
    return page, explore


def lamp(page: Page) -> str:
    colour: str = page.locator(".lamp").evaluate("lamp => getComputedStyle(lamp).backgroundColor")
    return colour


def test_agreement_is_green(open_page: Open, server: str, tmp_path: Path) -> None:
    assert measured(server, "agreeing", tmp_path)[1] == "true"
    page, explore = opened(open_page, "agreeing")
    expect(page.locator("parity-badge")).to_have_attribute("data-verdict", "agrees")
    expect(page.locator("[data-readout=parity]")).to_contain_text("Equal to PyTorch within")
    assert lamp(page) == GREEN
    expect(explore.problem).to_be_hidden()


def test_a_finite_difference_is_shown_with_its_size_and_its_steps(
    open_page: Open, server: str, tmp_path: Path
) -> None:
    assert measured(server, "differing", tmp_path)[1] == "false"
    page, explore = opened(open_page, "differing")
    difference = page.evaluate("() => window.done.parity")
    assert difference > 1e-5
    badge = page.locator("[data-readout=parity]")
    expect(page.locator("parity-badge")).to_have_attribute("data-verdict", "differs")
    expect(badge).to_contain_text("Differs from PyTorch by up to")
    expect(badge).to_contain_text("step")
    assert float(badge.get_attribute("data-value") or "nan") == difference
    mantissa = f"{difference:.1e}".split("e")[0]
    expect(badge).to_contain_text(f"{mantissa} × 10")
    assert lamp(page) != GREEN
    expect_problem(explore.problem, "These numbers differ from PyTorch's.")


def test_numbers_that_are_not_finite_are_reported_and_break_nothing(
    open_page: Open, server: str, tmp_path: Path
) -> None:
    parity, agrees = measured(server, "overflowing", tmp_path)
    page, explore = opened(open_page, "overflowing")
    badge = page.locator("[data-readout=parity]")
    if agrees == "true":  # PyTorch's numbers are not finite either
        assert float(parity) == 0
        expect(page.locator("parity-badge")).to_have_attribute("data-verdict", "not-finite")
    else:
        assert parity == "null"
        expect(page.locator("parity-badge")).to_have_attribute("data-verdict", "overflows")
    expect(badge).to_contain_text("not finite")
    assert lamp(page) != GREEN

    # NaN is no gap: it arrived.
    expected = np.isnan(Oracle.of(overflowing(), TEXT).trace["hidden_state"].numpy()[:, 1])
    assert expected.any()
    for step, is_nan in enumerate(expected):
        token = explore.token(step)
        expect(token).to_have_attribute("data-nan", "") if is_nan else expect(token).not_to_have_attribute(
            "data-nan", ""
        )
        expect(token).not_to_have_attribute("data-pending", "")

    # Every picture still works: time moves, charts are drawn, each signal can be chosen.
    explore.expect_plotly()
    explore.press("ArrowRight")
    explore.expect_step(3)
    for row in explore.readouts.locator(".readout button").all():
        row.click()
    page.get_by_text("Read this as a table").click()
    expect(page.locator("trace-table tr[data-step]")).to_have_count(STEPS)
    page.get_by_label("Order of units").select_option("activity")
    explore.button("Play").click()
    explore.wait_for_moment(4.5)
