"""The language aⁿbⁿ: its batches, and how far a network counts without a mistake (after Gers & Schmidhuber, 2001)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..networks.codecs import CharactersConfig
from ..networks.sequence_network import SequenceNetwork, State
from .next_token import NOT_COUNTED, Batch

CODEC = CharactersConfig(symbols="ab", start_token=True, end_token=True, unknown="refuse")
START, END, A, B = range(4)
TOGETHER = 256
"""Counts, and steps, tested at a time; this bounds memory."""


@dataclass(frozen=True)
class CountingBatches:
    """Batch `step` holds `lanes` strings aⁿbⁿ, with n drawn uniformly from 1 to a limit that grows to `longest`.

    The limit reaches `longest` after `growing` steps. Each string is read from a fresh state.
    """

    lanes: int
    longest: int
    growing: int
    seed: int

    def __call__(self, step: int) -> Batch:
        """Return a batch; padding after a string's end is not counted."""
        limit = min(self.longest, 5 + self.longest * step // self.growing)
        counts = np.random.default_rng((self.seed, step)).integers(1, limit, self.lanes, endpoint=True)
        inputs = torch.full((2 * int(counts.max()) + 1, self.lanes), B)
        targets = torch.full_like(inputs, NOT_COUNTED)
        for lane, n in enumerate(counts.tolist()):
            inputs[0, lane] = START
            inputs[1 : n + 1, lane] = targets[:n, lane] = A
            targets[n : 2 * n, lane] = B
            targets[2 * n, lane] = END
        return Batch(inputs, targets, fresh=True)


def exact_up_to(network: SequenceNetwork, most: int) -> int:
    """Return the largest N ≤ `most` such that the network counts every n from 1 to N exactly.

    Exactly means: while it reads a's it never expects the end; after each b except the last it expects a b, and after
    the last b it expects the end. The expected token is the most probable token.
    """
    with torch.no_grad():
        _, state = network(torch.tensor([START]))
        for first in range(1, most + 1, TOGETHER):
            counts = torch.arange(first, min(first + TOGETHER, most + 1))
            expected, states, state = _read_a(network, state, len(counts))
            exact = (expected != END).cumprod(0).bool() & _exact_after(network, states, counts)
            if not exact.all():
                return first - 1 + int(exact.long().cumprod(0).sum())
    return most


def _read_a(network: SequenceNetwork, state: State, count: int) -> tuple[Tensor, State, State]:
    """Read a's one by one; return the token expected after each [count], the states after each, and the last state."""
    expected, states = torch.empty(count, dtype=torch.int64), []
    for index in range(count):
        scores, state = network(torch.tensor([A]), state)
        expected[index] = scores[0].argmax()
        states.append(state)
    hidden, cell = (torch.stack(parts, 1) for parts in zip(*states, strict=True))
    return expected, (hidden, cell), state


def _exact_after(network: SequenceNetwork, states: State, counts: Tensor) -> Tensor:
    """Return, for each state after `counts` a's, whether the b's are counted exactly, bool [counts]."""
    exact = torch.ones(len(counts), dtype=torch.bool)
    most = int(counts.max())
    for start in range(0, most, TOGETHER):
        steps = min(TOGETHER, most - start)
        scores, states = network(torch.full((steps, len(counts)), B), states)
        read = start + torch.arange(1, steps + 1)[:, None]  # b's read so far
        wanted = torch.where(read < counts, B, END)
        exact &= ((scores.argmax(-1) == wanted) | (read > counts)).all(0)
    return exact


def ngram_exact_up_to(order: int, longest: int, most: int) -> int:
    """Return how far an n-gram with a context of `order` tokens counts exactly.

    It has seen aⁿbⁿ for every n up to `longest`, and expects the most frequent token after its context.
    """
    seen: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for n in range(1, longest + 1):
        for context, following in _grams(n, order):
            seen[context][following] += 1
    for n in range(1, most + 1):
        for context, following in _grams(n, order):
            counts = seen[context].most_common(1)
            expected = counts[0][0] if counts else None
            if expected != following and (context[-1] == B or expected == END):
                return n - 1
    return most


def _grams(n: int, order: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield each token of aⁿbⁿ except the first, with up to `order` tokens before it."""
    tokens = [START] + [A] * n + [B] * n + [END]
    for index in range(1, len(tokens)):
        yield tuple(tokens[max(0, index - order) : index]), tokens[index]
