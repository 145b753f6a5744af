"""The limit on the number of runs at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import Overloaded


class Admission:
    """The places for runs, `most` of them; `active` are taken."""

    def __init__(self, most: int) -> None:
        self.active = 0
        self._most = most

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Hold a place for a run; raises `Overloaded` if all are taken."""
        if self.active >= self._most:
            raise Overloaded(
                f"{self.active} runs are active", expected=f"at most {self._most} at once; try again soon"
            )
        self.active += 1
        try:
            yield
        finally:
            self.active -= 1
