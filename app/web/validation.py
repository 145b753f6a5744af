"""Turns pydantic's errors into Gatescope's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from ..errors import SHOWN, BadInput, MalformedMessage, brief

SURROGATE = re.compile("[\ud800-\udfff]")
HALF = ("hex escape", "unicode code point")  # pydantic's messages about half a character: an escape, or bytes
MOST_ERRORS = 100  # more are only counted: they are thousands of unknown fields
MOST_LISTS = 10_000  # the most lists in a message that is searched for half a character
KNOWN_FIELDS = "only fields that the documentation names"

PLACES = frozenset({"query", "path"})  # FastAPI's names for where a parameter was

MODEL_KINDS = ("an id", "a sandbox")  # these follow `model` in a location, and are not fields

Location = tuple[str | int, ...]


def refusal(error: ValidationError, tags: frozenset[str] = PLACES) -> BadInput:
    """Return the error for a wrong message or body, as `invalid` does, at a bounded cost."""
    if error.error_count() > MOST_ERRORS:
        return BadInput(f"{error.error_count():,} fields are unknown or wrong", expected=KNOWN_FIELDS)
    return invalid(error.errors(include_url=False), tags)


def invalid(errors: Sequence[Mapping[str, Any]], tags: frozenset[str] = PLACES) -> BadInput:
    """Return the error for the first of pydantic's: the field, its value, and what would be right.

    `tags` are names that pydantic puts before a field: where it was, or which message of a union it belongs to.
    """
    first = errors[0]
    kind, said = first["type"], first["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    if kind == "json_invalid":
        reason = first["ctx"]["error"]
        malformed = MalformedMessage(f"this is not JSON: {reason}", expected="a JSON object")
        half = any(said in reason for said in HALF)
        return next(_half_characters(first["input"]), malformed) if half else malformed
    where = _path(_fields(first["loc"], tags))
    if kind == "extra_forbidden":
        where = brief(where)
        return BadInput(f"there is no field {where!r}", where=where, expected=KNOWN_FIELDS)
    if kind in ("missing", "union_tag_not_found"):
        where = where or "type"
        return BadInput(f"the field {where!r} is missing", where=where, expected=f"a field {where!r}")
    if kind == "union_tag_invalid":
        return BadInput(
            f"there is no message {brief(first['ctx']['tag'])!r}",
            where="type",
            expected=first["ctx"]["expected_tags"],
        )
    return BadInput(
        f"{where or 'the message'} is {_shown(first['input'])}", where=where or None, expected=said
    )


def _fields(location: Location, tags: frozenset[str]) -> Iterator[str | int]:
    """Yield a location's fields and indices, without the names that only tell their kind."""
    before: str | int = ""
    for index, part in enumerate(location):
        if (index or part not in tags) and not (before == "model" and part in MODEL_KINDS):
            yield part
        before = part


def _shown(value: Any) -> str:
    """Return the beginning of a value as JSON, without writing the rest."""
    text = ""
    for piece in json.JSONEncoder(default=repr).iterencode(value):
        text += piece
        if len(text) > SHOWN:
            break
    return brief(text)


def _path(location: Iterable[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")


def _half_characters(given: str | bytes) -> Iterator[BadInput]:
    """Yield an error for each string with half of a surrogate pair, which Python's JSON parser accepts.

    Yields nothing for a message of many lists, which would take too long to search.
    """
    data = given.encode() if isinstance(given, str) else given
    if data.count(b"[") + data.count(b"{") > MOST_LISTS:
        return
    try:
        document = json.loads(given)
    except (ValueError, RecursionError):
        return
    for location, text in _strings((), document):
        if half := SURROGATE.search(text):
            where, index = brief(_path(location)), half.start()
            yield BadInput(
                f"character {index} of {where or 'the message'} is half of a surrogate pair (U+{ord(half[0]):04X})",
                where=where or None,
                expected="whole Unicode characters",
            )


def _strings(location: Location, value: Any) -> Iterator[tuple[Location, str]]:
    """Yield all strings in a JSON value, each with its location."""
    if isinstance(value, str):
        yield location, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _strings((*location, name), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, str | dict | list):
                yield from _strings((*location, index), item)
