"""What a run reads: the given tokens, then those that the model writes, made only when they are needed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


class Reading:
    """Token ids by position: `given`, then whatever `written` yields."""

    def __init__(self, given: NDArray[np.int32], written: Iterator[int]) -> None:
        self._ids = given.tolist()
        self._written = written

    def reach(self, position: int) -> int:
        """Make the ids before `position` known; return that position, or where the sequence ends before it."""
        while len(self._ids) < position:
            token = next(self._written, None)
            if token is None:
                return len(self._ids)
            self._ids.append(token)
        return position

    def between(self, start: int, stop: int) -> NDArray[np.int32]:
        """Return the known ids of the steps [`start`, `stop`), int32."""
        return np.array(self._ids[start:stop], np.int32)
