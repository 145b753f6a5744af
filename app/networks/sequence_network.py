"""A complete network around one recurrent module: embedding → recurrent → head.

Its parameters are named as in a model folder's weights: `embedding.weight`, `recurrent.weight_ih_l0`,
`head.weight` and so on.
"""

from __future__ import annotations

from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from .network import Network, remember_at_first

CellKind = Literal["lstm", "gru", "rnn"]
State = Tensor | tuple[Tensor, Tensor]

RECURRENT: dict[str, type[nn.LSTM] | type[nn.GRU] | type[nn.RNN]] = {
    "lstm": nn.LSTM,
    "gru": nn.GRU,
    "rnn": nn.RNN,
}


class Sizes(BaseModel):
    """How large a network is: the number of tokens (special ones too), and of coordinates of each vector."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tokens: int = Field(ge=1, le=1_000_000)
    embedding: int = Field(ge=1, le=16_384)
    units: int = Field(ge=1, le=16_384)
    layers: int = Field(1, ge=1, le=64)
    bidirectional: bool = False


class SequenceNetwork(Network):
    """Reads a sequence of token ids and scores, at each step, every token as the next one."""

    cell: CellKind
    sizes: Sizes

    def __init__(self, cell: CellKind, sizes: Sizes) -> None:
        super().__init__()
        self.cell = cell
        self.sizes = sizes
        self.embedding = nn.Embedding(sizes.tokens, sizes.embedding)
        self.recurrent = RECURRENT[cell](
            sizes.embedding, sizes.units, num_layers=sizes.layers, bidirectional=sizes.bidirectional
        )
        self.head = nn.Linear(sizes.units * (2 if sizes.bidirectional else 1), sizes.tokens)

    def forward(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Score the next token after each step.

        `ids` is [T] or [T, B], int64; the scores (logits) are [T, tokens] or [T, B, tokens]. `state` is what
        PyTorch's module takes and returns: h, or (h, c) for an LSTM.
        """
        output, state = self.recurrent(self.embedding(ids), state)
        return self.head(output), cast(State, state)

    def remember_at_first(self) -> None:
        """Let an LSTM start out remembering."""
        remember_at_first(self.recurrent)
