"""The arithmetic on the page, read from its MathML, and checks of it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from playwright.sync_api import Page, expect

FUNCTIONS: dict[str, Callable[[float], float]] = {
    "σ": lambda x: 1 / (1 + math.exp(-x)) if x > -700 else 0.0,
    "tanh": math.tanh,
    "relu": lambda x: max(x, 0.0),
}

# Everything in the formula, in order: signs and functions as they are, a number for each operand.
READ_FORMULA = """formula => [...formula.querySelectorAll("math > mo, math > mi, math > mn, .number")]
  .map((part) => (part.matches("mn") ? `(${part.textContent})` : part.textContent))"""


def rounded(value: float, text: str) -> str:
    """The value with as many decimals as the text, rounded as in JavaScript."""
    places = len(text.partition(".")[2])
    exact = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{exact if exact else abs(exact):.{places}f}"  # zero has no sign


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def evaluated(text: str, phi: str = "tanh") -> float:
    """The value of an expression on the page: `(0.992) ⊙ (−0.830) + tanh ( (0.5) )`."""
    python = text.replace("−", "-").replace("⊙", "*").replace("×", "*")
    python = re.sub("σ|tanh|φ", lambda name: f"F[{phi if name[0] == 'φ' else name[0]!r}]", python)
    value: float = eval(python, {"F": FUNCTIONS})
    return value


class Arithmetic:
    """The arithmetic panel, as a user sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator("cell-arithmetic")
        self.title = self.panel.locator("h2")
        self.formula = self.panel.locator(".formula")
        self.result = self.panel.locator(".result")
        self.pin = self.panel.get_by_role("button", name="Pin")
        self.rows = self.panel.locator(".push-rows li:visible")

    def expect_place(self, title: str, unit: int, step: int) -> None:
        expect(self.title).to_contain_text(title)
        expect(self.panel.locator("[data-arithmetic=unit]")).to_have_text(str(unit))
        expect(self.panel).to_have_attribute("data-step", str(step))
        expect(self.result).not_to_have_text("–")
        expect(self.formula.locator("mn", has_text="–")).to_have_count(0)

    def operand(self, name: str) -> Any:
        return self.formula.locator(f"[data-operand='{name}']")

    def parts(self) -> list[str]:
        """The sides of the equation as shown, without the symbol on the left."""
        read: list[str] = self.formula.evaluate(READ_FORMULA)
        return [side.strip() for side in " ".join(read).split("=")][1:]

    def expect_true(self, phi: str = "tanh") -> list[str]:
        """Every side of the equation, calculated from what is shown, rounds to the side after it."""
        sides = self.parts()
        for side, following in pairwise(sides):
            shown = re.findall(r"−?\d+\.?\d*", following)[-1]
            of = re.fullmatch(r"(?:σ|tanh|φ) \( (.*) \)", side)
            # The side with one number in its function comes after the side that this number is calculated from.
            argument = following != sides[-1] and of is not None
            value = evaluated(of[1] if argument and of else side, phi)
            assert rounded(value, shown) == shown.replace("−", "-"), f"{side} = {following}"
        return sides

    def contributions(self) -> list[tuple[str, str, str, str]]:
        """Each row's kind, name, product and share."""
        rows = self.rows.evaluate_all(
            """rows => rows.map((row) => [row.dataset.kind, ...["label", "product", "share"].map(
                 (name) => row.querySelector(`.push-${name}`).textContent)])"""
        )
        return [(kind, label, product, share) for kind, label, product, share in rows]
