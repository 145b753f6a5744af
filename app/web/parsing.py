"""Parsing of uploaded files and large messages, in separate processes."""

from __future__ import annotations

from collections.abc import Callable

from ..sequences.choices import Choices
from ..sequences.limits import Limits
from .large_messages import Given, Message, read_large
from .processes import Processes
from .uploads import Answer, answer


class Parsing:
    """Parses files and messages of many values within the limits; raises as `Processes.read` does."""

    def __init__(self, limits: Limits, most: int) -> None:
        self.processes = Processes(most)
        self._limits = limits

    async def file(self, data: bytes, choices: Choices, form: Answer) -> bytes:
        """Return the answer to an upload; raises what `read_sequence` raises."""
        return await self.processes.read("file", answer, data, choices, self._limits, form)

    async def message(self, read: Callable[[Given], Message], given: Given) -> Message:
        """Return a message, its sequence already read; raises what `read` and the reading of a sequence raise."""
        return await self.processes.read("message", read_large, read, given, self._limits)
