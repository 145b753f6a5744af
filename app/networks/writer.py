"""Writing: a language model continues a text, token by token."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import BadInput
from .codecs import END, CharacterCodec
from .sequence_network import SequenceNetwork, State
from .stepping import Stepper

BLOCK_STEPS = 512
"""Steps of the given text read at a time; this bounds memory."""


@dataclass(frozen=True)
class Generate:
    """How to continue: at most `steps` tokens, drawn at `temperature` (0 takes the most probable) with `seed`.

    If the last tokens of the text were already drawn so, `drawn` says how many: then the same text goes on.
    """

    steps: int
    temperature: float = 1.0
    seed: int = 0
    drawn: int = 0

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
        if self.drawn < 0:
            raise BadInput(f"expected 0 drawn tokens or more, but got {self.drawn}", where="generate.drawn")


@dataclass(frozen=True)
class Begin:
    """A step to begin at, and the state before it, each tensor [layers, units], in the form that the module takes."""

    step: int
    state: Any


def write(
    network: SequenceNetwork,
    codec: CharacterCodec,
    ids: NDArray[np.int32],
    generate: Generate,
    begin: Begin | None = None,
) -> Iterator[int]:
    """Yield the ids of the tokens that a network writes after `ids`, until the end token if the codec has it.

    It reads the given ids with PyTorch's own module, always in the same blocks, and each token that it writes with
    PyTorch's own cell. So the result depends only on the weights, the ids, the temperature and the seed, not on how a
    trace of the same steps is cut into chunks. Special tokens are never written: their probability is shared among the
    others. With `begin`, the ids before its step are not read.
    """
    end = codec.special(END)
    allowed = [index for index in range(len(codec)) if index >= len(codec.specials) or index == end]
    random = np.random.Generator(np.random.PCG64(generate.seed).advance(generate.drawn))
    embeddings, stepper = network.embedding.weight, Stepper(network.recurrent)
    with torch.no_grad():
        weight, bias = network.head.weight[allowed], network.head.bias[allowed]
        output, state = _read(network, ids, begin)
    del ids
    for _ in range(generate.steps):
        with torch.no_grad():
            scores = torch.addmv(bias, weight, output[-1]).double().numpy()
        index = allowed[draw(scores, generate.temperature, random)]
        if index == end:
            return
        yield index
        with torch.no_grad():
            output, state = stepper.step(embeddings[index : index + 1], state)


def _read(network: SequenceNetwork, ids: NDArray[np.int32], begin: Begin | None) -> tuple[Tensor, State]:
    """Read the given ids block by block, and return the last block's output and the state after it."""
    state: Any = None
    first = 0
    if begin is not None and begin.step <= len(ids):
        first, state = begin.step, begin.state
        output = (state if isinstance(state, Tensor) else state[0])[-1:]  # of the last layer
    for start in range(first, len(ids), BLOCK_STEPS):
        block = torch.from_numpy(ids[start : start + BLOCK_STEPS].astype(np.int64))
        output, state = network.recurrent(network.embedding(block), state)
    return output, state


def draw(scores: NDArray[np.float64], temperature: float, random: np.random.Generator) -> int:
    """Return an index drawn from softmax(scores / temperature); at temperature 0, the index of the largest score."""
    if temperature == 0:
        return int(scores.argmax())
    with np.errstate(over="ignore"):  # near 0 all but the largest become e^-∞ = 0
        weights = np.exp((scores - scores.max()) / temperature)
    sums = weights.cumsum()
    return min(int(np.searchsorted(sums, random.random() * sums[-1], side="right")), len(scores) - 1)
