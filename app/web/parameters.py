"""Weights, from which the page computes what pushed a gate, and how attention scored a pair of steps."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from safetensors.numpy import save

from ..errors import BadInput
from ..networks.attention import AttentionKind
from ..networks.feed import Runnable
from ..networks.place import Place, check_choice
from ..networks.tasks.translator import Translator
from ..recurrent import describe
from ..recurrent.weights import directions, read_weights
from .uploads import MEDIA_TYPES, wanted_form

ATTENTION = "attention"
"""The part whose parameters are those of the attention; it is not a recurrent part."""


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


class AttentionParameters(BaseModel):
    """The weights of a translator's attention, named as in its formula; null where the formula has none."""

    model: str
    part: Literal["attention"] = "attention"
    kind: AttentionKind
    query: list[list[float]] | None
    key: list[list[float]] | None
    score: list[float] | None


def attention_of(model: Runnable) -> tuple[AttentionKind, dict[str, NDArray[np.float32]]]:
    """Return the kind of a model's attention, and its weights by name: `query` W, `key` U and `score` v.

    Raises `BadInput` if the model has no attention.
    """
    if not isinstance(model, Translator) or model.network.attention is None:
        known = "one of: " + ", ".join(model.parts)
        raise BadInput(f"{model.id} has no attention", where="part", expected=known)
    kind = model.config.sizes.attention
    assert kind is not None
    weights = {
        name.removesuffix(".weight"): parameter.detach().numpy()
        for name, parameter in model.network.attention.named_parameters()
    }
    return kind, {name: weight[0] if name == "score" else weight for name, weight in weights.items()}


def attention_parameters(model: Runnable) -> AttentionParameters:
    """Return the weights of a model's attention; raises as `attention_of` does."""
    kind, weights = attention_of(model)
    named = {name: weights[name].tolist() if name in weights else None for name in ("query", "key", "score")}
    return AttentionParameters(model=model.id, kind=kind, **named)


def attention_buffer(model: Runnable) -> bytes:
    """Return the same weights as one safetensors buffer, float32; raises as `attention_of` does."""
    kind, weights = attention_of(model)
    return save({name: np.ascontiguousarray(weight) for name, weight in weights.items()}, {"kind": kind})


def parameters_body(
    model: Runnable, place: Place, signal: str | None, unit: int | None, accept: str
) -> tuple[bytes, str]:
    """Return the body of an answer with weights, and its media type.

    Attention's weights are a safetensors buffer if `accept` names only that. Raises `BadInput` if `signal` or `unit` is
    missing where it is needed, and if there is no such place or unit.
    """
    if place.part == ATTENTION:
        form = wanted_form(accept)
        if form == "safetensors":
            return attention_buffer(model), MEDIA_TYPES[form]
        return attention_parameters(model).model_dump_json().encode(), MEDIA_TYPES["json"]
    for name, value in (("signal", signal), ("unit", unit)):
        if value is None:
            raise BadInput(f"the field {name!r} is missing", where=name, expected=f"a field {name!r}")
    assert signal is not None and unit is not None
    return unit_parameters(model, place, signal, unit).model_dump_json().encode(), MEDIA_TYPES["json"]


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
