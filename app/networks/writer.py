"""Writing: a language model continues a text, token by token."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import BadInput
from .codecs import END, CharacterCodec
from .sequence_network import SequenceNetwork

BLOCK_STEPS = 512
"""Steps of the given text read at a time; this bounds memory."""


@dataclass(frozen=True)
class Generate:
    """How to continue: at most `steps` tokens, drawn at `temperature` (0 takes the most probable) with `seed`."""

    steps: int
    temperature: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise BadInput(f"expected to write at least 1 step, but got {self.steps}", where="generate.steps")
        if not (math.isfinite(self.temperature) and self.temperature >= 0):
            raise BadInput(
                f"expected a temperature of 0 or more, but got {self.temperature}",
                where="generate.temperature",
            )
        if self.seed < 0:
            raise BadInput(f"expected a seed of 0 or more, but got {self.seed}", where="generate.seed")


def write(
    network: SequenceNetwork, codec: CharacterCodec, ids: NDArray[np.int32], generate: Generate
) -> Iterator[int]:
    """Yield the ids of the tokens that a network writes after `ids`, until the end token if the codec has it.

    It reads with PyTorch's own module, always in the same blocks. So the result depends only on the weights, the ids,
    the temperature and the seed, not on how a trace of the same steps is cut into chunks. Special tokens are never
    written: their probability is shared among the others.
    """
    end = codec.special(END)
    allowed = [index for index in range(len(codec)) if index >= len(codec.specials) or index == end]
    random = np.random.default_rng(generate.seed)
    scores, state = np.empty(0), None
    for _ in range(generate.steps):
        with torch.no_grad():
            for start in range(0, len(ids), BLOCK_STEPS):
                block = torch.from_numpy(ids[start : start + BLOCK_STEPS].astype(np.int64))
                output, state = network.recurrent(network.embedding(block), state)
            scores = network.head(output[-1])[allowed].double().numpy()
        token = allowed[draw(scores, generate.temperature, random)]
        if token == end:
            return
        yield token
        ids = np.array([token], np.int32)


def draw(scores: NDArray[np.float64], temperature: float, random: np.random.Generator) -> int:
    """Return an index drawn from softmax(scores / temperature); at temperature 0, the index of the largest score."""
    if temperature == 0:
        return int(scores.argmax())
    with np.errstate(over="ignore"):  # near 0 all but the largest become e^-∞ = 0
        weights = np.exp((scores - scores.max()) / temperature)
    sums = weights.cumsum()
    return min(int(np.searchsorted(sums, random.random() * sums[-1], side="right")), len(scores) - 1)
