"""The base of all complete networks: each names its cell and sizes, so that weights are never mixed up."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from pydantic import BaseModel
from torch import nn


class Network(nn.Module):
    """A complete network; `cell` and `sizes` give its shape, and a checkpoint fits only that shape."""

    cell: str
    sizes: BaseModel

    @property
    def rates(self) -> Mapping[str, float]:
        """The share of the learning rate that a parameter gets in training, by name; 1 for all others."""
        return {}


def remember_at_first(module: nn.RNNBase) -> None:
    """Set the bias of an LSTM's forget gates to 1, so that it starts out remembering (Jozefowicz et al., 2015).

    It leaves every other cell as it is.
    """
    if not isinstance(module, nn.LSTM):
        return
    units = module.hidden_size
    with torch.no_grad():
        for name, bias in module.named_parameters():
            if name.startswith("bias_ih"):
                bias[units : 2 * units] = 1.0
