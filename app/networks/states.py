"""States that the user gives to a run, and takes from it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from ..errors import BadInput, brief
from ..recurrent import describe
from ..recurrent.weights import directions
from .feed import Arrays, Runnable
from .place import places_of


def check_states_kept(model: Runnable) -> None:
    """Raise `BadInput` if the states at the end of a chunk would not be enough to continue from there."""
    if len(model.parts) > 1:
        raise BadInput(f"{model.id} has several parts", where="states", expected="a model of one part")
    if any(module.bidirectional for module in model.parts.values()):
        raise BadInput(
            f"{model.id} also reads backward: it cannot begin in the middle",
            where="states",
            expected="a model that reads forward only",
        )


def named(model: Runnable, arrays: Arrays) -> dict[str, Tensor]:
    """Return the states in arrays `states.<layer>.<direction>.<state>`, [units] each, in the form that a run takes.

    Raises `BadInput` if the model has several parts, or an array is missing, unknown, or of another shape or type.
    """
    if len(model.parts) > 1:
        raise BadInput(f"{model.id} has several parts", where="state", expected="a model of one part")
    (module,) = model.parts.values()
    states = describe(module).states
    places = list(places_of(module))
    wanted = [place.state(state) for place in places for state in states]
    if wrong := sorted(arrays.keys() ^ set(wanted)):
        problem = "missing" if wrong[0] in wanted else "unknown"
        raise BadInput(
            f"the state {brief(repr(wrong[0]))} is {problem}",
            where="state",
            expected=f"{len(wanted)} arrays: {brief(', '.join(wanted))}",
        )
    for name in wanted:
        array, where = arrays[name], f"state.{name}"
        if array.shape != (module.hidden_size,):
            shape = list(array.shape)
            raise BadInput(f"{name} has the shape {shape}", where=where, expected=f"[{module.hidden_size}]")
    return {
        state: torch.from_numpy(np.stack([arrays[place.state(state)] for place in places]).astype(np.float32))
        for state in states
    }


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
    initial = tuple(states[name].to(torch.float32) for name in names)
    return initial if len(initial) > 1 else initial[0]
