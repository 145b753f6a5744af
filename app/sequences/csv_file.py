"""Tables in text: rows of numbers separated by commas, semicolons or tabs, with or without a header."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import numpy as np

from ..errors import BadInput
from .limits import Limits
from .sequence import NumericSequence

SEPARATORS = ",;\t"
SAMPLE_LINES = 50

Row = tuple[int, list[str]]  # the number of its first line in the file, from 1, and its cells


def is_table(text: str) -> bool:
    """Tell whether a text is meant as a table of numbers: more than half of its first cells are numbers."""
    sample = "\n".join(text.split("\n", SAMPLE_LINES)[:SAMPLE_LINES])
    try:
        cells = [cell for _, row in _split_header(_rows(sample))[1] for cell in row]
    except csv.Error:
        return False
    return sum(map(_is_number, cells)) * 2 > len(cells)


def read(text: str, limits: Limits) -> NumericSequence:
    """Return the numbers of a table; raises `BadInput` by line and column where one is missing or no number."""
    try:
        header, rows = _split_header(_rows(text))
    except csv.Error as error:
        raise BadInput(f"the table cannot be read: {error}") from None
    limits.shape(len(rows), max((len(row) for _, row in rows), default=0))
    width = len(header) if header is not None else len(rows[0][1])
    values = np.empty((len(rows), width))
    for index, (line, row) in enumerate(rows):
        if len(row) != width:
            raise BadInput(
                f"line {line} has {len(row)} columns",
                where=f"line {line}",
                expected=f"{width} columns, as above it",
            )
        try:
            values[index] = [float(cell) for cell in row]
        except ValueError:
            column = next(column for column, cell in enumerate(row) if not _is_number(cell))
            raise BadInput(
                f"line {line}, column {column + 1} holds {row[column][:40]!r}",
                where=f"line {line}, column {column + 1}",
                expected="a number such as 1.5",
            ) from None
    return limits.numbers(values, tuple(header) if header is not None else None)


def _rows(text: str) -> Iterator[Row]:
    first = text.lstrip("\n").partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(text.split("\n"), delimiter=separator, skipinitialspace=True)
    line = 1
    for row in reader:
        if row and row != [""]:
            yield line, [cell.strip() for cell in row]
        line = reader.line_num + 1


def _split_header(rows: Iterator[Row]) -> tuple[list[str] | None, list[Row]]:
    first = next(rows, None)
    if first is None:
        return None, []
    if any(map(_is_number, first[1])):
        return None, [first, *rows]
    return first[1], list(rows)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell
