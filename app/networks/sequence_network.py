"""A complete network around one recurrent module: embedding → recurrent → head.

Its parameters have the names used in a model folder's weights: `embedding.weight`, `recurrent.weight_ih_l0`,
`head.weight` and so on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from torch import Tensor, nn

from ..recurrent import CELLS
from .network import Network, remember_at_first

State = Tensor | tuple[Tensor, Tensor]


def _described(kind: str) -> str:
    if kind not in CELLS:
        raise PydanticCustomError(
            "unknown_cell", "Input should be one of {there}", {"there": ", ".join(CELLS)}
        )
    return kind


CellKind = Annotated[str, AfterValidator(_described)]

RECURRENT = {kind: cast(Callable[..., nn.RNNBase], cell.module) for kind, cell in CELLS.items()}
"""The constructor of each cell's module; a custom cell's module has the same interface as PyTorch's."""


class Sizes(BaseModel):
    """How large a network is: tokens (special tokens included), and the coordinates of each vector."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tokens: int = Field(ge=1, le=1_000_000)
    embedding: int = Field(ge=1, le=16_384)
    units: int = Field(ge=1, le=16_384)
    layers: int = Field(1, ge=1, le=64)
    bidirectional: bool = False


class SequenceNetwork(Network):
    """Reads a sequence of token ids and scores, at each step, every token as the next token."""

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
