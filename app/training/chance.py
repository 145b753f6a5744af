"""Chance that depends on a seed and a step alone, so that a training that was interrupted goes on to the bit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def chance(seed: int, step: int = 0) -> Iterator[None]:
    """Let torch draw its random numbers, those of dropout too, from a seed and a step; then go on as before."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed * 1_000_003 + step)
        yield
