"""Equations as trees: one source for their text, their MathML, the page's arithmetic and the diagram's wires.

A tree's leaves are signals (of this step, or `back` steps before), numbers, and the weighted input or previous hidden
state. As JSON, each node is an object whose `op` names its class.
"""

from dataclasses import dataclass
from typing import Literal

Source = Literal["input", "hidden"]
Symbols = dict[str, str]  # each signal's symbol, by the signal's name


@dataclass(frozen=True)
class Value:
    """A signal's value at this step, or `back` steps before it in reading order."""

    signal: str
    back: int = 0
    op: Literal["signal"] = "signal"


@dataclass(frozen=True)
class Number:
    """A constant."""

    value: int
    op: Literal["number"] = "number"


@dataclass(frozen=True)
class Weighted:
    """A gate's weighted input, W_i x + b_i, or its weighted previous hidden state, W_h h + b_h."""

    gate: str
    source: Source
    op: Literal["weighted"] = "weighted"


@dataclass(frozen=True)
class Sum:
    """The sum of all terms."""

    terms: tuple["Expression", ...]
    op: Literal["sum"] = "sum"


@dataclass(frozen=True)
class Difference:
    """`left` − `right`."""

    left: "Expression"
    right: "Expression"
    op: Literal["difference"] = "difference"


@dataclass(frozen=True)
class Product:
    """The product of all factors, element by element."""

    factors: tuple["Expression", ...]
    op: Literal["product"] = "product"


@dataclass(frozen=True)
class Apply:
    """A function of each element: σ, tanh, or φ, which is the network's tanh or relu."""

    function: Literal["σ", "tanh", "φ"]
    of: "Expression"
    op: Literal["apply"] = "apply"


Expression = Value | Number | Weighted | Sum | Difference | Product | Apply


def as_text(expression: Expression, symbols: Symbols) -> str:
    """The expression on one line: fₜ ⊙ cₜ₋₁ + iₜ ⊙ gₜ."""
    match expression:
        case Value(signal, back):
            return f"{symbols[signal]}{'ₜ₋₁' if back else 'ₜ'}"
        case Number(value):
            return str(value)
        case Weighted(gate, source):
            place, vector = _PLACES[source], "xₜ" if source == "input" else "hₜ₋₁"
            return f"W_{place}{symbols[gate]} {vector} + b_{place}{symbols[gate]}"
        case Sum(terms):
            return " + ".join(as_text(term, symbols) for term in terms)
        case Difference(left, right):
            return f"{as_text(left, symbols)} − {as_text(right, symbols)}"
        case Product(factors):
            texts = (as_text(factor, symbols) for factor in factors)
            pairs = zip(factors, texts, strict=True)
            return " ⊙ ".join(f"({text})" if is_sum(factor) else text for factor, text in pairs)
        case Apply(function, of):
            return f"{function}({as_text(of, symbols)})"


def as_mathml(expression: Expression, symbols: Symbols) -> str:
    """The expression as presentation MathML, without the enclosing <math>."""
    match expression:
        case Value(signal, back):
            return subscript(symbols[signal], _BEFORE if back else _NOW)
        case Number(value):
            return f"<mn>{value}</mn>"
        case Weighted(gate, source):
            index = f"<mi>{_PLACES[source]}{symbols[gate]}</mi>"
            vector = subscript("x", _NOW) if source == "input" else subscript("h", _BEFORE)
            return f"{subscript('W', index)}{vector}<mo>+</mo>{subscript('b', index)}"
        case Sum(terms):
            return "<mo>+</mo>".join(as_mathml(term, symbols) for term in terms)
        case Difference(left, right):
            return f"{as_mathml(left, symbols)}<mo>−</mo>{as_mathml(right, symbols)}"
        case Product(factors):
            parts = (as_mathml(factor, symbols) for factor in factors)
            pairs = zip(factors, parts, strict=True)
            return "<mo>⊙</mo>".join(
                f"<mo>(</mo>{part}<mo>)</mo>" if is_sum(factor) else part for factor, part in pairs
            )
        case Apply(function, of):
            return f"<mi>{function}</mi><mo>(</mo>{as_mathml(of, symbols)}<mo>)</mo>"


def is_sum(expression: Expression) -> bool:
    """Whether the expression needs parentheses as a factor."""
    return isinstance(expression, Sum | Difference | Weighted)


def subscript(symbol: str, index: str) -> str:
    """A symbol with an index; the index is MathML."""
    return f"<msub><mi>{symbol}</mi><mrow>{index}</mrow></msub>"


_PLACES: dict[Source, str] = {"input": "i", "hidden": "h"}
_NOW, _BEFORE = "<mi>t</mi>", "<mi>t</mi><mo>−</mo><mn>1</mn>"
