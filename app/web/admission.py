"""What all runs of a server may hold together: places, memory and disk space."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..errors import Overloaded, TooLarge


class Budget:
    """Bytes of memory or of disk that all runs together may hold, `most` of them; `held` are taken."""

    def __init__(self, most: int, of: str) -> None:
        self.most = most
        self.of = of
        self.held = 0
        self._lock = threading.Lock()  # shares grow in the threads that compute

    def share(self) -> Share:
        """Return a new, empty share."""
        return Share(self)

    def take(self, size: int) -> None:
        """Take bytes; raises `Overloaded` if all runs together would hold too many."""
        with self._lock:
            if self.held + size > self.most:
                raise Overloaded(
                    f"all runs together hold {self.held:,} bytes of {self.of}, and this one needs {size:,} more",
                    expected=f"at most {self.most:,} bytes in all; try again soon",
                )
            self.held += size

    def give_back(self, size: int) -> None:
        """Give bytes back."""
        with self._lock:
            self.held -= size


class Share:
    """What one run holds of a budget. It is released at the end of a `with` block."""

    def __init__(self, budget: Budget) -> None:
        self.held = 0
        self._budget = budget

    def grow(self, size: int) -> None:
        """Hold more bytes.

        Raises `TooLarge` if the budget is too small for this run alone, and `Overloaded` if others hold the rest.
        """
        if self.held + size > self._budget.most:
            raise TooLarge(
                f"this would take {self.held + size:,} bytes of {self._budget.of}",
                expected=f"at most {self._budget.most:,} bytes",
            )
        self._budget.take(size)
        self.held += size

    def shrink(self, size: int) -> None:
        """Hold fewer bytes."""
        self.held -= size
        self._budget.give_back(size)

    def release(self) -> None:
        """Hold nothing more."""
        self.shrink(self.held)

    @contextmanager
    def grown(self, size: int) -> Iterator[None]:
        """Hold more bytes within the context; raises as `grow` does."""
        self.grow(size)
        try:
            yield
        finally:
            self.shrink(size)

    def __enter__(self) -> Share:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


@dataclass
class Place:
    """The place of one run, with its shares of memory and disk."""

    memory: Share
    disk: Share


class Admission:
    """The places for runs, `most` of them, and the budgets that they share; `active` places are taken."""

    def __init__(self, most: int, memory: Budget, disk: Budget) -> None:
        self.active = 0
        self.memory = memory
        self.disk = disk
        self._most = most

    @contextmanager
    def admitted(self) -> Iterator[Place]:
        """Hold a place for a run; raises `Overloaded` if all are taken."""
        if self.active >= self._most:
            raise Overloaded(
                f"{self.active} runs are active", expected=f"at most {self._most} at once; try again soon"
            )
        self.active += 1
        try:
            with self.memory.share() as memory, self.disk.share() as disk:
                yield Place(memory, disk)
        finally:
            self.active -= 1
