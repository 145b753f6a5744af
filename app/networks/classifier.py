"""The network of a classifier: token ids → embedding → recurrent module → pooled outputs → a score for each class.

Its parameters have the names used in a model folder's weights: `embedding.weight`, `recurrent.weight_ih_l0`,
`head.weight` and so on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from .network import Network
from .sequence_network import RECURRENT, CellKind

CELLS_AT_A_TIME = 1 << 14
"""Tokens (with padding) in one batch of prefixes; this bounds memory."""


LANES = 64
"""Sequences per batch; sequences of similar length are batched together."""


class ClassifierSizes(BaseModel):
    """How large a classifier is: tokens (special tokens included), classes, and the coordinates of each vector."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tokens: int = Field(ge=1, le=1_000_000)
    embedding: int = Field(ge=1, le=16_384)
    units: int = Field(ge=1, le=16_384)
    layers: int = Field(1, ge=1, le=64)
    bidirectional: bool = False
    classes: int = Field(ge=2, le=1_000)


class Classifier(Network):
    """Reads whole sequences of token ids and scores every class.

    The outputs are max-pooled over the steps. `dropout` applies in training only: to the embeddings, between the
    layers, and before the head.
    """

    sizes: ClassifierSizes

    def __init__(self, cell: CellKind, sizes: ClassifierSizes, dropout: float = 0.0) -> None:
        super().__init__()
        self.cell = cell
        self.sizes = sizes
        self.embedding = nn.Embedding(sizes.tokens, sizes.embedding)
        self.recurrent = RECURRENT[cell](
            sizes.embedding,
            sizes.units,
            num_layers=sizes.layers,
            bidirectional=sizes.bidirectional,
            dropout=dropout if sizes.layers > 1 else 0.0,
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(sizes.units * (2 if sizes.bidirectional else 1), sizes.classes)

    def forward(self, ids: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Score the classes of sequences: ids [T, B] → [B, classes].

        `lengths` [B], in descending order, gives how many tokens of each column are read; by default all.
        """
        embedded = self.dropout(self.embedding(ids))  # (T, B, embedding)
        if lengths is None:
            output, _ = self.recurrent(embedded)
        else:
            packed, _ = self.recurrent(pack_padded_sequence(embedded, lengths))
            output, _ = pad_packed_sequence(packed, padding_value=-torch.inf)
        scores: Tensor = self.head(self.dropout(output.amax(0)))
        return scores


def prefix_scores(network: Classifier, ids: Tensor, start: int, stop: int) -> Tensor:
    """Return the scores of the prefixes that end with the tokens [`start`, `stop`), [stop − start, classes].

    Each prefix is read as if the sequence ended there. A batch has at most `CELLS_AT_A_TIME` tokens, padding included,
    or a single longer prefix. `ids` is [T].
    """
    rows = [
        network(ids[:longest, None].expand(-1, longest - shortest), torch.arange(longest, shortest, -1)).flip(
            0
        )
        for shortest, longest in _batches(start, stop)
    ]
    return torch.cat(rows)


def sequence_scores(network: Classifier, sequences: Sequence[Tensor]) -> Tensor:
    """Return the scores [sequences, classes] of sequences of token ids [T], read in padded batches."""
    order = sorted(range(len(sequences)), key=lambda index: len(sequences[index]), reverse=True)
    scores = torch.empty(len(sequences), network.sizes.classes)
    for start in range(0, len(order), LANES):
        chosen = order[start : start + LANES]
        lengths = torch.tensor([len(sequences[index]) for index in chosen])
        scores[chosen] = network(pad_sequence([sequences[index] for index in chosen]), lengths)
    return scores


def _batches(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield the shortest length − 1 and the longest length of each batch of prefixes."""
    while start < stop:
        end = start + 1
        while end < stop and (end + 1) * (end + 1 - start) <= CELLS_AT_A_TIME:
            end += 1
        yield start, end
        start = end
