"""What pydantic found wrong, in Gatescope's own words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import BadInput, MalformedMessage

SHOWN = 80  # characters of a wrong value that a problem repeats
SURROGATE = re.compile("[\ud800-\udfff]")
PLACES = frozenset({"query", "path"})  # where FastAPI says that a parameter stood


def invalid(errors: Sequence[Mapping[str, Any]], tags: frozenset[str] = PLACES) -> BadInput:
    """Return the error for the first of pydantic's: which field, its value, and what would be right.

    `tags` are names that are put before a field to say where it stood, or which message of a union it belongs to.
    """
    first = errors[0]
    kind, said = first["type"], first["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    if kind == "json_invalid":
        malformed = MalformedMessage(f"this is not JSON: {first['ctx']['error']}", expected="a JSON object")
        return next(_half_characters(first["input"]), malformed)
    where = _path(part for index, part in enumerate(first["loc"]) if index or part not in tags)
    if kind == "extra_forbidden":
        return BadInput(
            f"there is no field {where!r}", where=where, expected="only fields that the documentation names"
        )
    if kind in ("missing", "union_tag_not_found"):
        where = where or "type"
        return BadInput(f"the field {where!r} is missing", where=where, expected=f"a field {where!r}")
    if kind == "union_tag_invalid":
        return BadInput(
            f"there is no message {first['ctx']['tag']!r}",
            where="type",
            expected=first["ctx"]["expected_tags"],
        )
    got = json.dumps(first["input"], default=repr)
    got = got if len(got) <= SHOWN else got[:SHOWN] + "…"
    return BadInput(f"{where or 'the message'} is {got}", where=where or None, expected=said)


def _path(location: Iterable[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")


def _half_characters(given: str | bytes) -> Iterator[BadInput]:
    """Yield an error for each string with half of a surrogate pair: Python reads such JSON, pydantic does not."""
    try:
        rest: list[tuple[tuple[str | int, ...], Any]] = [((), json.loads(given))]
    except (ValueError, RecursionError):
        return
    while rest:
        location, value = rest.pop()
        if isinstance(value, dict):
            rest += [((*location, name), item) for name, item in value.items()]
        elif isinstance(value, list):
            rest += [((*location, index), item) for index, item in enumerate(value)]
        elif isinstance(value, str) and (half := SURROGATE.search(value)):
            where, index = _path(location), half.start()
            yield BadInput(
                f"character {index} of {where or 'the message'} is half of a surrogate pair (U+{ord(half[0]):04X})",
                where=where or None,
                expected="whole Unicode characters",
            )
