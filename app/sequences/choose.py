"""A table and a user's choices → a sequence of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import BadInput, TooLarge
from .choices import Choices
from .gaps import without_gaps
from .limits import FINITE, LARGEST, WORDS, Limits
from .sequence import NumericSequence
from .table import NUMERIC, Column, Table


def choose(table: Table, choices: Choices, limits: Limits) -> NumericSequence:
    """Return the numbers of the chosen columns; the rows were chosen when the table was read.

    Raises `BadInput` if a column does not exist or holds no numbers, or if a cell is not a finite number or is a gap
    that is not handled; `EmptySequence`, `TooLarge`.
    """
    chosen = _chosen(table, choices)
    labels = _labels(table, choices.labels, limits)
    limits.shape(table.rows, len(chosen))
    columns = [table.columns[index] for index in chosen]
    for index, column in zip(chosen, columns, strict=True):
        if column.wrong:
            where = table.place(column.wrong.row, index)
            raise BadInput(
                f"{where} holds {column.wrong.shown}", where=where, expected="a number such as 1.5"
            )
    values = _matrix(columns)
    wrong = np.abs(values) > LARGEST
    if wrong.any():
        row, feature = (int(index) for index in np.argwhere(wrong)[0])
        where = table.place(row, chosen[feature])
        raise BadInput(f"{where} is {values[row, feature]}", where=where, expected=FINITE)
    values, kept = without_gaps(values, choices.gaps, lambda row, feature: table.place(row, chosen[feature]))
    if labels is not None and len(kept) < table.rows:
        labels = tuple(labels[row] for row in kept)
    return limits.numbers(values, tuple(column.name for column in columns), labels)


def chosen_columns(table: Table, choices: Choices) -> frozenset[int]:
    """Return the numbers of the columns that become features."""
    return frozenset(_chosen(table, choices))


def label_column(table: Table, labels: str | None) -> int | None:
    """Return the number of the column of labels: the named column, or by default the first column of dates."""
    if labels is None and table.labels is not None:
        return table.labels
    if labels is None:
        dates = (index for index, column in enumerate(table.columns) if column.kind == "date")
        return next(dates, None)
    return _find(table, labels, "labels") if labels else None


def _chosen(table: Table, choices: Choices) -> list[int]:
    if choices.columns is None:
        numeric = [index for index, column in enumerate(table.columns) if column.kind in NUMERIC]
        if not numeric:
            first = table.columns[0]
            raise BadInput(
                f"no column holds numbers; column {first.name[:40]!r} holds {first.kind}",
                where=first.name[:40],
                expected="at least one column of numbers",
            )
        return numeric
    chosen = [index for item in choices.columns for index in _items(table, item)]
    for position, index in enumerate(chosen):
        column = table.columns[index]
        if index in chosen[:position]:
            raise BadInput(
                f"column {column.name[:40]!r} is chosen twice", where="columns", expected="each column once"
            )
        if column.kind not in NUMERIC:
            raise BadInput(
                f"column {column.name[:40]!r} holds {column.kind}",
                where="columns",
                expected="columns of numbers" + _named(c for c in table.columns if c.kind in NUMERIC),
            )
    return chosen


def _items(table: Table, item: str) -> Iterator[int]:
    """Yield the columns that an item names: one column by its exact name, or several separated by commas."""
    if "," not in item or any(column.name == item for column in table.columns):
        yield _find(table, item, "columns")
        return
    for name in item.split(","):
        yield _find(table, name, "columns")


def _find(table: Table, name: str, where: str) -> int:
    for wanted in (name, name.strip()):
        found = [index for index, column in enumerate(table.columns) if column.name == wanted]
        if len(found) > 1:
            raise BadInput(
                f"{len(found)} columns are named {wanted[:40]!r}",
                where=where,
                expected="their numbers: " + ", ".join(map(str, found[:10])),
            )
        if found:
            return found[0]
    number = name.strip()
    if number.isascii() and number.isdecimal() and len(number) < 10 and int(number) < len(table.columns):
        return int(number)
    raise BadInput(
        f"there is no column {name[:40]!r}",
        where=where,
        expected="a column's name or number" + _named(table.columns),
    )


def _named(columns: Iterable[Column]) -> str:
    names = [repr(column.name[:40]) for column in columns]
    return f": {', '.join(names[:10])}" + (", …" if len(names) > 10 else "") if names else ""


def _matrix(columns: list[Column]) -> NDArray[np.float64]:
    frame = pl.DataFrame({str(index): column.cells for index, column in enumerate(columns)})
    return np.ascontiguousarray(frame.fill_null(float("nan")).to_numpy(), np.float64)


def _labels(table: Table, labels: str | None, limits: Limits) -> tuple[str, ...] | None:
    index = label_column(table, labels)
    if index is None:
        return None
    column = table.columns[index]
    if column.kind == "other":
        raise BadInput(
            f"column {column.name[:40]!r} cannot be shown as labels",
            where="labels",
            expected="another column",
        )
    if column.kind not in NUMERIC:
        cells = column.cells
        longest = max(cells.str.len_chars().fill_null(0).to_list())
        called = f"the labels of column {column.name[:40]!r}"
        if longest > WORDS:
            raise TooLarge(
                f"{called} are up to {longest:,} characters long",
                where="labels",
                expected=f"at most {WORDS:,} characters each",
            )
        told = tuple(cells.fill_null("").to_list())
        limits.labels(told, called)
        return told
    if column.wrong:
        where = table.place(column.wrong.row, index)
        raise BadInput(f"{where} holds {column.wrong.shown}", where=where, expected="a number such as 1.5")
    return tuple("" if cell is None else f"{cell:.15g}" for cell in column.cells.to_list())
