"""The Explore page as a user uses it, and the expected value of every number on it."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
import torch
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, TimeoutError, expect

from app.networks.model import Model
from app.recurrent import Trace, capture
from tests.browser.problem import PAGES
from tests.browser.windows import PATIENCE
from tests.networks.models import language_model

SIGNALS = ("input_gate", "forget_gate", "cell_candidate", "output_gate", "cell_state", "hidden_state")


def fixed(value: float | np.float32) -> str:
    """A number as the page shows it everywhere: three decimals, more if it is small."""
    leading = 0 if value == 0 else math.ceil(-math.log10(abs(float(value))))
    text = f"{value:.{min(max(leading + 1, 3), 6)}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def address(**view: str | int | float) -> str:
    """The address of a view of the page: `address(model="counter", text="aab", t=1)`."""
    return "/#" + urlencode(view)


@dataclass(frozen=True)
class Oracle:
    """A model's numbers for a text, computed here and not by the server."""

    trace: Trace
    probabilities: NDArray[np.float32]  # [steps, tokens]
    ids: NDArray[np.int32]

    @classmethod
    def of(cls, model: Model, text: str) -> Oracle:
        read = language_model(model)
        _, ids = read.codec.encode(text)
        with torch.no_grad():
            trace = capture(read.network.recurrent, read.network.embedding(torch.from_numpy(ids)))
            probabilities = read.network.head(trace.output).softmax(-1)
        return cls(trace, probabilities.numpy(), ids)

    def value(self, signal: str, step: int, unit: int, layer: int = 0) -> np.float32:
        array = self.trace[f"layers.{layer}.forward.{signal}"].numpy()
        return np.float32(array[step, unit])


def resize(page: Page, width: int, height: int = 900) -> None:
    """Gives the window another size; the page has laid itself out when this returns."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


class Explore:
    """The page's parts, as a user sees them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.transport = page.locator("transport-bar")
        self.strip = page.locator(".strip-view")
        self.readouts = page.locator("signal-readouts")
        self.predictions = page.locator("prediction-bars .prediction")
        self.models = page.locator("select[name=model]")
        self.examples = page.locator("select[name=example]")
        self.unit = page.get_by_label("Unit number")
        self.problem = page.locator(PAGES)
        self.editor = page.get_by_label("Text for the model to read")

    def expect_step(self, step: int) -> None:
        expect(self.strip).to_have_attribute("aria-valuenow", str(step))
        expect(self.readouts).to_have_attribute("data-step", str(step))

    def expect_steps(self, steps: int) -> None:
        """The whole trace has arrived, with this many steps."""
        self._wait_for_frame("() => document.querySelector('parity-badge')?.dataset.complete === 'true'")
        expect(self.page.locator("parity-badge")).to_have_attribute("data-complete", "true")
        expect(self.page.locator("[data-readout=received]")).to_have_text(f"{steps} of {steps} steps")

    def let_plotly_in(self) -> None:
        self.page.evaluate("() => window.letPlotlyIn()")

    def expect_plotly(self) -> None:
        """Plotly is let in, has loaded and has drawn every chart."""
        self.let_plotly_in()
        self._wait_for_frame("() => !document.querySelector('.chart:not([data-drawn])')")
        drawn = self.page.locator(".chart[data-drawn]:visible")
        expect(drawn).to_have_count(self.page.locator(".chart").count())

    def _wait_for_frame(self, condition: str, timeout: int = PATIENCE) -> None:
        """Checks a condition every frame; `expect` would check once a second, so it only reports the result."""
        with suppress(TimeoutError):
            self.page.wait_for_function(condition, timeout=timeout)

    def expect_state(self, state: str) -> None:
        expect(self.transport).to_have_attribute("data-state", state)

    def wait_for_moment(self, low: float, high: float = float("inf")) -> None:
        """Waits until time is between the two."""
        self.page.wait_for_function(
            """([low, high]) => {
              const t = Number(document.querySelector(".scrubber").value);
              return t >= low && t <= (high ?? Infinity);
            }""",
            arg=[low, None if high == float("inf") else high],
        )

    def expect_moment(self, t: float) -> None:
        self.wait_for_moment(t - 1e-3, t + 1e-3)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def token(self, step: int) -> Locator:
        return self.page.locator(f".token[data-step='{step}']")

    def read(self, text: str) -> None:
        """Types a text and submits it."""
        self.button("Your own text").click()
        self.editor.fill(text)
        self.page.get_by_role("button", name="Read it").click()

    def values(
        self, step: int, unit: int, layer: int = 0, direction: str = "forward"
    ) -> dict[str, np.float32]:
        """A unit's numbers at a step, all read in the same frame, once they are shown."""
        wanted = {"step": str(step), "unit": str(unit), "layer": str(layer), "direction": direction}
        shown = self.page.wait_for_function(
            """(wanted) => {
              const readouts = document.querySelector("signal-readouts");
              if (Object.entries(wanted).some(([name, value]) => readouts.dataset[name] !== value)) return null;
              const rows = [...readouts.querySelectorAll(".readout")];
              return rows.map((row) => [row.dataset.signal, row.querySelector("output").dataset.value]);
            }""",
            arg=wanted,
        ).json_value()
        return {signal: np.float32(value) for signal, value in shown}

    def expect_values(self, oracle: Oracle, step: int, unit: int) -> None:
        """Every signal of the unit at the step equals PyTorch's arithmetic, up to float32 rounding."""
        self.expect_step(step)
        expect(self.unit).to_have_value(str(unit))
        shown = self.values(step, unit)
        assert tuple(shown) == SIGNALS
        for signal in SIGNALS:
            np.testing.assert_allclose(
                shown[signal], oracle.value(signal, step, unit), rtol=1e-5, atol=1e-5, err_msg=signal
            )
