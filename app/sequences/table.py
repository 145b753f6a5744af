"""A file as a table: columns with names and types, before a sequence of numbers is chosen from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

Kind = Literal["number", "text", "date", "boolean", "other"]
NUMERIC = frozenset({"number", "boolean"})


@dataclass(frozen=True)
class Wrong:
    """The first cell that is not a number in a column of numbers: its row, and what it holds."""

    row: int
    shown: str


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a table.

    `cells` are floats if the kind is `number` or `boolean` (null and NaN are gaps), strings if it is `text` or `date`
    (null is a gap), and meaningless if it is `other`.
    """

    name: str
    kind: Kind
    cells: pl.Series
    wrong: Wrong | None = None

    @property
    def missing(self) -> int:
        """The number of gaps."""
        empty = self.cells.null_count()
        if self.kind not in NUMERIC:
            return empty
        return empty + int(self.cells.is_nan().sum())


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length.

    `place` says where in the file a cell is, by its row and column from 0; `understood` says how the file was read;
    `labels` is the column of the steps' labels if the file itself names it.
    """

    columns: tuple[Column, ...]
    place: Callable[[int, int], str]
    understood: Mapping[str, str | bool] = field(default_factory=dict)
    labels: int | None = None

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.columns[0].cells)


def column_name(name: str, index: int) -> str:
    """Return the name of a column; an unnamed column gets a name from its number."""
    return name or f"feature {index}"
