"""The safetensors buffer beside a `start` message: the numbers of a sequence, states to begin from, or both."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from ..errors import BadInput, brief
from ..networks.place import STATES
from ..sequences.buffer import EXPECTED, most_bytes, read_arrays
from ..sequences.limits import Limits
from .run_request import RunRequest

STATE_BYTES = 2**20
"""The most bytes of the states in a buffer, besides its numbers."""

WITH_STATES = f"{EXPECTED}, if they are attached, and with the states as a chunk names them"

Arrays = dict[str, NDArray[Any]]


def most_attached(limits: Limits) -> int:
    """Return the most bytes that any buffer beside a message can have."""
    return most_bytes(limits) + STATE_BYTES


def has_buffer(request: RunRequest) -> bool:
    """Return whether a buffer comes beside the request."""
    return bool(request.sequence.attached) or request.state


def read_attached(request: RunRequest, buffer: bytes | None, limits: Limits) -> tuple[Arrays, Arrays | None]:
    """Return the arrays of the sequence's numbers, and of the states or None if the request has none.

    Raises `TooLarge`, and `BadInput` if a buffer is missing, not expected, or holds something else.
    """
    if has_buffer(request) is not (buffer is not None):
        raise BadInput(
            "values came beside a message" if buffer is not None else f"{_wanted(request)}, but nothing came",
            where="state" if request.state else "sequence.attached",
            expected="true if a safetensors buffer comes beside the message, and only then",
        )
    if buffer is None:
        return {}, None
    try:
        if not request.state:
            return read_arrays(buffer, most_bytes(limits)), None
        arrays = read_arrays(buffer, most_attached(limits), WITH_STATES)
    except BadInput as problem:
        problem.where = "state" if request.sequence.attached is None else f"sequence.{problem.where}"
        raise
    states = {name: array for name, array in arrays.items() if name.startswith(STATES)}
    numbers = {name: array for name, array in arrays.items() if name not in states}
    if numbers and not request.sequence.attached:
        raise BadInput(
            f"the buffer holds {brief(repr(min(numbers)))}, but no numbers are attached",
            where="sequence.attached",
            expected="only the states, or true",
        )
    return numbers, states


def _wanted(request: RunRequest) -> str:
    return "states are attached" if request.state else "the sequence is attached"
