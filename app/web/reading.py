"""Reading messages and JSON bodies without keeping other clients waiting."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from .large_messages import Given, Message, is_large
from .parsing import Parsing
from .threads import Threads

SHORT = 2**14  # longer messages (characters or bytes) are read in a thread


class Reading:
    """Reads short messages at once, longer ones in a thread, and those of many values in a process."""

    def __init__(self, threads: Threads, parsing: Parsing) -> None:
        self._threads = threads
        self._parsing = parsing

    async def read(self, read: Callable[[Given], Message], given: Given) -> Message:
        """Return a message; raises what `read` raises, `TooLarge` and `Overloaded`.

        The sequence of a message of many values has been read, too: what is wrong with it is raised here.
        """
        if len(given) < SHORT:
            return read(given)
        if is_large(given):
            return await self._parsing.message(read, given)
        return await self._threads.compute(partial(read, given))
