"""Separate processes for work that would slow the streams down, or that must be stopped.

A process imports this module and that of its job, and is reused for later jobs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import anyio
from anyio import BrokenWorkerProcess, CancelScope, CapacityLimiter, to_process

from ..errors import Overloaded, TooLarge

SECONDS = 60.0  # limit of one job
MEMORY = 3 * 2**30  # bytes, limit per process
NICENESS = 10  # other processes go first
MOST_WAITING = 32  # each holds a whole file

Result = TypeVar("Result")


class Processes:
    """Does at most `most` jobs at once, each in its own process; a few more may wait."""

    def __init__(self, most: int) -> None:
        self._limit = CapacityLimiter(most)

    @property
    def busy(self) -> int:
        """How many jobs are running."""
        return self._limit.borrowed_tokens

    @property
    def waiting(self) -> int:
        """How many jobs wait for a process."""
        return self._limit.statistics().tasks_waiting

    async def read(self, what: str, work: Callable[..., Result], *given: Any) -> Result:
        """Read something, such as a file, by `work(*given)`; cancelling stops the work.

        Raises what the work raises, `TooLarge` if it takes too much time or memory, and `Overloaded`.
        """
        if self.waiting >= MOST_WAITING:
            raise Overloaded(
                f"{MOST_WAITING} files or large messages are already waiting",
                expected="fewer at once; try again soon",
            )
        async with self._limit:
            try:
                with anyio.fail_after(SECONDS):
                    return await to_process.run_sync(work, *given, cancellable=True, limiter=READY)
            except TimeoutError:
                raise TooLarge(
                    f"the {what} took longer than {SECONDS:g} seconds to read", expected=f"a simpler {what}"
                ) from None
            except (BrokenWorkerProcess, MemoryError):
                raise TooLarge(
                    f"the {what} took too much memory to read", expected=f"a smaller {what}"
                ) from None


class ReadyProcess:
    """Starts a process, if none is ready, before one is taken for cancellable work.

    AnyIO does not end a process whose start is cancelled, so the start must not be cancelled. AnyIO enters this context
    in place of a limiter; it takes the process that became ready last, before any other task runs.
    """

    async def __aenter__(self) -> None:
        with CancelScope(shield=True):
            await to_process.run_sync(settle, limiter=CapacityLimiter(1))

    async def __aexit__(self, *_: object) -> None:
        pass


READY = cast(CapacityLimiter, ReadyProcess())


@cache
def settle() -> None:
    """Lower the priority of this process, and limit its memory."""
    if sys.platform != "win32":
        import resource

        os.nice(NICENESS)
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
