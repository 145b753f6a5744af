"""The network of a forecaster: scaled numbers → recurrent module → a score of how each output changes next.

Its parameters are named as in a model folder's weights: `recurrent.weight_ih_l0`, `head.weight` and so on.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from .codecs.scaler import Matrix, Scaler
from .network import Network
from .sequence_network import RECURRENT, CellKind, State

BLOCK_STEPS = 4096
"""Steps that are forecast from at a time, so that memory stays small."""


class ForecasterSizes(BaseModel):
    """How large a forecaster is: the numbers that it receives and forecasts at each step, and its units."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    inputs: int = Field(ge=1, le=16_384)
    outputs: int = Field(ge=1, le=16_384)
    units: int = Field(ge=1, le=16_384)
    layers: int = Field(1, ge=1, le=64)


class Forecaster(Network):
    """Reads scaled numbers and scores, at each step, how each output changes until the next.

    `dropout` is of training alone: it silences units before the head.
    """

    sizes: ForecasterSizes

    def __init__(self, cell: CellKind, sizes: ForecasterSizes, dropout: float = 0.0) -> None:
        super().__init__()
        self.cell = cell
        self.sizes = sizes
        self.recurrent = RECURRENT[cell](sizes.inputs, sizes.units, num_layers=sizes.layers)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(sizes.units, sizes.outputs)

    def forward(self, inputs: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Score the change after each step: [T, inputs] → [T, outputs], or [T, B, inputs] → [T, B, outputs]."""
        output, state = self.recurrent(inputs, state)
        return self.head(self.dropout(output)), cast(State, state)


def forecasts(network: Forecaster, scaler: Scaler, values: Matrix) -> NDArray[np.float32]:
    """Return what a network expects after each step of values [steps, features]: [steps, outputs], in their units."""
    scaling, state, blocks = scaler.begin(), None, []
    for start in range(0, len(values), BLOCK_STEPS):
        scaled = scaling.read(values[start : start + BLOCK_STEPS])
        with torch.no_grad():
            scores, state = network(torch.from_numpy(scaled.inputs), state)
        blocks.append(scaled.forecast(scores.numpy()))
    return np.concatenate(blocks)
