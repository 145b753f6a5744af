"""Reading the weights of one layer and direction off PyTorch's own modules.

PyTorch packs the rows of an LSTM's weights in the order i, f, g, o and those of a GRU in the order r, z, n
(https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html). The cell descriptions list their gates in
that order, so that nothing has to be permuted here.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .cells import CELLS, CellDescription
from .errors import CaptureError

RecurrentModule = nn.LSTM | nn.GRU | nn.RNN


@dataclass(frozen=True)
class DirectionWeights:
    """The weights of one layer in one direction, for G gates (4 for lstm, 3 for gru, 1 for rnn), H units, I inputs."""

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


def describe(module: nn.Module) -> CellDescription:
    """The description of the cell that `module` runs.

    Raises:
        CaptureError: the module is no nn.LSTM, nn.GRU or nn.RNN.
    """
    for kind, cls in (("lstm", nn.LSTM), ("gru", nn.GRU), ("rnn", nn.RNN)):
        if isinstance(module, cls):
            return CELLS[kind]
    raise CaptureError(f"expected an nn.LSTM, nn.GRU or nn.RNN, but got {type(module).__name__}")


def directions(module: RecurrentModule) -> tuple[str, ...]:
    """The directions in which `module` reads, in the order of its weights."""
    return ("forward", "backward") if module.bidirectional else ("forward",)


def read_weights(module: RecurrentModule) -> list[list[DirectionWeights]]:
    """The weights as [layer][direction], detached from autograd.

    Raises:
        CaptureError: the module projects its hidden state, or computes in anything but float32 or float64 on a CPU.
    """
    describe(module)
    if getattr(module, "proj_size", 0):
        raise CaptureError(
            f"expected a module without projection, but got proj_size={module.proj_size}: a projected hidden state "
            "has another size than the gates, and is not captured"
        )
    first = module.weight_ih_l0
    if first.dtype not in (torch.float32, torch.float64) or first.device.type != "cpu":
        raise CaptureError(
            f"expected float32 or float64 weights on the CPU, but got {first.dtype} on {first.device}: "
            "capture module.float().cpu() instead"
        )
    suffixes = {"forward": "", "backward": "_reverse"}
    return [
        [_direction(module, f"_l{layer}{suffixes[direction]}") for direction in directions(module)]
        for layer in range(module.num_layers)
    ]


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
