"""Tables in text: one row per line, with cells separated by commas, semicolons, tabs, bars or spaces."""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from itertools import islice

import numpy as np
import polars as pl
from polars.exceptions import PanicException, PolarsError

from ..errors import BadInput, TooLarge
from .cells import MISSING, column_of_texts
from .choices import Rows
from .csv_dialect import SPACE, SPACES, Dialect
from .limits import Limits
from .table import Column, Table, column_name

EMPTY_LINES = re.compile(rb"(?:\n *)+(?=\n|\Z)")
QUOTED = re.compile(rb'"[^"]*"')
NULLS = sorted({spelling for word in MISSING for spelling in (word, word.upper(), word.title())})
NULLS_OF_NUMBERS = [
    word for word in NULLS if "nan" not in word.lower()
]  # "nan" is missing here: a parser of numbers reads NaN itself


def read(text: str, dialect: Dialect, limits: Limits, rows: Rows) -> Table:
    """Return the rows of the table in a text; raises `BadInput` with the line, and `TooLarge` before parsing."""
    _check_width(text, dialect, limits)
    body = _body(text, dialect)
    quoted = b'"' in body
    bare = QUOTED.sub(b"", body) if quoted else body
    lines = _count(bare, "\n") + 1 if body else 0
    window = rows.within(lines)
    limits.shape(len(window), dialect.columns)
    if not quoted and len(window) < lines:
        bare = body = _lines(body, window)
    if _count(bare, dialect.separator) != (_count(bare, "\n") + 1) * (dialect.columns - 1):
        raise _ragged(text, dialect)
    try:
        frame = _parsed(body, dialect, window.stop if quoted else None)
    except (PolarsError, PanicException):
        raise _ragged(text, dialect) from None
    if quoted:
        frame = frame.slice(window.start, len(window))
    names = dialect.header or ("",) * dialect.columns

    def place(row: int, column: int) -> str:
        return f"{_line(text, dialect, window.start + row)}, column {column + 1}"

    columns = (
        _column(column_name(name, index), frame.to_series(index), dialect) for index, name in enumerate(names)
    )
    return Table(tuple(columns), place, dialect.as_dict())


def _check_width(text: str, dialect: Dialect, limits: Limits) -> None:
    """Refuse a table with too many columns by its first line, which may be as long as the file."""
    first = text.lstrip("\n").partition("\n")[0]
    if dialect.separator == SPACE:
        first = SPACES.sub(SPACE, first.strip())
    columns = _count(QUOTED.sub(b"", first.encode()), dialect.separator) + 1
    if columns > limits.features:
        raise TooLarge(
            f"the table has {columns:,} columns",
            where="line 1",
            expected=f"at most {limits.features:,} features",
        )


def _body(text: str, dialect: Dialect) -> bytes:
    """Return the lines below the header without empty lines; if spaces separate the cells, each becomes one space."""
    if dialect.separator == SPACE:
        text = "\n".join(SPACES.sub(SPACE, line.strip()) for line in text.split("\n"))
    if dialect.header is not None:
        below = list(islice(dialect.records(text), 2))[-1][0]
        text = text.split("\n", below - 1)[-1]
    body = text.strip("\n").encode()
    return EMPTY_LINES.sub(b"", body) if _has_empty_lines(body) else body


def _has_empty_lines(body: bytes) -> bool:
    """Return whether any line is empty, or may be because it begins with a space."""
    codes = np.frombuffer(body, np.uint8)
    beginnings = codes[1:][codes[:-1] == ord("\n")]
    return bool(np.isin(beginnings, (ord("\n"), ord(" "))).any())


def _count(data: bytes, character: str) -> int:
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == ord(character)))


def _lines(data: bytes, window: range) -> bytes:
    """Return the lines of a window, without copying the others."""
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    start = int(ends[window.start - 1]) + 1 if window.start else 0
    stop = int(ends[window.stop - 1]) if window.stop <= len(ends) else len(data)
    return data[start:stop]


def _parsed(data: bytes, dialect: Dialect, rows: int | None) -> pl.DataFrame:
    """Parse columns that look like numbers as numbers; if that fails, parse all columns as text."""
    comma = dialect.decimal == ","
    if not comma or (dialect.separator != "," and b"." not in data):
        kinds: list[type[pl.DataType]] = [pl.Float64 if number else pl.String for number in dialect.numbers]
        for nulls in ([], NULLS_OF_NUMBERS):  # looking for words takes 50 % longer
            with suppress(PolarsError, PanicException):
                return _read(data, dialect, kinds, rows, nulls, comma)
    return _read(data, dialect, [pl.String] * dialect.columns, rows, NULLS, False)


def _read(
    data: bytes,
    dialect: Dialect,
    kinds: list[type[pl.DataType]],
    rows: int | None,
    nulls: list[str],
    decimal_comma: bool,
) -> pl.DataFrame:
    return pl.read_csv(
        data,
        has_header=False,
        schema={str(index): kind for index, kind in enumerate(kinds)},
        separator=dialect.separator,
        null_values=nulls,
        decimal_comma=decimal_comma,
        n_rows=rows,
    )


def _column(name: str, cells: pl.Series, dialect: Dialect) -> Column:
    if cells.dtype == pl.Float64:
        return Column(name, "number", cells)
    return column_of_texts(name, cells, dialect.decimal)


def _ragged(text: str, dialect: Dialect) -> BadInput:
    """Return the error for the first line that has too many or too few columns."""
    try:
        for line, cells in dialect.records(text):
            if len(cells) != dialect.columns:
                return BadInput(
                    f"line {line} has {len(cells)} columns",
                    where=f"line {line}",
                    expected=f"{dialect.columns} columns, as above it",
                )
    except csv.Error as error:
        return BadInput(f"the table cannot be read: {error}", expected="cells separated and quoted as in CSV")
    return BadInput(
        "a stray quotation mark",
        expected="quotation marks around the cell, and every one inside it doubled",
    )


def _line(text: str, dialect: Dialect, row: int) -> str:
    """Return the line of a row, counted from 1."""
    try:
        found = next(islice(dialect.records(text), row + (dialect.header is not None), None), None)
    except csv.Error:
        found = None
    return f"line {found[0]}" if found else f"row {row}"
