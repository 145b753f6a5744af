"""What pydantic found wrong, in Gatescope's own words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import BadInput, MalformedMessage

SHOWN = 80  # characters of a wrong value that a problem repeats
PLACES = frozenset({"query", "path"})  # where FastAPI says that a parameter stood


def invalid(errors: Sequence[Mapping[str, Any]], tags: frozenset[str] = PLACES) -> BadInput:
    """Return the error for the first of pydantic's: which field, its value, and what would be right.

    `tags` are names that are put before a field to say where it stood, or which message of a union it belongs to.
    """
    first = errors[0]
    kind, said = first["type"], first["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    if kind == "json_invalid":
        return MalformedMessage(f"this is not JSON: {first['ctx']['error']}", expected="a JSON object")
    location = [part for index, part in enumerate(first["loc"]) if index or part not in tags]
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
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
