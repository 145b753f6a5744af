"""JSON: a text, numbers (a list, or a list of lists), or `{"text": …}` and `{"values": …}` as in a message."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

from ..errors import BadInput, TooLarge
from .limits import Limits
from .sequence import NumericSequence, Sequence

# What no prose or program begins with: a list of numbers or of lists, an object with a quoted key.
MEANT = re.compile(r'\s*(\[\s*(\[|[-+\d.]|NaN|Infinity|null|\])|\{\s*("|\}))')
EXPECTED = 'a string, a list of numbers, a list of such lists, {"text": …} or {"values": …}'


def is_json(text: str) -> bool:
    """Tell whether a text is meant as JSON: it begins as only JSON does, or is a JSON value from end to end."""
    if MEANT.match(text):
        return True
    if not text.lstrip().startswith(('"', "[", "{")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def read(text: str, limits: Limits) -> Sequence:
    """Return the sequence of a JSON document; raises `BadInput` that says where it is not one."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadInput(f"the JSON is broken at {where}: {error.msg}", where=where) from None
    except (RecursionError, ValueError):  # an integer of thousands of digits is a ValueError
        raise TooLarge(
            "the JSON is nested too deeply or holds a number too long to read", expected=EXPECTED
        ) from None
    if isinstance(document, dict):
        if len(document) != 1 or next(iter(document)) not in ("text", "values"):
            names = ", ".join(repr(name[:40]) for name in list(document)[:5]) or "nothing"
            raise BadInput(f"the JSON object holds {names}", expected=EXPECTED)
        kind, document = next(iter(document.items()))
        if isinstance(document, str) is not (kind == "text"):
            raise BadInput(f"{kind!r} holds {_kind(document)}", where=kind, expected=EXPECTED)
    if isinstance(document, str):
        return limits.text(document)
    return matrix(document, limits)


def matrix(document: Any, limits: Limits) -> NumericSequence:
    """Return nested lists of numbers as a sequence: [steps] (one feature) or [steps][features]."""
    if not isinstance(document, list):
        raise BadInput(f"the JSON holds {_kind(document)}", expected=EXPECTED)
    depth = _depth(document, limits.nesting)
    rows = [row if isinstance(row, list) else [row] for row in document]
    width = len(rows[0]) if rows else 0
    limits.shape(len(rows), max(map(len, rows), default=0))
    nested = isinstance(document[0], list)
    for step, row in enumerate(rows):
        if len(row) != width or isinstance(document[step], list) is not nested:
            raise BadInput(
                f"step {step} has {len(row)} features"
                if nested
                else f"step {step} is {_kind(document[step])}",
                where=f"values[{step}]",
                expected=f"{width} features, as at step 0" if nested else "a number, as at step 0",
            )
        for feature, value in enumerate(row):
            if isinstance(value, bool) or not isinstance(value, int | float):
                where = f"values[{step}][{feature}]" if nested else f"values[{step}]"
                detail = f"{where} is {_kind(value)}"
                raise BadInput(
                    detail if depth <= 2 else f"{detail}: {depth} lists deep",
                    where=where,
                    expected="a number",
                )
    try:
        values = np.array(rows, dtype=np.float64)
    except OverflowError:
        raise BadInput("a number is too large", where="values", expected="finite numbers") from None
    return limits.numbers(values)


def _depth(document: Any, limit: int) -> int:
    depth, level = 0, [document]
    while level:
        depth += 1
        if depth > limit:
            raise TooLarge(
                f"the JSON nests more than {limit} lists", where="values", expected=f"at most {limit} lists"
            )
        level = [item for items in level for item in items if isinstance(item, list)]
    return depth


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    names = {str: "the string", int: "the number", float: "the number", list: "a list", dict: "an object"}
    name = names[type(value)]
    return f"{name} {json.dumps(value)[:40]}" if isinstance(value, str | int | float) else name
