"""How surprising texts are to a language model, measured in padded batches."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils.rnn import pad_sequence

from .sequence_network import SequenceNetwork

LANES = 64
"""Texts per batch; texts of similar length are batched together."""

SCORES = 2**22
"""Scores computed at a time; this bounds memory."""

Ids = NDArray[np.int32]


def surprise(network: SequenceNetwork, texts: Sequence[Ids]) -> list[float]:
    """Return, for each text (its token ids), the total cost in bits of its tokens after the first.

    A bidirectional network also reads backward, so padding would change its scores: its texts are read one by one.
    """
    lanes = 1 if network.sizes.bidirectional else LANES
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    bits = [0.0] * len(texts)
    for start in range(0, len(order), lanes):
        chosen = order[start : start + lanes]
        for index, cost in zip(chosen, _side_by_side(network, [texts[k] for k in chosen]), strict=True):
            bits[index] = cost
    return bits


@torch.no_grad()
def _side_by_side(network: SequenceNetwork, texts: list[Ids]) -> list[float]:
    ids = pad_sequence([torch.from_numpy(text.astype(np.int64)) for text in texts])  # (T, B)
    lengths = torch.tensor([len(text) for text in texts])
    nats = torch.zeros(len(texts), dtype=torch.float64)
    state = None
    for start, stop in _blocks(network, *ids.shape):
        scores, state = network(ids[start:stop], state)  # (steps, B, tokens)
        following = ids[start + 1 : stop + 1]  # (steps, B), 1 step less at the end
        costs = torch.nn.functional.cross_entropy(
            scores[: len(following)].flatten(0, 1), following.flatten(), reduction="none"
        ).reshape(following.shape)
        there = torch.arange(start + 1, start + 1 + len(following))[:, None] < lengths
        nats += costs.double().where(there, 0.0).sum(0)
    found: list[float] = (nats / math.log(2)).tolist()
    return found


def _blocks(network: SequenceNetwork, steps: int, lanes: int) -> Iterator[tuple[int, int]]:
    """Yield blocks of steps; a single block for a bidirectional network, which cannot continue from a state."""
    size = steps if network.sizes.bidirectional else max(1, SCORES // (lanes * network.sizes.tokens))
    for start in range(0, steps, size):
        yield start, min(start + size, steps)
