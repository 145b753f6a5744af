"""The threads in which runs compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

Result = TypeVar("Result")


class Threads:
    """Threads for short work and for long work, `most` of each, and one in which runs begin.

    A run of the stream holds a thread only while a chunk is computed; waiting runs get their turn in the order of
    their requests. Downloads have their own threads, so that a long download never delays the streams. Runs begin
    in their own thread, so that many long texts at once hardly delay the runs that are being read; one is enough,
    because reading a sequence and writing a header is Python, which runs in one thread at a time.
    """

    def __init__(self, most: int) -> None:
        self._short = CapacityLimiter(most)
        self._long = CapacityLimiter(most)
        self._beginnings = CapacityLimiter(1)

    @property
    def crowd(self) -> float:
        """How many runs share a thread for short work now, at least 1."""
        waiting = self._short.statistics().tasks_waiting
        return 1 + waiting / self._short.total_tokens

    async def begin(self, work: Callable[[], Result]) -> Result:
        """Prepare a run, or write its header; a cancellation takes effect once the work is done."""
        return await to_thread.run_sync(work, limiter=self._beginnings)

    async def compute(self, work: Callable[[], Result]) -> Result:
        """Do short work in a thread; a cancellation takes effect once the work is done."""
        return await to_thread.run_sync(work, limiter=self._short)

    async def write(self, work: Callable[[], Result]) -> Result:
        """Do the long work of a download in a thread for downloads."""
        return await to_thread.run_sync(work, limiter=self._long)
