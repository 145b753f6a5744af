"""One unit's row of weights, from which the page computes what pushed a gate."""

from __future__ import annotations

from pydantic import BaseModel

from ..networks.feed import Runnable
from ..networks.place import Place, check_choice
from ..recurrent import describe
from ..recurrent.weights import directions, read_weights


class UnitParameters(BaseModel):
    """The weights and biases of one unit for one gate or candidate; `nonlinearity` is φ in an rnn."""

    model: str
    part: str
    layer: int
    direction: str
    signal: str
    unit: int
    weight_ih: list[float]
    weight_hh: list[float]
    bias_ih: float | None
    bias_hh: float | None
    nonlinearity: str


def unit_parameters(model: Runnable, place: Place, signal: str, unit: int) -> UnitParameters:
    """Return one unit's weights for one gate or candidate; raises `BadInput`, which lists what exists."""
    recurrent = place.module(model.parts)
    cell = describe(recurrent)
    check_choice("signal", signal, cell.gates)
    check_choice("unit", unit, range(recurrent.hidden_size))
    weights = read_weights(recurrent)[place.layer][directions(recurrent).index(place.direction)]
    row = cell.gates.index(signal) * weights.units + unit
    return UnitParameters(
        model=model.id,
        part=place.part,
        layer=place.layer,
        direction=place.direction,
        signal=signal,
        unit=unit,
        weight_ih=weights.weight_ih[row].tolist(),
        weight_hh=weights.weight_hh[row].tolist(),
        bias_ih=None if weights.bias_ih is None else weights.bias_ih[row].item(),
        bias_hh=None if weights.bias_hh is None else weights.bias_hh[row].item(),
        nonlinearity=weights.nonlinearity,
    )
