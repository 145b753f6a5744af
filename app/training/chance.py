"""Random numbers that depend only on a seed and a step, so that an interrupted training resumes bit for bit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def chance(seed: int, step: int = 0) -> Iterator[None]:
    """Seed torch's random numbers (also for dropout) from a seed and a step; restore the generator afterwards."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed * 1_000_003 + step)
        yield
