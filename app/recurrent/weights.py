"""Reads the weights of each layer and direction from a recurrent module.

PyTorch packs the rows of an LSTM's weights in the order i, f, g, o and those of a GRU in the order r, z, n
(https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html). The cell descriptions list their gates in
that order, so nothing is permuted here.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from .cells import CELLS, CellDescription
from .errors import CaptureError


class RecurrentModule(Protocol):
    """The interface of a module that can be captured: nn.LSTM, nn.GRU, nn.RNN, and the modules of custom cells.

    Parameters have PyTorch's names: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0` and `bias_hh_l0` for the first layer,
    with the suffix `_reverse` for the backward direction. The module is called like PyTorch's modules.
    """

    input_size: int
    hidden_size: int
    num_layers: int
    bias: bool
    batch_first: bool
    bidirectional: bool

    def __call__(self, input: Tensor, hx: Any = None, /) -> Any: ...


@dataclass(frozen=True)
class DirectionWeights:
    """The weights of one direction of a layer: G gates (4 for lstm, 3 for gru, 1 for rnn), H units, I inputs."""

    weight_ih: Tensor  # (G·H, I)
    weight_hh: Tensor  # (G·H, H)
    bias_ih: Tensor | None  # (G·H)
    bias_hh: Tensor | None  # (G·H)
    nonlinearity: str = "tanh"  # of a plain rnn: tanh or relu

    @property
    def units(self) -> int:
        return self.weight_hh.shape[1]

    @property
    def flat(self) -> list[Tensor]:
        """The weights in the order in which torch.lstm, torch.gru and torch.rnn_* take them."""
        biases = [bias for bias in (self.bias_ih, self.bias_hh) if bias is not None]
        return [self.weight_ih, self.weight_hh, *biases]

    def zero_bias(self) -> Tensor:
        return self.weight_ih.new_zeros(self.weight_ih.shape[0])


def describe(module: Any) -> CellDescription:
    """The description of the cell that `module` runs.

    Raises:
        CaptureError: no described cell has such a module.
    """
    for cell in CELLS.values():
        if isinstance(module, cell.module):
            return cell
    known = [f"nn.{cell.module.__name__}" for cell in CELLS.values()]
    raise CaptureError(f"expected an {', '.join(known[:-1])} or {known[-1]}, but got {type(module).__name__}")


def directions(module: RecurrentModule) -> tuple[str, ...]:
    """The directions in which `module` reads, in the order of its weights."""
    return ("forward", "backward") if module.bidirectional else ("forward",)


def weight_type(module: Any) -> torch.dtype:
    """The type in which `module` computes."""
    dtype: torch.dtype = module.weight_ih_l0.dtype
    return dtype


def read_weights(module: RecurrentModule) -> list[list[DirectionWeights]]:
    """The weights as [layer][direction], detached from autograd.

    Raises:
        CaptureError: the module projects its hidden state, or its weights are not all dense, of one type (float32 or
            float64) and on the CPU.
    """
    describe(module)
    projection = getattr(module, "proj_size", 0)
    if projection:
        raise CaptureError(
            f"expected a module without projection, but got proj_size={projection}: a projected hidden state has "
            "another size than the gates, and is not captured"
        )
    suffixes = {"forward": "", "backward": "_reverse"}
    weights = [
        [_direction(module, f"_l{layer}{suffixes[direction]}") for direction in directions(module)]
        for layer in range(module.num_layers)
    ]
    first = weights[0][0].weight_ih
    for layer in weights:
        for w in layer:
            for tensor in w.flat:
                _check(tensor, first)
    return weights


def _check(weight: Tensor, first: Tensor) -> None:
    if weight.dtype not in (torch.float32, torch.float64) or weight.device.type != "cpu":
        raise CaptureError(
            f"expected float32 or float64 weights on the CPU, but got {weight.dtype} on {weight.device}: "
            "capture module.float().cpu() instead"
        )
    if weight.dtype != first.dtype:
        raise CaptureError(f"expected weights of one type, but got {first.dtype} and {weight.dtype}")
    if weight.layout != torch.strided:
        raise CaptureError(f"expected dense weights, but got {weight.layout}")


def _direction(module: RecurrentModule, suffix: str) -> DirectionWeights:
    def parameter(name: str) -> Tensor:
        tensor: Tensor = getattr(module, name + suffix)
        return tensor.detach()

    return DirectionWeights(
        weight_ih=parameter("weight_ih"),
        weight_hh=parameter("weight_hh"),
        bias_ih=parameter("bias_ih") if module.bias else None,
        bias_hh=parameter("bias_hh") if module.bias else None,
        nonlinearity=getattr(module, "nonlinearity", "tanh"),
    )
