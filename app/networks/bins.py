"""A long sequence in few numbers: the least, greatest and mean value of each unit in every bin of steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from .feed import Arrays

Values = NDArray[np.float32]


class Bins:
    """Bins of `resolution` steps each, from the step `start` on, with room for the steps before `stop`.

    Blocks of steps are added in any order, each step of an array once. A NaN makes the three numbers of its unit and
    bin NaN. Infinities are compared and added like other numbers: the mean of a bin with both +∞ and −∞ is NaN. Means
    are summed in float64 and rounded to float32 at the end.
    """

    def __init__(self, start: int, stop: int, resolution: int) -> None:
        self.start, self.resolution = start, resolution
        self._count = -(-(stop - start) // resolution)
        self._least: dict[str, Values] = {}
        self._greatest: dict[str, Values] = {}
        self._total: dict[str, NDArray[np.float64]] = {}

    def add(self, first: int, arrays: Mapping[str, Values]) -> None:
        """Add arrays [steps, units] whose first step is `first`."""
        for name, values in arrays.items():
            if name not in self._least:
                shape = (self._count, values.shape[1])
                self._least[name] = np.full(shape, np.inf, np.float32)
                self._greatest[name] = np.full(shape, -np.inf, np.float32)
                self._total[name] = np.zeros(shape)
            with np.errstate(invalid="ignore"):  # NaN where infinities of both kinds meet
                for bins, steps in self._pieces(first - self.start, values):
                    least, greatest, total = self._least[name], self._greatest[name], self._total[name]
                    least[bins] = np.minimum(least[bins], steps.min(1))
                    greatest[bins] = np.maximum(greatest[bins], steps.max(1))
                    total[bins] += steps.sum(1, dtype=np.float64)

    def arrays(self, start: int, stop: int) -> Arrays:
        """Return the bins of the steps [`start`, `stop`), named as on the wire, [bins, units] each.

        All their steps have been added. `start` is the edge of a bin; the last bin may be shorter than the others.
        """
        first, count = (start - self.start) // self.resolution, -(-(stop - start) // self.resolution)
        bins = slice(first, first + count)
        steps = np.full((count, 1), float(self.resolution))
        steps[-1] = stop - start - (count - 1) * self.resolution
        found: Arrays = {}
        for name in self._least:
            found[f"{name}.least"] = self._least[name][bins]
            found[f"{name}.greatest"] = self._greatest[name][bins]
            found[f"{name}.mean"] = (self._total[name][bins] / steps).astype(np.float32)
        return found

    def _pieces(self, position: int, values: Values) -> Iterator[tuple[slice, Values]]:
        """Cut a block at the edges of bins: yield each piece's bins, and its values as [bins, steps, units]."""
        size, units, read = self.resolution, values.shape[1], 0
        while read < len(values):
            inside = (position + read) % size
            whole = 0 if inside else (len(values) - read) // size
            steps = whole * size or min(size - inside, len(values) - read)
            first = (position + read) // size
            yield (
                slice(first, first + max(whole, 1)),
                values[read : read + steps].reshape(max(whole, 1), -1, units),
            )
            read += steps
