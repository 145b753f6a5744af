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
    """The first cell of a column of numbers that holds no number: its row, and what it holds."""

    row: int
    shown: str


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a table.

    `cells` are floats where the kind is `number` or `boolean` (null and NaN are gaps), strings where it is `text`
    or `date` (null is a gap), and of no meaning where it is `other`.
    """

    name: str
    kind: Kind
    cells: pl.Series
    wrong: Wrong | None = None

    @property
    def missing(self) -> int:
        """How many cells are gaps."""
        empty = self.cells.null_count()
        if self.kind not in NUMERIC:
            return empty
        return empty + int(self.cells.is_nan().sum())


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length.

    `place` says where in the file a cell is, by its row and column from 0; `understood` how the file was read;
    `labels` which column holds the steps' labels, where the file itself says so.
    """

    columns: tuple[Column, ...]
    place: Callable[[int, int], str]
    understood: Mapping[str, str | bool] = field(default_factory=dict)
    labels: int | None = None

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.columns[0].cells)


def column_name(name: str, index: int) -> str:
    """Return the name of a column, made from its number where it has none."""
    return name or f"feature {index}"
