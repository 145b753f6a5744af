"""Cells of text, one by one and a column at a time: which are gaps, numbers, dates or booleans."""

from __future__ import annotations

import re

import polars as pl

from .table import Column, Wrong

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "-", "?"})
"""Words for a missing value, in lower case."""

BOOLEANS = {"true": 1.0, "false": 0.0}
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?|[-+]?inf(inity)?", re.ASCII | re.IGNORECASE)

_DAY = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}[-/. ][A-Za-z]{3,9}\.?[-/. ]\d{2,4}"
)
_TIME = r"\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?( ?[AaPp][Mm])?"
DATE = rf"^(({_DAY})([T ]+{_TIME})?|\d{{4}}-\d{{2}}|{_TIME})( ?(Z|UTC|[-+]\d{{2}}:?\d{{2}}))?$"
_DATE = re.compile(DATE)

SHOWN = 40  # the most characters of a wrong cell that a problem repeats


def is_number(cell: str, decimal: str = ".") -> bool:
    """Return whether a cell holds a number; infinity counts."""
    if decimal != ".":
        if "." in cell:
            return False
        cell = cell.replace(decimal, ".")
    return NUMBER.fullmatch(cell) is not None


def is_date(cell: str) -> bool:
    """Return whether a cell holds a date, a time, or both."""
    return _DATE.match(cell) is not None


def column_of_texts(name: str, cells: pl.Series, decimal: str = ".") -> Column:
    """Return a column of strings as its type: numbers if at least half of its cells are numbers, else dates, …"""
    cells = cells.str.strip_chars()
    cells = cells.set(cells.str.to_lowercase().is_in(list(MISSING)), None)
    present = len(cells) - cells.null_count()
    numbers = _numbers(cells, decimal)
    count = len(numbers) - numbers.null_count()
    if count and count * 2 >= present:
        return Column(name, "number", numbers, _first_wrong(cells, numbers))
    if present and bool(cells.str.to_lowercase().is_in(list(BOOLEANS)).all()):
        truths = cells.str.to_lowercase().replace_strict(BOOLEANS, return_dtype=pl.Float64)
        return Column(name, "boolean", truths)
    return text_column(name, cells)


def text_column(name: str, cells: pl.Series) -> Column:
    """Return a column of strings that are not numbers; its kind is date if all are dates."""
    dates = cells.null_count() < len(cells) and bool(cells.str.contains(DATE).all())
    return Column(name, "date" if dates else "text", cells)


def _numbers(cells: pl.Series, decimal: str) -> pl.Series:
    if decimal != ".":
        cells = cells.set(cells.str.contains(".", literal=True), None).str.replace(decimal, ".", literal=True)
    return cells.cast(pl.Float64, strict=False)


def _first_wrong(cells: pl.Series, numbers: pl.Series) -> Wrong | None:
    if numbers.null_count() == cells.null_count():
        return None
    row = (numbers.is_null() & cells.is_not_null()).arg_max()
    assert row is not None
    return Wrong(row, repr(cells[row][:SHOWN]))
