"""The Translate page as a user uses it, and the expected numbers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from app.networks.model import Model
from app.networks.run import Run
from app.sequences import TextSequence
from tests.browser.problem import PAGES


def address(**view: str | int | float) -> str:
    """The address of a view: `address(text="A red car.", t=0)`."""
    return "/translate#" + urlencode(view)


def arrays(model: Model, text: str, **options: Any) -> dict[str, NDArray[Any]]:
    """All arrays of a translation, as the server sends them; those of all its chunks are joined."""
    found: dict[str, list[NDArray[Any]]] = {}
    for chunk in Run(model, TextSequence(text), options=options).chunks(iter(lambda: 64, None)):
        for name, array in chunk.arrays.items():
            found.setdefault(name, []).append(array)
    return {name: np.concatenate(parts) for name, parts in found.items()}


class Translate:
    """The page's parts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sentence = page.get_by_label("Sentence to translate")
        self.written = page.locator("[data-readout=written]").first
        self.problem = page.locator(PAGES)
        self.map = page.locator("attention-map").first
        self.plot = page.locator(".map-plot").first
        self.reading = page.locator(".map-reading").first
        self.transport = page.locator("transport-bar")

    def translate(self, text: str) -> None:
        self.sentence.fill(text)
        self.page.get_by_role("button", name="Translate", exact=True).click()

    def pick(self, content: bytes, name: str) -> None:
        """Picks a text file."""
        picked: Any = {"name": name, "mimeType": "", "buffer": content}
        self.page.locator("input[type=file]").set_input_files(picked)

    def expect_whole(self) -> None:
        """The whole trace has arrived."""
        expect(self.page.locator("parity-badge")).to_have_attribute("data-complete", "true")

    def to_the_end(self) -> None:
        self.expect_whole()
        self.page.get_by_role("button", name="Last step").click()

    def box(self, part: str, step: int, direction: str = "forward") -> Locator:
        return self.page.locator(
            f"button.unrolled-box[data-part={part}][data-step='{step}'][data-direction={direction}]"
        ).first

    def point_at(self, target: int, source: int) -> None:
        """Points at the middle of a cell of the map."""
        rows = self.page.locator(".map-targets").first.evaluate(
            "(element) => Number(getComputedStyle(element.closest('attention-map')).getPropertyValue('--rows'))"
        )
        columns = self.page.locator("div.map-source").count()
        box = self.plot.bounding_box()
        assert box
        x, y = box["width"] * (source + 0.5) / columns, box["height"] * (target + 0.5) / rows
        self.plot.hover(position={"x": x, "y": y})
