"""The user's input and initial states, checked and converted to a single form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .equations import States
from .errors import CaptureError
from .weights import RecurrentModule, describe, directions, weight_type

LayerStates = list[list[States]]  # [layer][direction] → state name → (B, H)


@dataclass(frozen=True)
class Source:
    """An input x (T, B, I), and whether the user gave it with a batch."""

    x: Tensor
    batched: bool

    @property
    def batch(self) -> int | None:
        """The number of sequences; None if the user gave no batch."""
        return self.x.shape[1] if self.batched else None

    def shaped(self, array: Tensor) -> Tensor:
        """An array (T, B, H) or a state (L·D, B, H), without the batch if x had none."""
        return array if self.batched else array[:, 0]


def read_input(module: RecurrentModule, x: Tensor) -> Source:
    """The input as (T, B, I).

    Raises:
        CaptureError: x is not a tensor of 2 or 3 dimensions, or does not fit the module.
    """
    describe(module)
    if not isinstance(x, Tensor) or x.is_nested or x.dim() not in (2, 3):  # type: ignore[redundant-expr]
        raise CaptureError(f"expected x of shape (T, I) or with a batch in 3 dimensions, but got {_shape(x)}")
    if x.shape[-1] != module.input_size:
        raise CaptureError(f"expected x with {module.input_size} features, but got {_shape(x)}")
    dtype = weight_type(module)
    if x.dtype != dtype:
        raise CaptureError(f"expected x of {dtype} as the module's weights, but got {x.dtype}")
    _check_dense(x, "x")
    batched = x.dim() == 3
    x = x.detach()
    if not batched:
        return Source(x[:, None], batched)
    steps_first = x.transpose(0, 1) if module.batch_first else x
    if not steps_first.shape[1]:
        raise CaptureError(f"expected a batch of at least 1 sequence, but got {_shape(x)}")
    return Source(steps_first, batched)


def read_states(module: RecurrentModule, hx: Any, source: Source) -> LayerStates:
    """The initial states of each layer and direction; zeros if hx is None.

    Raises:
        CaptureError: hx does not fit the module.
    """
    cell = describe(module)
    names = cell.states
    layers, ways = module.num_layers, len(directions(module))
    batch, units = source.x.shape[1], module.hidden_size
    if hx is None:
        zeros = dict.fromkeys(names, source.x.new_zeros(batch, units))
        return [[zeros] * ways] * layers
    given: Sequence[Any] = [hx] if len(names) == 1 else hx
    if not isinstance(given, tuple | list) or len(given) != len(names):
        symbols = {signal.name: signal.symbol for signal in cell.signals}
        wanted = ", ".join(f"{symbols[name]}0" for name in names)
        raise CaptureError(f"expected hx as ({wanted}), but got {type(hx).__name__}")
    shape = (layers * ways, batch, units) if source.batched else (layers * ways, units)
    for name, state in zip(names, given, strict=True):
        if not isinstance(state, Tensor) or state.is_nested or tuple(state.shape) != shape:
            raise CaptureError(f"expected an initial {name} of shape {shape}, but got {_shape(state)}")
        if state.dtype != source.x.dtype:
            raise CaptureError(f"expected an initial {name} of {source.x.dtype}, but got {state.dtype}")
        _check_dense(state, f"an initial {name}")
    stacked = [state.detach().reshape(layers, ways, batch, units).contiguous() for state in given]
    return [
        [{name: state[layer, way] for name, state in zip(names, stacked, strict=True)} for way in range(ways)]
        for layer in range(layers)
    ]


def stack_states(states: LayerStates) -> dict[str, Tensor]:
    """Each state of all layers and directions (L·D, B, H), in the form that the module takes and returns."""
    return {
        name: torch.stack([direction[name] for layer in states for direction in layer])
        for name in states[0][0]
    }


def _check_dense(tensor: Tensor, what: str) -> None:
    if tensor.layout != torch.strided or tensor.device.type != "cpu":
        raise CaptureError(
            f"expected {what} as a dense tensor on the CPU, but got {tensor.layout} on {tensor.device}"
        )


def _shape(value: Any) -> str:
    if not isinstance(value, Tensor):
        return type(value).__name__
    return "a nested tensor" if value.is_nested else str(tuple(value.shape))
