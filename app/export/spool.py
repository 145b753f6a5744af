"""A whole trace on disk: spooled into a temporary folder, chunk by chunk, and read from there.

Memory stays flat, however long the sequence is. Nothing of it is left behind.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EmptySequence
from ..networks.place import is_signal
from ..networks.run import Run
from ..recurrent import Parity

# Steps that are computed, and written, at a time.
BLOCK_STEPS = 512

Array = NDArray[Any]
Progress = Callable[[int], None]
Check = Callable[[], None]


@dataclass(frozen=True, eq=False)
class WholeTrace:
    """All arrays of a run over the steps [`start`, `start` + `steps`), mapped from temporary files."""

    model: str
    tokens: list[dict[str, Any]]  # of these steps
    start: int
    steps: int
    agreement: Parity
    arrays: Mapping[str, Array]
    not_finite: int = 0  # values of signals that are NaN or infinite

    @property
    def metadata(self) -> dict[str, str]:
        """What a file says about itself, each as a JSON string."""
        named = {
            "model": self.model,
            "tokens": self.tokens,
            "start": self.start,
            "steps": self.steps,
            "parity": self.agreement.difference,
            "agrees": self.agreement.agrees,
        }
        return {name: json.dumps(value) for name, value in named.items()}


@contextmanager
def spooled(run: Run, progress: Progress = lambda steps: None) -> Iterator[WholeTrace]:
    """Run to the end and give the whole trace; its arrays live as long as the context.

    `progress` is told how many steps there are so far, also while skipped ones are run. Raises `EmptySequence` where
    there are none.
    """
    header = run.header()
    tokens = list(header["tokens"])
    with tempfile.TemporaryDirectory(prefix="gatescope-") as folder:
        files: dict[str, IO[bytes]] = {}
        shapes: dict[str, tuple[np.dtype[Any], tuple[int, ...]]] = {}
        start, stop, not_finite = 0, 0, 0
        try:
            for chunk in run.pieces(repeat(BLOCK_STEPS)):
                if chunk is None:
                    progress(0)
                    continue
                start, stop = start if files else chunk.start, chunk.stop
                tokens += [token.as_dict() for token in chunk.tokens]
                for name, array in chunk.arrays.items():
                    if name not in files:
                        files[name] = (Path(folder) / str(len(files))).open("wb")
                        shapes[name] = array.dtype, array.shape[1:]
                    files[name].write(np.ascontiguousarray(array).data)
                    if is_signal(name):
                        not_finite += int(np.count_nonzero(~np.isfinite(array)))
                progress(stop - start)
        finally:
            for file in files.values():
                file.close()
        if not files:
            raise EmptySequence("the run has no steps", where="from_step", expected="at least one step")
        arrays = {
            name: np.memmap(file.name, dtype, "r", shape=(stop - start, *rest))
            for (name, file), (dtype, rest) in zip(files.items(), shapes.values(), strict=True)
        }
        yield WholeTrace(
            header["model"], tokens[start:stop], start, stop - start, run.agreement, arrays, not_finite
        )
