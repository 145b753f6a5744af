"""Parsing of what users upload, in processes of its own: streams lose nothing by it, and it can be ended."""

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

SECONDS = 60.0  # that a file may take
MEMORY = 3 * 2**30  # bytes that a parsing process may have
NICENESS = 10  # parsing gives way to whatever else computes
MOST_WAITING = 32  # each holds a whole file


class Parsing:
    """Parses at most `most` files at once, each in a process; a few more may wait."""

    def __init__(self, limits: Limits, most: int) -> None:
        self._limits = limits
        self._processes = CapacityLimiter(most)

    async def parse(self, data: bytes, choices: Choices, form: Answer) -> bytes:
        """Return the answer to an upload; a cancellation ends the work.

        Raises what `read_sequence` raises, `TooLarge` for a file that takes too much time or memory, `Overloaded`.
        """
        if self._processes.statistics().tasks_waiting >= MOST_WAITING:
            raise Overloaded(
                f"{MOST_WAITING} files wait to be read", expected="fewer at once; try again soon"
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
    """Parse in this process, which is there for nothing else."""
    _settle()
    return answer(data, choices, limits, form)


@cache
def _settle() -> None:
    """Give way to other processes, and bound the memory of this one."""
    if sys.platform != "win32":
        import resource

        os.nice(NICENESS)
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
