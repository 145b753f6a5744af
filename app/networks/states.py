"""Initial states that the user gives to a run."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ..errors import BadInput
from ..recurrent import describe
from ..recurrent.weights import directions
from .feed import Runnable


def taken(model: Runnable, states: Mapping[str, Tensor], from_step: int) -> Tensor | tuple[Tensor, ...]:
    """Return named states, each [layers · directions, units], in the form that PyTorch's module takes.

    Raises `BadInput` if the model has several parts, reads backward and would not begin at step 0, or has other states
    or shapes, or if a number is not finite.
    """
    if len(model.parts) > 1:
        raise BadInput(f"{model.id} has several parts", where="states", expected="a model of one part")
    (module,) = model.parts.values()
    if module.bidirectional and from_step:
        raise BadInput(
            f"{model.id} also reads backward", where="from_step", expected="0 where states are given"
        )
    names = describe(module).states
    if set(states) != set(names):
        given = ", ".join(states) or "none"
        raise BadInput(f"the states are: {given}", where="states", expected=", ".join(names))
    wanted = [module.num_layers * len(directions(module)), module.hidden_size]
    for name, state in states.items():
        if list(state.shape) != wanted:
            raise BadInput(f"{name} has the shape {list(state.shape)}", where=name, expected=str(wanted))
        if not state.isfinite().all():
            raise BadInput(f"{name} holds numbers that are not finite", where=name, expected="finite numbers")
    begun = tuple(states[name].to(torch.float32) for name in names)
    return begun if len(begun) > 1 else begun[0]
