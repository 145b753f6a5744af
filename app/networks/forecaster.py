"""The network of a forecaster: scaled numbers → recurrent module → a score for the next change of each output.

Its parameters have the names used in a model folder's weights: `recurrent.weight_ih_l0`, `head.weight` and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from .codecs.scaler import Matrix, Scaled, Scaler
from .network import Network
from .sequence_network import RECURRENT, CellKind, State

BLOCK_STEPS = 4096
"""Steps per block; this bounds memory."""

LANES = 64
"""Sequences per batch; sequences of similar length are batched together."""


class ForecasterSizes(BaseModel):
    """How large a forecaster is: the numbers received and forecast at each step, and its units."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    inputs: int = Field(ge=1, le=16_384)
    outputs: int = Field(ge=1, le=16_384)
    units: int = Field(ge=1, le=16_384)
    layers: int = Field(1, ge=1, le=64)


class Forecaster(Network):
    """Reads scaled numbers and scores, at each step, how each output changes by the next step.

    `dropout` applies in training only, before the head.
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
    """Return the forecast after each step of values [steps, features]: [steps, outputs], in their units."""
    scaling, state, blocks = scaler.begin(), None, []
    for start in range(0, len(values), BLOCK_STEPS):
        scaled = scaling.read(values[start : start + BLOCK_STEPS])
        with torch.no_grad():
            scores, state = network(torch.from_numpy(scaled.inputs), state)
        blocks.append(scaled.forecast(scores.numpy()))
    return np.concatenate(blocks)


def next_values(
    network: Forecaster, scaler: Scaler, sequences: Sequence[Matrix]
) -> list[NDArray[np.float32]]:
    """Return the forecast after the last step of each sequence [steps, features]: [outputs], in its units."""
    order = sorted(range(len(sequences)), key=lambda index: len(sequences[index]))
    expected: dict[int, NDArray[np.float32]] = {}
    for start in range(0, len(order), LANES):
        chosen = order[start : start + LANES]
        scaled = [scaler.begin().read(sequences[index]) for index in chosen]
        for index, one, scores in zip(chosen, scaled, _last_scores(network, scaled), strict=True):
            expected[index] = one.between(len(one.level) - 1, len(one.level)).forecast(scores[None])[0]
    return [expected[index] for index in range(len(sequences))]


@torch.no_grad()
def _last_scores(network: Forecaster, scaled: Sequence[Scaled]) -> NDArray[np.float32]:
    """Return the scores after the last step of each sequence, [sequences, outputs]; sequences are padded at the end."""
    inputs = pad_sequence([torch.from_numpy(one.inputs) for one in scaled])  # (T, B, inputs)
    last = np.array([len(one.inputs) - 1 for one in scaled])
    found = np.empty((len(scaled), network.sizes.outputs), np.float32)
    state = None
    for start in range(0, len(inputs), BLOCK_STEPS):
        scores, state = network(inputs[start : start + BLOCK_STEPS], state)  # (steps, B, outputs)
        here = np.flatnonzero((last >= start) & (last < start + BLOCK_STEPS))
        found[here] = scores[last[here] - start, here].numpy()
    return found
