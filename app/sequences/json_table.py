"""Rows and records of JSON → a table."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import polars as pl

from ..errors import BadInput, EmptySequence
from .cells import text_column
from .choices import Rows
from .limits import SURROGATE, Limits
from .table import Column, Table, Wrong, column_name

LABELS = "labels"


def table_of_rows(
    document: list[Any],
    limits: Limits,
    rows: Rows,
    *,
    names: list[str] | None = None,
    labels: list[str] | None = None,
    lines: Sequence[int] | None = None,
) -> Table:
    """Return a list of rows [steps][columns], or of numbers [steps], as a table.

    `lines` are the line numbers of the rows in JSON lines, else None. Raises `BadInput`, `EmptySequence`, `TooLarge`.
    """
    if not document:
        raise EmptySequence("the list is empty", expected="at least one number")
    nested = isinstance(document[0], list)
    width = len(document[0]) if nested else 1
    window = rows.within(len(document))
    check_rows(document, window, lines)
    limits.shape(len(window), width)
    _check_count("features", names, width)
    _check_count(LABELS, labels, len(document))

    def place(row: int, column: int) -> str:
        step = window.start + row
        if lines:
            return f"line {lines[step]}, column {column + 1}"
        return f"values[{step}][{column}]" if nested else f"values[{step}]"

    chosen = document[window.start : window.stop]
    cells = list(zip(*chosen, strict=True)) if nested else [chosen]
    named = names or [""] * width
    check_whole(named, lambda index: f"features[{index}]")
    columns = [
        column_of_values(column_name(name, index), values, lambda row, index=index: place(row, index))  # type: ignore[misc]
        for index, (name, values) in enumerate(zip(named, cells, strict=True))
    ]
    if labels is not None:
        check_whole(labels, lambda index: f"{LABELS}[{index}]")
        texts = pl.Series(labels[window.start : window.stop], dtype=pl.String)
        columns.append(text_column(LABELS, texts))
    return Table(tuple(columns), place, labels=None if labels is None else width)


def check_rows(document: list[Any], window: range, lines: Sequence[int] | None = None) -> None:
    """Refuse rows that are not all numbers, or all lists as long as the first; raises `BadInput` with step or line."""
    nested = isinstance(document[0], list)
    width = len(document[0]) if nested else 1
    expected = f"{width} features, as at step 0" if nested else "a number, as at step 0"
    for step in window:
        row = document[step]
        if isinstance(row, list) is nested and (not nested or len(row) == width):
            continue
        where = f"line {lines[step]}" if lines else f"values[{step}]"
        size = len(row) if isinstance(row, list) else 1
        found = f"has {size} features" if nested and not isinstance(row, dict) else f"is {kind_of(row)}"
        raise BadInput(f"step {step} {found}", where=where, expected=expected)


def table_of_records(
    document: list[Any], limits: Limits, rows: Rows, called: str, numbers: Sequence[int] | None = None
) -> Table:
    """Return a list of objects as a table with a column for every name, in order of first appearance.

    A name that a record lacks is a gap. `called` and `numbers` say how problems name a record.
    """
    window = rows.within(len(document))
    limits.shape(len(window), 1)

    def record(row: int) -> str:
        step = window.start + row
        return called.format(numbers[step] if numbers else step)

    names: dict[str, None] = {}
    chosen = document[window.start : window.stop]
    for row, values in enumerate(chosen):
        if not isinstance(values, dict):
            raise BadInput(
                f"{record(row)} is {kind_of(values)}", where=record(row), expected="an object, as above it"
            )
        names |= dict.fromkeys(values)
        if len(names) > limits.features:
            limits.shape(len(window), len(names))
    limits.shape(len(window), len(names))
    known = list(names)
    check_whole(known, lambda index: f"the name of column {index}")

    def place(row: int, column: int) -> str:
        return f"{record(row)}, {known[column][:40]!r}"

    columns = (
        column_of_values(
            column_name(name, index),
            [values.get(name) for values in chosen],
            lambda row, index=index: place(row, index),  # type: ignore[misc]
        )
        for index, name in enumerate(known)
    )
    return Table(tuple(columns), place)


def column_of_values(name: str, values: Sequence[Any], place: Callable[[int], str]) -> Column:
    """Return JSON values as a column: of numbers if at least half of them are numbers; null is a gap."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= {bool} and kinds:
        return Column(name, "boolean", pl.Series([None if cell is None else float(cell) for cell in values]))
    for row, cell in enumerate(values) if kinds & {list, dict} else ():
        if isinstance(cell, list | dict):
            depth = _depth(cell) + place(row).count("[")
            deep = f": {depth} lists deep" if isinstance(cell, list) else ""
            raise BadInput(f"{place(row)} is {kind_of(cell)}{deep}", where=place(row), expected="a number")
    numeric = [type(cell) in (int, float) for cell in values]
    present = sum(cell is not None for cell in values)
    if sum(numeric) * 2 < present or not any(numeric):
        texts = [cell if cell is None or isinstance(cell, str) else json.dumps(cell) for cell in values]
        check_whole(texts, place)
        return text_column(name, pl.Series(texts, dtype=pl.String))
    wrong = None
    if kinds - {int, float}:
        row = next(row for row, cell in enumerate(values) if cell is not None and not numeric[row])
        wrong = Wrong(row, kind_of(values[row]))
    floats = [_float(cell) if number else None for cell, number in zip(values, numeric, strict=True)]
    return Column(name, "number", pl.Series(floats, dtype=pl.Float64), wrong)


def check_whole(texts: Iterable[str | None], place: Callable[[int], str]) -> None:
    """Refuse a text with half of a surrogate pair, which only JSON can express."""
    for index, text in enumerate(texts):
        if text is not None and SURROGATE.search(text):
            raise BadInput(
                f"{place(index)} holds half of a surrogate pair",
                where=place(index),
                expected="whole Unicode characters",
            )


def kind_of(value: Any) -> str:
    """Return the kind of a JSON value, in words."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    names = {str: "the string", int: "the number", float: "the number", list: "a list", dict: "an object"}
    name = names[type(value)]
    return f"{name} {json.dumps(value)[:40]}" if isinstance(value, str | int | float) else name


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            item for items in level if isinstance(items, list) for item in items if isinstance(item, list)
        ]
    return depth


def _check_count(field: str, words: list[str] | None, count: int) -> None:
    if words is not None and len(words) != count:
        raise BadInput(f"there are {len(words):,} {field}", where=field, expected=f"{count:,}")
