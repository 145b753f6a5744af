"""What all complete networks have in common: they say what they are, so that weights are never mixed up."""

from __future__ import annotations

import torch
from pydantic import BaseModel
from torch import nn


class Network(nn.Module):
    """A complete network; `cell` and `sizes` tell its shape, and a checkpoint belongs to that shape alone."""

    cell: str
    sizes: BaseModel


def remember_at_first(module: nn.RNNBase) -> None:
    """Set an LSTM's forget gates' bias to 1, so that it starts out remembering (Jozefowicz et al., 2015)."""
    if not isinstance(module, nn.LSTM):
        return
    units = module.hidden_size
    with torch.no_grad():
        for name, bias in module.named_parameters():
            if name.startswith("bias_ih"):
                bias[units : 2 * units] = 1.0
