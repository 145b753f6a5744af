"""How often the chosen unit's gates are nearly shut or open, against NumPy."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.settings import Settings
from app.zoo import Zoo
from tests.browser.explore import Explore, Oracle, address

Open = Callable[..., Page]
TEXT = "def area(self):\n    return 1"


@pytest.fixture(scope="module")
def oracle(settings: Settings) -> Oracle:
    return Oracle.of(Zoo(settings.models).get("python-char-lm"), TEXT)


def test_the_shares_cover_the_received_steps(open_page: Open, oracle: Oracle) -> None:
    page = open_page(address(model="python-char-lm", text=TEXT, t=3, unit=17), reduced_motion="reduce")
    steps = len(oracle.ids)
    explore = Explore(page)
    explore.expect_steps(steps)
    panel = page.locator("unit-saturation")
    for unit in (17, 18):
        expect(panel.locator("[data-readout=steps]")).to_have_text(f"unit {unit}, {steps} steps")
        for signal in ("input_gate", "forget_gate", "cell_candidate", "output_gate"):
            values = oracle.trace[f"layers.0.forward.{signal}"].numpy()[:, unit]
            low = -0.9 if signal == "cell_candidate" else 0.1
            row = panel.locator(f"[data-signal={signal}]")
            expected = {"low": (values < low).mean(), "high": (values > 0.9).mean(), "mean": values.mean()}
            for name, value in expected.items():
                shown = row.locator(f"[data-share={name}]").get_attribute("data-value")
                np.testing.assert_allclose(
                    float(shown or "nan"), value, atol=1e-5, err_msg=f"{signal} {name}"
                )
            mean = row.locator("[data-share=mean]")
            assert abs(float(mean.inner_text().replace("−", "-")) - values.mean()) <= 0.00501
        tanh = panel.locator("[data-signal=cell_candidate]")
        beyond = round(
            float(
                (np.abs(oracle.trace["layers.0.forward.cell_candidate"].numpy()[:, unit]) > 0.9).mean() * 100
            )
        )
        expect(tanh).to_have_attribute("title", f"|g| > 0.9 in {beyond} % of the steps")
        explore.press("ArrowDown")
