"""One step of a recurrent module at a time, with PyTorch's own cells: several times as fast as a call of the module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ..recurrent import RecurrentModule, describe
from .sequence_network import State

CELLS: dict[str, Callable[..., Any]] = {
    "lstm": torch.lstm_cell,
    "gru": torch.gru_cell,
    "tanh": torch.rnn_tanh_cell,
    "relu": torch.rnn_relu_cell,
}
WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class Stepper:
    """Steps through a module with one direction; a cell that is not PyTorch's is stepped by the module itself."""

    def __init__(self, module: RecurrentModule) -> None:
        kind = describe(module).kind
        self._module = module
        self._cell = CELLS.get(getattr(module, "nonlinearity", "tanh") if kind == "rnn" else kind)
        self._layers = [
            [getattr(module, f"{name}_l{layer}", None) for name in WEIGHTS]
            for layer in range(module.num_layers)
        ]

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """Read x [1, I] in a state, h or (h, c), each [layers, H]; return the output [1, H] and the next state."""
        if self._cell is None:
            output, state = self._module(x, state)
            return output, state
        if isinstance(state, Tensor):
            hidden = []
            for layer, weights in enumerate(self._layers):
                x = self._cell(x, state[layer : layer + 1], *weights)
                hidden.append(x)
            return x, torch.cat(hidden)
        h, c = state
        pairs = []
        for layer, weights in enumerate(self._layers):
            pairs.append(self._cell(x, (h[layer : layer + 1], c[layer : layer + 1]), *weights))
            x = pairs[-1][0]
        return x, (torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs]))
