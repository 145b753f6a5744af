"""Calculating with the shown digits gives the shown result, for any values."""

from __future__ import annotations

import math
import random
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from app.recurrent import CELLS
from tests.browser.arithmetic.panel import FUNCTIONS, rounded

CALL = """async ([path, name, calls]) => {
  const explore = document.querySelector("script[type=module]").src;
  const module = await import(explore.replace("explore.js", path));
  return calls.map((call) => module[name](...call));
}"""
CASES = 300


def leaves(node: Any) -> list[Any]:
    if node["op"] in ("signal", "weighted"):
        return [node]
    parts = (
        node.get("terms") or node.get("factors") or [node[k] for k in ("left", "right", "of") if k in node]
    )
    return [leaf for part in parts for leaf in leaves(part)]


def key(leaf: Any) -> str:
    if leaf["op"] == "weighted":
        return f"{leaf['gate']}.{leaf['source']}"
    return f"{leaf['signal']}.before" if leaf["back"] else str(leaf["signal"])


def evaluate(node: Any, values: dict[str, Any], kind: Any) -> Any:
    """The tree's value, with every intermediate value rounded to `kind`: float, or float32 like the trace."""
    match node["op"]:
        case "signal" | "weighted":
            return kind(values[key(node)])
        case "number":
            return kind(node["value"])
        case "difference":
            return kind(evaluate(node["left"], values, kind) - evaluate(node["right"], values, kind))
        case "apply":
            function = FUNCTIONS["tanh" if node["function"] == "φ" else node["function"]]
            return kind(function(float(evaluate(node["of"], values, kind))))
    parts = [evaluate(part, values, kind) for part in node.get("terms") or node["factors"]]
    total = parts[0]
    for part in parts[1:]:
        total = kind(total + part) if node["op"] == "sum" else kind(total * part)
    return total


def drawn(leaf: Any, dice: random.Random) -> float:
    """A possible value of the leaf: saturated, tiny, a large count, or anything between."""
    if leaf["op"] == "weighted" or leaf["signal"] in ("cell_state",):
        value = dice.choice(
            [dice.gauss(0, 1), dice.gauss(0, 8), dice.uniform(-2000, 2000), 1e-4 * dice.gauss(0, 1)]
        )
    elif leaf["signal"].endswith("gate"):
        value = FUNCTIONS["σ"](dice.choice([dice.gauss(0, 2), dice.gauss(0, 12)]))
    else:
        value = FUNCTIONS["tanh"](dice.gauss(0, 2))
    return float(np.float32(dice.choice([value] * 12 + [0.0, 0.5, 1.0])))


def test_shown_numbers_can_be_calculated(still: Page) -> None:
    for cell in CELLS.values():
        for equation in cell.as_dict()["equations"]:
            check(still, f"{cell.kind} {equation['signal']}", equation["expression"])


def check(page: Page, name: str, tree: Any) -> None:
    """Check one equation's digits with hundreds of values, rounded to float32 like a trace's."""
    dice = random.Random(name)
    values = [{key(leaf): drawn(leaf, dice) for leaf in leaves(tree)} for _ in range(CASES)]
    results = [float(evaluate(tree, v, np.float32)) for v in values]
    calls = [[tree, v, r] for v, r in zip(values, results, strict=True)]
    shown = page.evaluate(CALL, ["arithmetic/digits.js", "shown", calls])
    for given, result, text in zip(values, results, shown, strict=True):
        operands = {name: float(digits) for name, digits in text["operands"].items()}
        assert all(rounded(given[name], digits) == digits for name, digits in text["operands"].items()), text
        assert rounded(result, text["result"]) == text["result"]
        exact = exactly(tree if text["inner"] is None else tree["of"], text["operands"])
        if exact is not None:
            expect_no_doubt(exact, text["inner"] or text["result"])
        if text["inner"] is None:
            assert rounded(evaluate(tree, operands, float), text["result"]) == text["result"], (name, text)
            continue
        assert rounded(evaluate(tree["of"], operands, float), text["inner"]) == text["inner"], (name, text)
        function = FUNCTIONS["tanh" if tree["function"] == "φ" else tree["function"]]
        assert rounded(function(float(text["inner"])), text["result"]) == text["result"], (name, text)


def exactly(node: Any, operands: dict[str, str]) -> Decimal | None:
    """The exact result of calculating with the shown digits; None if there is a function in it."""
    match node["op"]:
        case "signal" | "weighted":
            return Decimal(operands[key(node)])
        case "number":
            return Decimal(str(node["value"]))
        case "apply":
            return None
        case "difference":
            nodes = [node["left"], node["right"]]
        case _:
            nodes = node.get("terms") or node["factors"]
    parts = [part for part in (exactly(each, operands) for each in nodes) if part is not None]
    if len(parts) < len(nodes):
        return None
    if node["op"] == "difference":
        return parts[0] - parts[1]
    return sum(parts, Decimal(0)) if node["op"] == "sum" else math.prod(parts, start=Decimal(1))


def expect_no_doubt(exact: Decimal, shown: str) -> None:
    """The result is the shown result, however halves are rounded."""
    if "e" in shown:
        return
    last = Decimal(1).scaleb(Decimal(shown).as_tuple().exponent)  # type: ignore[arg-type]
    for way in (ROUND_HALF_UP, ROUND_HALF_DOWN):
        assert exact.quantize(last, rounding=way) == Decimal(shown), f"{exact} is not {shown}"


@pytest.mark.parametrize(
    ("one", "other"), [(3.32696, 0.48148), (0.0625, 0.0005), (2.5, 2.4995), (1.00049, 0.00001), (0.0005, 0)]
)
def test_a_sum_adds_up_where_its_digits_lie_halfway(still: Page, one: float, other: float) -> None:
    left, right = ({"op": "signal", "signal": name, "back": 0} for name in "ab")
    tree = {"op": "difference", "left": left, "right": right}
    (shown,) = still.evaluate(
        CALL, ["arithmetic/digits.js", "shown", [[tree, {"a": one, "b": other}, one - other]]]
    )
    expect_no_doubt(Decimal(shown["operands"]["a"]) - Decimal(shown["operands"]["b"]), shown["result"])
    assert rounded(one - other, shown["result"]) == shown["result"]


@pytest.mark.parametrize(
    ("text", "digits", "places"),
    [("-0.4815", -4815, 4), ("3", 3, 0), ("1.25e+6", 1250000, 0), ("1.5e-7", 15, 8), ("0.000", 0, 3)],
)
def test_a_written_number_is_read_digit_by_digit(still: Page, text: str, digits: int, places: int) -> None:
    read = "({ digits, places }) => [String(digits), places]"
    call = CALL.replace("module[name](...call)", f"({read})(module[name](...call))")
    assert still.evaluate(call, ["arithmetic/decimal.js", "decimalOf", [[text]]]) == [[str(digits), places]]


def test_small_numbers_get_significant_digits_and_others_no_more_than_needed(still: Page) -> None:
    product = {"op": "product", "factors": [{"op": "signal", "signal": s, "back": 0} for s in "ab"]}
    calls = [
        [product, {"a": a, "b": b}, a * b]
        for a, b in [(0.5, 0.5), (0.00028664, 0.5), (0.0, 3.0), (-0.0, 1.0)]
    ]
    half, small, zero, minus = still.evaluate(CALL, ["arithmetic/digits.js", "shown", calls])
    assert half == {"operands": {"a": "0.500", "b": "0.500"}, "inner": None, "result": "0.250"}
    assert (small["operands"]["a"], small["result"]) == ("0.000287", "0.00014")
    assert zero["result"] == minus["result"] == "0.000"
    assert minus["operands"]["a"] == "0.000"


def test_missing_values_are_not_numbers(still: Page) -> None:
    tree = CELLS["lstm"].as_dict()["equations"][0]["expression"]
    (shown,) = still.evaluate(CALL, ["arithmetic/digits.js", "shown", [[tree, {}, 0.5]]])
    assert shown == {
        "operands": {"input_gate.input": "NaN", "input_gate.hidden": "NaN"},
        "inner": "NaN",
        "result": "0.500",
    }
    people = still.evaluate(CALL, ["arithmetic/digits.js", "forPeople", [["NaN"], ["-1.5"], ["1.25e+12"]]])
    assert people == ["–", "−1.5", "1.25 × 10¹²"]
