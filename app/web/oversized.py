"""The error for a message that is too large: it names the field that fills most of it, without reading it."""

from __future__ import annotations

from itertools import pairwise

from ..errors import TooLarge

LONG = ("text", "values", "features", "labels")
"""The fields of a sequence that may be long."""


def oversized(what: str, size: str, message: str, most: int) -> TooLarge:
    """Return the error for `what`, a message of the given size, where at most `most` bytes are allowed."""
    field = _longest(message)
    named = "" if field is None else f", most of them in its {field}"
    right = {
        "labels": ": shorter labels, or none",
        "values": ": numbers beside the message, with `attached`",
    }
    return TooLarge(
        f"the {what} has {size}{named}",
        where=None if field is None else f"sequence.{field}",
        expected=f"at most {most:,} bytes" + right.get(field or "", ""),
    )


def _longest(message: str) -> str | None:
    """Return the field that fills more than half of a message; a field ends where the next one begins."""
    found = sorted((place, field) for field in LONG if (place := message.find(f'"{field}":')) >= 0)
    for (place, field), (end, _) in pairwise([*found, (len(message), "")]):
        if 2 * (end - place) > len(message):
            return field
    return None
