"""The objective of a language model: the surprise at every next token. The state is carried from batch to batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor, nn

from ..networks.sequence_network import SequenceNetwork, State

NOT_COUNTED = -100
"""Targets with this value are ignored by the loss (PyTorch's own default)."""


@dataclass(frozen=True)
class Batch:
    """Token ids to read and to predict, both int64 [T, B]; `fresh` discards the carried state."""

    inputs: Tensor
    targets: Tensor
    fresh: bool


class Batches(Protocol):
    """The training data: a pure function from a step to its batch."""

    def __call__(self, step: int) -> Batch:
        """Return the batch of a step, counted from 0."""


class NextToken:
    """The mean cross entropy of the counted next tokens of a batch."""

    def __init__(self, network: SequenceNetwork, batches: Batches) -> None:
        self._network = network
        self._batches = batches

    def __call__(self, step: int, carried: State | None) -> tuple[Tensor, State]:
        """Return the loss of a step, in nats per token, and the state after it."""
        batch = self._batches(step)
        scores, state = self._network(batch.inputs, None if batch.fresh else carried)  # (T, B, tokens)
        loss = nn.functional.cross_entropy(
            scores.flatten(0, 1), batch.targets.flatten(), ignore_index=NOT_COUNTED
        )
        return loss, state.detach() if isinstance(state, Tensor) else (state[0].detach(), state[1].detach())
