"""JSON: a text, numbers (a list, or a list of lists), records (a list of objects), or a sequence as in a message.

JSON lines are records or rows, one per line.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ..errors import BadInput, TooLarge
from .choices import Rows
from .json_structure import check_structure
from .json_table import kind_of, table_of_records, table_of_rows
from .limits import Limits
from .sequence import TextSequence
from .table import Table

# No prose or program begins like this: a list of numbers, lists or objects, or an object with a quoted key.
MEANT = re.compile(r'\s*(\[\s*(\[|\{\s*["}]|[-+\d.]|NaN|Infinity|null|\])|\{\s*("|\}))')
A_LINE = re.compile(r"\s*([\[{].*[\]}])[ \t]*\n\s*[\[{]")
MESSAGE = frozenset({"values", "features", "labels"})
EXPECTED = (
    "a string, a list of numbers, of such lists or of objects, "
    '{"text": …} or {"values": …, "features": …, "labels": …}'
)


def is_json(text: str) -> bool:
    """Return whether a text is meant as JSON: it begins as only JSON does, or all of it is a JSON value."""
    if MEANT.match(text):
        return True
    if not text.lstrip().startswith(('"', "[", "{")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def is_json_lines(text: str) -> bool:
    """Return whether a text is meant as JSON lines: its first line is a whole list or object, like the next."""
    found = A_LINE.match(text)
    if not found or not MEANT.match(text):
        return False
    try:
        json.loads(found[1])
    except (ValueError, RecursionError):
        return False
    return True


def read(text: str, limits: Limits, rows: Rows) -> TextSequence | Table:
    """Return the text or the table of a JSON document; raises `BadInput`, which says where it is wrong."""
    check_structure(text, limits)
    document = _parsed(text, 1)
    if isinstance(document, dict):
        if document.keys() == {"text"}:
            if not isinstance(document["text"], str):
                raise BadInput(f"'text' holds {kind_of(document['text'])}", where="text", expected=EXPECTED)
            return limits.text(document["text"])
        if "values" not in document or not document.keys() <= MESSAGE:
            names = ", ".join(repr(name[:40]) for name in list(document)[:5]) or "nothing"
            raise BadInput(f"the JSON object holds {names}", expected=EXPECTED)
        if not isinstance(document["values"], list):
            raise BadInput(f"'values' holds {kind_of(document['values'])}", where="values", expected=EXPECTED)
        return table_of_rows(
            document["values"],
            limits,
            rows,
            names=_words(document, "features"),
            labels=_words(document, "labels"),
        )
    if isinstance(document, str):
        return limits.text(document)
    if not isinstance(document, list):
        raise BadInput(f"the JSON holds {kind_of(document)}", expected=EXPECTED)
    if document and isinstance(document[0], dict):
        return table_of_records(document, limits, rows, "record {}")
    return table_of_rows(document, limits, rows)


def read_lines(text: str, limits: Limits, rows: Rows) -> Table:
    """Return the table of JSON lines; raises `BadInput` with the line."""
    check_structure(text, limits)
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    window = rows.within(len(lines))
    limits.shape(len(window), 1)
    document = [_parsed(line, number) for number, line in lines[window.start : window.stop]]
    numbers = [number for number, _ in lines[window.start : window.stop]]
    if isinstance(document[0], dict):
        return table_of_records(document, limits, Rows(), "line {}", numbers)
    return table_of_rows(document, limits, Rows(), lines=numbers)


def _parsed(text: str, first_line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno + first_line - 1}, column {error.colno}"
        raise BadInput(
            f"the JSON is broken at {where}: {error.msg}", where=where, expected="a whole JSON value"
        ) from None
    except (RecursionError, ValueError):  # an integer of thousands of digits is a ValueError
        raise TooLarge(
            "the JSON is nested too deeply or holds a number too long to read", expected=EXPECTED
        ) from None


def _words(document: dict[str, Any], field: str) -> list[str] | None:
    words = document.get(field)
    if words is None:
        return None
    if not isinstance(words, list):
        raise BadInput(f"{field!r} holds {kind_of(words)}", where=field, expected="a list of strings")
    for index, word in enumerate(words):
        if not isinstance(word, str):
            where = f"{field}[{index}]"
            raise BadInput(f"{where} is {kind_of(word)}", where=where, expected="a string")
    return words
