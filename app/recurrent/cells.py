"""Descriptions of the recurrent cells: their signals, equations and phases.

Everything that names, colours, explains or draws a signal reads it from here: the trace, the page, the tables, the
exports and the documentation. To add a cell, add a description here and its step function in `equations`.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from torch import nn

from .expressions import (
    Apply,
    Difference,
    Expression,
    Number,
    Product,
    Sum,
    Value,
    Weighted,
    as_mathml,
    as_text,
)

Role = Literal["gate", "candidate", "state"]
Settled = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Signal:
    """A named quantity that a cell computes at each step for each unit."""

    name: str
    symbol: str
    title: str
    role: Role
    low: float | None  # None: unbounded
    high: float | None
    meaning: str
    light: str  # colour on a light ground
    dark: str  # colour on a dark ground

    @property
    def scale(self) -> Literal["sequential", "diverging"]:
        return "sequential" if self.low == 0 else "diverging"

    @property
    def css(self) -> str:
        """The custom property that carries the signal's colour: --signal-forget-gate."""
        return "--signal-" + self.name.replace("_", "-")


@dataclass(frozen=True)
class Equation:
    """A signal's equation: as plain text, as MathML, and as the expression tree that both are written from."""

    signal: str
    text: str
    mathml: str
    expression: Expression


@dataclass(frozen=True)
class Phase:
    """A part of the cell's work inside one step, as an interval of [0, 1).

    `settles` lists what the phase computes, in order; values that become known together form one inner tuple. Besides
    signals and pre-activations, it can name "input", "prediction", and the terms of a state's sum ("cell_state.0" is
    the first term).
    """

    name: str
    title: str
    start: float
    stop: float
    meaning: str
    settles: Settled


@dataclass(frozen=True)
class CellDescription:
    """One kind of recurrent cell.

    `module` is the class that runs it, with the attributes and parameters of a `RecurrentModule`. `gates` are the
    signals that have a pre-activation, in the order in which the module packs their weights. `states` are the signals
    that the next step starts from, and `output` is the state that the module returns. `extras` are further quantities
    that a trace holds on request, beside the pre-activations.
    """

    kind: str
    title: str
    module: type[nn.Module]
    signals: tuple[Signal, ...]
    gates: tuple[str, ...]
    states: tuple[str, ...]
    output: str
    equations: tuple[Equation, ...]
    phases: tuple[Phase, ...]
    extras: tuple[str, ...] = ()

    @property
    def signal_names(self) -> tuple[str, ...]:
        return tuple(signal.name for signal in self.signals)

    @property
    def pre_names(self) -> tuple[str, ...]:
        """The names of the arrays that a trace adds when pre-activations are requested."""
        return tuple(f"{gate}.pre" for gate in self.gates) + self.extras

    def as_dict(self) -> dict[str, Any]:
        """The description, JSON-ready."""
        described = asdict(self)
        del described["module"]
        for signal, entry in zip(self.signals, described["signals"], strict=True):
            entry |= {"scale": signal.scale, "css": signal.css}
            entry["formula"] = next((e.text for e in self.equations if e.signal == signal.name), "")
        return described


def _phases(*named: tuple[str, str, str, Settled]) -> tuple[Phase, ...]:
    """Phases of equal length that fill a step, from (name, title, meaning, settles)."""
    bounds = [round(k / len(named), 6) for k in range(len(named) + 1)]
    return tuple(
        Phase(name, title, bounds[k], bounds[k + 1], meaning, settles)
        for k, (name, title, meaning, settles) in enumerate(named)
    )


def _weigh(*settled: str) -> tuple[str, str, str, Settled]:
    meaning = "Weights turn both into one number for each gate and unit: its pre-activation."
    return ("weigh", "Weigh", meaning, (settled,))


def _equations(
    signals: tuple[Signal, ...], expressions: dict[str, Expression], note: str = ""
) -> tuple[Equation, ...]:
    """The equation of each signal, from its expression; `note` is appended to each text."""
    symbols = {signal.name: signal.symbol for signal in signals}

    def equation(signal: str, right: Expression) -> Equation:
        left = Value(signal)
        text = f"{as_text(left, symbols)} = {as_text(right, symbols)}{note}"
        mathml = f"{as_mathml(left, symbols)}<mo>=</mo>{as_mathml(right, symbols)}"
        return Equation(signal, text, f"<math><mrow>{mathml}</mrow></math>", right)

    return tuple(equation(signal, right) for signal, right in expressions.items())


def _gate(name: str, function: Literal["σ", "tanh", "φ"]) -> Apply:
    """A gate's value: a function of its pre-activation."""
    return Apply(function, Sum((Weighted(name, "input"), Weighted(name, "hidden"))))


_VIOLET, _VERMILION, _GREEN = ("#5f3dc4", "#b197fc"), ("#b93d0a", "#ff8a5b"), ("#00735a", "#2cc9a0")
_MAGENTA, _AMBER, _BLUE = ("#a8327a", "#f08cc6"), ("#855c00", "#f2b632"), ("#005fa8", "#5db3ff")


def _hidden_state(low: float | None, high: float | None, meaning: str) -> Signal:
    return Signal("hidden_state", "h", "Hidden state", "state", low, high, meaning, *_VIOLET)


_READ = (
    "read",
    "Read",
    "The input xₜ comes in beside the previous hidden state hₜ₋₁.",
    (("input",),),
)
_PREDICT = (
    "predict",
    "Predict",
    "The hidden state goes to the head, which says what it expects next.",
    (("prediction",),),
)

_LSTM_SIGNALS = (
    Signal("input_gate", "i", "Input gate", "gate", 0, 1, "How much of the candidate is written.", *_GREEN),
    Signal(
        "forget_gate",
        "f",
        "Forget gate",
        "gate",
        0,
        1,
        "How much of the old cell state is kept.",
        *_VERMILION,
    ),
    Signal("cell_candidate", "g", "Cell candidate", "candidate", -1, 1, "What could be written.", *_MAGENTA),
    Signal("output_gate", "o", "Output gate", "gate", 0, 1, "How much of the cell state is shown.", *_AMBER),
    Signal("cell_state", "c", "Cell state", "state", None, None, "The long memory, carried along.", *_BLUE),
    _hidden_state(-1, 1, "What the cell shows of its memory."),
)

LSTM = CellDescription(
    kind="lstm",
    title="Long short-term memory",
    module=nn.LSTM,
    signals=_LSTM_SIGNALS,
    gates=("input_gate", "forget_gate", "cell_candidate", "output_gate"),
    states=("hidden_state", "cell_state"),
    output="hidden_state",
    equations=_equations(
        _LSTM_SIGNALS,
        {
            "input_gate": _gate("input_gate", "σ"),
            "forget_gate": _gate("forget_gate", "σ"),
            "cell_candidate": _gate("cell_candidate", "tanh"),
            "output_gate": _gate("output_gate", "σ"),
            "cell_state": Sum(
                (
                    Product((Value("forget_gate"), Value("cell_state", back=1))),
                    Product((Value("input_gate"), Value("cell_candidate"))),
                )
            ),
            "hidden_state": Product((Value("output_gate"), Apply("tanh", Value("cell_state")))),
        },
    ),
    phases=_phases(
        _READ,
        _weigh("input_gate.pre", "forget_gate.pre", "cell_candidate.pre", "output_gate.pre"),
        (
            "squash",
            "Squash",
            "σ turns three of them into gates between 0 and 1, tanh the fourth into the candidate.",
            (("input_gate", "forget_gate", "cell_candidate", "output_gate"),),
        ),
        (
            "forget",
            "Forget",
            "The forget gate scales the old cell state: what it closes on is erased.",
            (("cell_state.0",),),
        ),
        (
            "write",
            "Write",
            "The input gate lets its share of the candidate in: the cell state is updated.",
            (("cell_state.1",), ("cell_state",)),
        ),
        (
            "expose",
            "Expose",
            "The output gate shows its share of the cell state: the new hidden state.",
            (("hidden_state",),),
        ),
        _PREDICT,
    ),
)

_GRU_SIGNALS = (
    Signal(
        "reset_gate",
        "r",
        "Reset gate",
        "gate",
        0,
        1,
        "How much of the past the candidate sees.",
        *_VERMILION,
    ),
    Signal(
        "update_gate",
        "z",
        "Update gate",
        "gate",
        0,
        1,
        "How much of the old hidden state is kept.",
        *_GREEN,
    ),
    Signal(
        "candidate",
        "n",
        "Candidate",
        "candidate",
        -1,
        1,
        "What could become the new hidden state.",
        *_MAGENTA,
    ),
    _hidden_state(-1, 1, "The memory, which is also what the cell shows."),
)

GRU = CellDescription(
    kind="gru",
    title="Gated recurrent unit",
    module=nn.GRU,
    signals=_GRU_SIGNALS,
    gates=("reset_gate", "update_gate", "candidate"),
    states=("hidden_state",),
    output="hidden_state",
    equations=_equations(
        _GRU_SIGNALS,
        {
            "reset_gate": _gate("reset_gate", "σ"),
            "update_gate": _gate("update_gate", "σ"),
            "candidate": Apply(
                "tanh",
                Sum(
                    (
                        Weighted("candidate", "input"),
                        Product((Value("reset_gate"), Weighted("candidate", "hidden"))),
                    )
                ),
            ),
            "hidden_state": Sum(
                (
                    Product((Difference(Number(1), Value("update_gate")), Value("candidate"))),
                    Product((Value("update_gate"), Value("hidden_state", back=1))),
                )
            ),
        },
    ),
    phases=_phases(
        _READ,
        _weigh("reset_gate.pre", "update_gate.pre", "candidate.recurrent"),
        (
            "squash",
            "Squash",
            "σ turns two of them into gates between 0 and 1.",
            (("reset_gate", "update_gate"),),
        ),
        (
            "reset",
            "Reset",
            "The reset gate scales what the candidate may see of the past; tanh makes the candidate.",
            (("candidate.pre",), ("candidate",)),
        ),
        (
            "update",
            "Update",
            "The update gate mixes the old hidden state with the candidate.",
            (("hidden_state.0", "hidden_state.1"), ("hidden_state",)),
        ),
        _PREDICT,
    ),
    extras=("candidate.recurrent",),
)

_RNN_SIGNALS = (_hidden_state(None, None, "The memory, which is also what the cell shows."),)

RNN = CellDescription(
    kind="rnn",
    title="Plain recurrent network",
    module=nn.RNN,
    signals=_RNN_SIGNALS,
    gates=("hidden_state",),
    states=("hidden_state",),
    output="hidden_state",
    equations=_equations(
        _RNN_SIGNALS,
        {
            "hidden_state": _gate("hidden_state", "φ"),
        },
        note=", φ = tanh or relu",
    ),
    phases=_phases(
        _READ,
        _weigh("hidden_state.pre"),
        ("squash", "Squash", "tanh (or relu) turns it into the new hidden state.", (("hidden_state",),)),
        _PREDICT,
    ),
)

CELLS: dict[str, CellDescription] = {cell.kind: cell for cell in (LSTM, GRU, RNN)}
