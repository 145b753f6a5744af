"""The Translate page: what it shows, by real clicks and exact numbers."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.networks.model import Model
from app.settings import Settings
from app.zoo import Zoo
from tests.browser.translate import Translate, address, arrays

Open = Callable[..., Page]
CAR = "She bought a red car."
FRENCH = "Elle a acheté une voiture rouge."


@pytest.fixture(scope="module")
def model() -> Model:
    return Zoo(Settings().models).get("translate-en-fr")


def test_the_first_screen_makes_a_translation(open_page: Open) -> None:
    page = Translate(open_page("/translate"))
    expect(page.sentence).to_have_value(CAR)
    expect(page.transport).to_have_attribute("data-state", "playing")
    expect(page.written).to_have_text(FRENCH)


def test_a_cell_of_the_map_has_the_server_s_number(open_page: Open, model: Model) -> None:
    page = Translate(open_page(address(text=CAR, t=15.9)))
    page.expect_whole()
    weights, scores = (arrays(model, CAR)[name] for name in ("attention", "attention.scores"))
    for target, source in ((0, 1), (5, 5), (6, 4)):
        page.point_at(target, source)
        reading = page.reading
        expect(reading).to_have_attribute("data-cell", f"{target} {source}")
        assert np.float32(reading.get_attribute("data-weight")) == weights[target, source]
        assert np.float32(reading.get_attribute("data-score")) == scores[target, source]
