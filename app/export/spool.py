"""A whole trace on disk: written into a temporary folder, chunk by chunk, and read from there.

Memory use does not grow with the length of the sequence. The folder is removed afterwards.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EmptySequence
from ..networks.place import Place
from ..networks.run import Run
from ..recurrent import Parity
from .disk import full_disk
from .long_json import encode

# Number of steps that are computed and written at a time.
BLOCK_STEPS = 512

PLAIN = json.JSONEncoder()

Array = NDArray[Any]
Progress = Callable[[int], None]
Hold = Callable[[int], None]
Check = Callable[[], None]


@dataclass(frozen=True)
class Stretch:
    """The steps [`start`, `start` + `steps`) of a part, and their tokens."""

    start: int
    steps: int
    tokens: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """Return the stretch as values for JSON."""
        return {"tokens": self.tokens, "start": self.start, "steps": self.steps}


@dataclass(frozen=True, eq=False)
class WholeTrace:
    """All arrays of a run, mapped from temporary files, and the steps of each part that they hold."""

    model: str
    parts: Mapping[str, Stretch]
    agreement: Parity
    arrays: Mapping[str, Array]
    not_finite: int = 0  # values of signals that are NaN or infinite
    # Of features, steps and outputs, where numbers were read.
    names: Mapping[str, Any] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """How many steps all parts have together."""
        return sum(part.steps for part in self.parts.values())

    @property
    def metadata(self) -> dict[str, str]:
        """The metadata of a file, as JSON strings; with several parts, the first part's are at the top level too."""
        described = {part: stretch.as_dict() for part, stretch in self.parts.items()}
        named = {
            "model": self.model,
            **next(iter(described.values())),
            "parity": self.agreement.difference,
            "agrees": self.agreement.agrees,
            **self.names,
            **({"parts": described} if len(described) > 1 else {}),
        }
        return {name: encode(value, PLAIN) for name, value in named.items()}


@contextmanager
def spooled(
    run: Run, progress: Progress = lambda steps: None, hold: Hold = lambda size: None
) -> Iterator[WholeTrace]:
    """Run to the end and yield the whole trace; its arrays are valid within the context.

    `progress` gets the number of steps so far, also while steps are skipped. `hold` gets the number of bytes that will
    be written next. Both may raise to stop the run. Raises `DiskFull`, and `EmptySequence` if there are no steps.
    """
    with full_disk(), tempfile.TemporaryDirectory(prefix="gatescope-") as folder:
        columns: dict[str, _Column] = {}
        arrays: dict[str, Array] = {}
        bounds: dict[str, tuple[int, int]] = {}
        tokens = {part: list(described["tokens"]) for part, described in run.described().items()}
        steps, not_finite = 0, 0
        with ExitStack() as files:
            for chunk in run.pieces(repeat(BLOCK_STEPS)):
                if chunk is None:
                    progress(steps)
                    continue
                bounds[chunk.part] = bounds.get(chunk.part, (chunk.start, 0))[0], chunk.stop
                tokens[chunk.part] += [token.as_dict() for token in chunk.tokens]
                arrays |= chunk.initial
                for name, array in chunk.arrays.items():
                    if name not in columns:
                        columns[name] = _Column(Path(folder) / str(len(columns)), array)
                        files.enter_context(columns[name].file)
                    hold(array.nbytes)
                    columns[name].append(array)
                    if Place.of_signal(name):
                        not_finite += int(np.count_nonzero(~np.isfinite(array)))
                steps += chunk.stop - chunk.start
                progress(steps)
        if not bounds:
            raise EmptySequence("the run has no steps", where="from_step", expected="at least one step")
        parts = {
            part: Stretch(start, stop - start, tokens[part][start:stop])
            for part, (start, stop) in bounds.items()
        }
        arrays |= {name: column.mapped() for name, column in columns.items()}
        names = _names(run.header(), next(iter(parts.values())))
        yield WholeTrace(run.model.id, parts, run.agreement, arrays, not_finite, names)


def _names(header: Mapping[str, Any], stretch: Stretch) -> dict[str, Any]:
    """Return what a numeric run's header names; the labels are those of the steps in the file."""
    names = {name: header[name] for name in ("features", "labels", "outputs") if name in header}
    if names.get("labels"):
        names["labels"] = names["labels"][stretch.start : stretch.start + stretch.steps]
    return names


class _Column:
    """The rows of one array, in their own file."""

    def __init__(self, path: Path, like: Array) -> None:
        self.file: IO[bytes] = path.open("wb")
        self._rows = 0
        self._dtype, self._shape = like.dtype, like.shape[1:]

    def append(self, rows: Array) -> None:
        """Write more rows."""
        self.file.write(np.ascontiguousarray(rows).data)
        self._rows += len(rows)

    def mapped(self) -> Array:
        """Return all rows; they are read from the closed file on demand."""
        return np.memmap(self.file.name, self._dtype, "r", shape=(self._rows, *self._shape))
