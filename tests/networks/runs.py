"""What tests of runs share."""

from itertools import repeat
from typing import Any

import numpy as np

from app.networks.run import Run, RunChunk
from app.sequences import TextSequence

TEXT = TextSequence("a bad cafe?\nface a fig")
STEPS = len(TEXT.text) + 1


def assert_close(actual: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-5, atol=1e-5)


def joined(chunks: list[RunChunk]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([chunk.arrays[name] for chunk in chunks]) for name in chunks[0].arrays}


def everything(run: Run, size: int = 1000) -> dict[str, np.ndarray]:
    return joined(list(run.chunks(repeat(size))))
