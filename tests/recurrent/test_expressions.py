"""Each equation's tree, evaluated on a trace, equals the trace; its text and MathML read like the textbook."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from app.recurrent import CELLS, capture
from app.recurrent.expressions import Apply, Difference, Number, Product, Sum, Value, as_mathml, as_text
from app.recurrent.weights import DirectionWeights, read_weights

MODULES: dict[str, nn.LSTM | nn.GRU | nn.RNN] = {
    "lstm": nn.LSTM(3, 5, num_layers=2, bidirectional=True),
    "gru": nn.GRU(3, 5, num_layers=2, bidirectional=True),
    "rnn": nn.RNN(3, 5, num_layers=2, bidirectional=True),
    "relu": nn.RNN(3, 5, nonlinearity="relu", bias=False),
}
FUNCTIONS = {"σ": torch.sigmoid, "tanh": torch.tanh}


def evaluate(node: Any, now: dict[str, Tensor], before: dict[str, Tensor], x: Tensor, w: Any) -> Tensor:
    """A tree's value, read from its JSON as the page does; `now` and `before` hold signals [steps, units]."""
    inner = [evaluate(n, now, before, x, w) for n in node.get("terms") or node.get("factors") or ()]
    match node["op"]:
        case "signal":
            return (before if node["back"] else now)[node["signal"]]
        case "number":
            return torch.tensor(float(node["value"]))
        case "weighted":
            return weighted(node, x if node["source"] == "input" else before["hidden_state"], w)
        case "sum":
            return sum(inner, torch.zeros(()))
        case "product":
            return torch.stack(inner).prod(0)
        case "difference":
            left, right = (evaluate(node[side], now, before, x, w) for side in ("left", "right"))
            return left - right
        case "apply":
            functions = FUNCTIONS | {"φ": torch.relu if w.nonlinearity == "relu" else torch.tanh}
            return functions[node["function"]](evaluate(node["of"], now, before, x, w))
    raise AssertionError(f"unknown node {node}")


def weighted(node: Any, vector: Tensor, w: DirectionWeights) -> Tensor:
    gates = next(cell.gates for cell in CELLS.values() if node["gate"] in cell.gates)
    rows = slice(gates.index(node["gate"]) * w.units, (gates.index(node["gate"]) + 1) * w.units)
    weight, bias = (w.weight_ih, w.bias_ih) if node["source"] == "input" else (w.weight_hh, w.bias_hh)
    product = vector @ weight[rows].T
    return product if bias is None else product + bias[rows]


@pytest.mark.parametrize("name", MODULES)
def test_the_evaluated_trees_equal_the_trace(name: str) -> None:
    module = MODULES[name]
    torch.manual_seed(3)
    x = torch.randn(9, 3) * 2
    trace = capture(module, x)
    inputs = x
    for layer, weights in enumerate(read_weights(module)):
        outputs = []
        for direction, w in zip(trace.directions, weights, strict=True):
            now = {s: trace[f"layers.{layer}.{direction}.{s}"] for s in CELLS[trace.cell].signal_names}
            before = {s: shifted(values, direction) for s, values in now.items()}
            for equation in CELLS[trace.cell].as_dict()["equations"]:
                got = evaluate(equation["expression"], now, before, inputs, w)
                torch.testing.assert_close(got, now[equation["signal"]], rtol=1e-5, atol=1e-5)
            outputs.append(now["hidden_state"])
        inputs = torch.cat(outputs, dim=-1)


def shifted(values: Tensor, direction: str) -> Tensor:
    """The values one step before in reading order; zeros before the first step."""
    empty = torch.zeros_like(values[:1])
    return torch.cat([empty, values[:-1]] if direction == "forward" else [values[1:], empty])


def test_sums_get_parentheses_as_factors() -> None:
    tree = Product((Difference(Number(1), Value("z")), Apply("tanh", Sum((Value("c", back=1), Value("z"))))))
    symbols = {"z": "z", "c": "c"}
    assert as_text(tree, symbols) == "(1 − zₜ) ⊙ tanh(cₜ₋₁ + zₜ)"
    mathml = as_mathml(tree, symbols)
    assert mathml.startswith(
        "<mo>(</mo><mn>1</mn><mo>−</mo><msub><mi>z</mi><mrow><mi>t</mi></mrow></msub><mo>)</mo><mo>⊙</mo>"
    )
    assert mathml.endswith("<mi>tanh</mi><mo>(</mo><msub><mi>c</mi><mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow></msub>"
                           "<mo>+</mo><msub><mi>z</mi><mrow><mi>t</mi></mrow></msub><mo>)</mo>")  # fmt: skip


def test_every_leaf_names_a_signal_of_its_cell() -> None:
    for cell in CELLS.values():
        for equation in cell.as_dict()["equations"]:
            named = list(names(equation["expression"]))
            assert set(named) <= set(cell.signal_names)
            assert named


def names(node: Any) -> Any:
    if isinstance(node, dict):
        yield from (node[key] for key in ("signal", "gate") if key in node)
        node = list(node.values())
    if isinstance(node, list | tuple):
        for part in node:
            yield from names(part)
