"""Parsing of uploads in separate processes, so that it does not slow the streams down and can be stopped."""

from __future__ import annotations

import os
import sys
from functools import cache

import anyio
from anyio import BrokenWorkerProcess, CapacityLimiter, to_process

from ..errors import Overloaded, TooLarge
from ..sequences.choices import Choices
from ..sequences.limits import Limits
from .uploads import Answer, answer

SECONDS = 60.0  # limit per file
MEMORY = 3 * 2**30  # bytes, limit per process
NICENESS = 10  # parsing gives way to other processes
MOST_WAITING = 32  # each holds a whole file


class Parsing:
    """Parses at most `most` files at once, each in its own process; a few more may wait."""

    def __init__(self, limits: Limits, most: int) -> None:
        self._limits = limits
        self._processes = CapacityLimiter(most)

    async def parse(self, data: bytes, choices: Choices, form: Answer) -> bytes:
        """Return the answer to an upload; cancelling stops the work.

        Raises what `read_sequence` raises, `TooLarge` for a file that takes too much time or memory, and `Overloaded`.
        """
        if self._processes.statistics().tasks_waiting >= MOST_WAITING:
            raise Overloaded(
                f"{MOST_WAITING} files are already waiting", expected="fewer at once; try again soon"
            )
        async with self._processes:
            try:
                with anyio.fail_after(SECONDS):
                    return await to_process.run_sync(
                        work, data, choices, self._limits, form, cancellable=True, limiter=CapacityLimiter(1)
                    )
            except TimeoutError:
                raise TooLarge(
                    f"the file took longer than {SECONDS:g} seconds to read", expected="a simpler file"
                ) from None
            except (BrokenWorkerProcess, MemoryError):
                raise TooLarge("the file took too much memory to read", expected="a smaller file") from None


def work(data: bytes, choices: Choices, limits: Limits, form: Answer) -> bytes:
    """Parse in this process, which does nothing else."""
    _settle()
    return answer(data, choices, limits, form)


@cache
def _settle() -> None:
    """Lower the priority of this process, and limit its memory."""
    if sys.platform != "win32":
        import resource

        os.nice(NICENESS)
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
