"""One unit's row of weights, from which the page itself computes what pushed a gate."""

from __future__ import annotations

from pydantic import BaseModel

from ..errors import BadInput, brief
from ..networks.model import Model
from ..recurrent import describe
from ..recurrent.weights import directions, read_weights


class UnitParameters(BaseModel):
    """The weights and biases of one unit for one gate or candidate; `nonlinearity` is what φ stands for in an rnn."""

    model: str
    layer: int
    direction: str
    signal: str
    unit: int
    weight_ih: list[float]
    weight_hh: list[float]
    bias_ih: float | None
    bias_hh: float | None
    nonlinearity: str


def unit_parameters(model: Model, layer: int, direction: str, signal: str, unit: int) -> UnitParameters:
    """Return one unit's weights for one gate or candidate; raises `BadInput` with what there is."""
    (recurrent,) = model.parts.values()
    cell = describe(recurrent)
    there = directions(recurrent)
    _check("signal", signal, cell.gates)
    _check("direction", direction, there)
    _check("layer", layer, range(recurrent.num_layers))
    _check("unit", unit, range(recurrent.hidden_size))
    weights = read_weights(recurrent)[layer][there.index(direction)]
    row = cell.gates.index(signal) * weights.units + unit
    return UnitParameters(
        model=model.id,
        layer=layer,
        direction=direction,
        signal=signal,
        unit=unit,
        weight_ih=weights.weight_ih[row].tolist(),
        weight_hh=weights.weight_hh[row].tolist(),
        bias_ih=None if weights.bias_ih is None else weights.bias_ih[row].item(),
        bias_hh=None if weights.bias_hh is None else weights.bias_hh[row].item(),
        nonlinearity=weights.nonlinearity,
    )


def _check(name: str, value: str | int, there: tuple[str, ...] | range) -> None:
    if value not in there:
        few = isinstance(there, tuple)
        known = "one of: " + ", ".join(map(str, there)) if few else f"{there[0]} to {there[-1]}"
        raise BadInput(f"there is no {name} {brief(repr(value))}", where=name, expected=known)
