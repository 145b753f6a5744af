"""Messages and JSON bodies of many values: reading one takes a second, in which no other thread of a process runs.

Such a message is read in another process, which sends it back with its numbers as one array. All other values are few.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel

from ..errors import TooLarge
from ..sequences.limits import Limits
from .run_request import SequenceInput

MOST_VALUES = 20_000
"""The most values of a message that is read in this process: some milliseconds."""

MOST_BESIDES = 200_000
"""The most values of a message besides its sequence."""

Given = TypeVar("Given", str, bytes)
Message = TypeVar("Message", bound=BaseModel)


def is_large(given: str | bytes) -> bool:
    """Return whether a message may have more than `MOST_VALUES` values. Marks within strings count, too."""
    return _values(given) > MOST_VALUES


def read_large(read: Callable[[Given], Message], given: Given, limits: Limits) -> Message:
    """Read a message and its sequence, if it has one.

    Raises what `read` and the reading of a sequence raise, and `TooLarge` for too many other values.
    """
    gc.disable()  # the collector would look at millions of new lists again and again
    try:
        message = read(given)
    finally:
        gc.enable()
    values = _values(message.model_dump_json(exclude={"sequence"}))
    if values > MOST_BESIDES:
        raise TooLarge(
            f"there are {values:,} values besides the sequence", expected=f"at most {MOST_BESIDES:,}"
        )
    sequence = getattr(message, "sequence", None)
    if not isinstance(sequence, SequenceInput):
        return message
    return message.model_copy(update={"sequence": sequence.settled(limits)})


def _values(given: str | bytes) -> int:
    """Return about how many values a JSON text has: each follows a comma or begins a list or an object."""
    if isinstance(given, str):
        return sum(given.count(mark) for mark in ",[{")
    return sum(given.count(mark) for mark in (b",", b"[", b"{"))
