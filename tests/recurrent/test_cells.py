import json
from xml.etree import ElementTree

import pytest
import torch
from torch import nn

from app.recurrent import CELLS, CellDescription
from app.recurrent.equations import STEPS
from app.recurrent.expressions import Apply, Difference, Product, Sum, Value, Weighted
from app.recurrent.weights import read_weights

MODULES = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


@pytest.fixture(params=CELLS)
def cell(request: pytest.FixtureRequest) -> CellDescription:
    return CELLS[request.param]


def test_signals_have_the_names_and_symbols_that_users_rely_on() -> None:
    assert [(s.name, s.symbol) for s in CELLS["lstm"].signals] == [
        ("input_gate", "i"),
        ("forget_gate", "f"),
        ("cell_candidate", "g"),
        ("output_gate", "o"),
        ("cell_state", "c"),
        ("hidden_state", "h"),
    ]
    assert [(s.name, s.symbol) for s in CELLS["gru"].signals] == [
        ("reset_gate", "r"),
        ("update_gate", "z"),
        ("candidate", "n"),
        ("hidden_state", "h"),
    ]
    assert [(s.name, s.symbol) for s in CELLS["rnn"].signals] == [("hidden_state", "h")]


def test_the_step_function_returns_exactly_what_is_described(cell: CellDescription) -> None:
    weights = read_weights(MODULES[cell.kind](2, 3))[0][0]
    state = {name: torch.zeros(1, 3) for name in cell.states}
    assert set(STEPS[cell.kind](torch.randn(1, 2), state, weights)) == {*cell.signal_names, *cell.pre_names}


def test_the_output_is_a_state(cell: CellDescription) -> None:
    assert cell.output in cell.states
    described = cell.as_dict()
    assert (described["output"], tuple(described["states"])) == (cell.output, cell.states)


def test_every_signal_has_an_equation_and_its_own_colours(cell: CellDescription) -> None:
    assert [equation.signal for equation in cell.equations] == list(cell.signal_names)
    for colours in ([s.light for s in cell.signals], [s.dark for s in cell.signals]):
        assert len(set(colours)) == len(colours)


def test_formulas_are_well_formed_mathml(cell: CellDescription) -> None:
    for equation in cell.equations:
        assert ElementTree.fromstring(equation.mathml).tag == "math"


def test_phases_fill_the_step_without_gaps(cell: CellDescription) -> None:
    bounds = [phase.start for phase in cell.phases] + [cell.phases[-1].stop]
    assert bounds[0] == 0.0
    assert bounds[-1] == 1.0
    assert bounds == sorted(set(bounds))
    assert [a.stop for a in cell.phases[:-1]] == [b.start for b in cell.phases[1:]]


def test_the_phases_settle_everything_once_and_after_its_operands(
    cell: CellDescription,
) -> None:
    settled = [name for phase in cell.phases for stage in phase.settles for name in stage]
    terms = [
        f"{equation.signal}.{k}"
        for equation in cell.equations
        if isinstance(equation.expression, Sum)
        for k in range(len(equation.expression.terms))
    ]
    assert sorted(settled) == sorted(["input", *cell.pre_names, *cell.signal_names, *terms, "prediction"])
    for equation in cell.equations:
        for operand in operands(equation.expression):
            assert settled.index(operand) < settled.index(equation.signal)


def operands(expression: object) -> list[str]:
    """The signals of the same step that an expression is made of."""
    match expression:
        case Value(signal, back):
            return [] if back else [signal]
        case Weighted(source=source):
            return ["input"] if source == "input" else []
        case Sum(parts) | Product(parts):
            return [name for part in parts for name in operands(part)]
        case Difference(left, right):
            return operands(left) + operands(right)
        case Apply(of=argument):
            return operands(argument)
    return []


def test_the_phases_of_an_lstm_are_those_of_the_diagram() -> None:
    assert [phase.name for phase in CELLS["lstm"].phases] == [
        "read", "weigh", "squash", "forget", "write", "expose", "predict",
    ]  # fmt: skip


def test_a_description_is_json_ready(cell: CellDescription) -> None:
    described = json.loads(json.dumps(cell.as_dict()))
    assert described["kind"] == cell.kind
    assert [s["name"] for s in described["signals"]] == list(cell.signal_names)
    assert {s["scale"] for s in described["signals"]} <= {"sequential", "diverging"}


def test_colours_have_enough_contrast(cell: CellDescription) -> None:
    """WCAG 2.2 AA wants 4.5:1 for text; formulas and labels are written in these colours."""
    for signal in cell.signals:
        assert contrast(signal.light, "#ffffff") >= 4.5, signal.name
        assert contrast(signal.dark, "#14181f") >= 4.5, signal.name


def contrast(colour: str, ground: str) -> float:
    lighter, darker = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
