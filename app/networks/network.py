"""What all complete networks have in common: they say what they are, so that weights are never mixed up."""

from __future__ import annotations

from pydantic import BaseModel
from torch import nn


class Network(nn.Module):
    """A complete network; `cell` and `sizes` tell its shape, and a checkpoint belongs to that shape alone."""

    cell: str
    sizes: BaseModel
