"""A user's choices from a table: columns, rows, labels, and how to handle missing numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from ..errors import BadInput

Gaps = Literal["refuse", "drop", "hold", "interpolate"]
RANGE = re.compile(r"\s*(\d{0,15})\s*:\s*(\d{0,15})\s*", re.ASCII)


@dataclass(frozen=True)
class Rows:
    """The rows [`start`, `stop`), counted from 0; without a stop, all rows from `start`."""

    start: int = 0
    stop: int | None = None

    def within(self, rows: int) -> range:
        """Return the chosen rows of a table that has `rows` rows; raises `BadInput` if there are none."""
        stop = rows if self.stop is None else min(self.stop, rows)
        if self.start and self.start >= rows:
            raise BadInput(
                f"there is no row {self.start:,}: the file has {rows:,}",
                where="rows",
                expected=f"a start below {rows:,}",
            )
        return range(self.start, stop)


@dataclass(frozen=True)
class Choices:
    """How a table becomes a sequence.

    `columns` are names or numbers from 0 (None: all that hold numbers), in the order of the features. `labels` names
    the column of the steps' labels (None: the first column of dates; the empty string: no labels).
    """

    columns: tuple[str, ...] | None = None
    rows: Rows = Rows()
    gaps: Gaps = "refuse"
    labels: str | None = None


ALL = Choices()


def read_choices(
    columns: Iterable[str] | None = None,
    rows: str | None = None,
    gaps: str | None = None,
    labels: str | None = None,
) -> Choices:
    """Return choices from what a user writes (None: not chosen); raises `BadInput`.

    A range of rows is written `10:200`, counted from 0 and half open; either end may be left out.
    """
    chosen = None if columns is None else tuple(columns)
    if gaps is not None and gaps not in get_args(Gaps):
        raise BadInput(
            f"there is no way {gaps[:40]!r} to handle gaps", where="gaps", expected="one of: " + ways()
        )
    return Choices(chosen, _read_rows(rows), "refuse" if gaps is None else gaps, labels)  # type: ignore[arg-type]


def ways() -> str:
    """Return the ways to handle gaps, in words."""
    return ", ".join(get_args(Gaps))


def _read_rows(text: str | None) -> Rows:
    if text is None:
        return Rows()
    found = RANGE.fullmatch(text)
    if not found:
        raise BadInput(f"the rows are {text[:40]!r}", where="rows", expected="a range such as 10:200")
    start, stop = found.groups()
    rows = Rows(int(start or 0), int(stop) if stop else None)
    if rows.stop is not None and rows.stop <= rows.start:
        raise BadInput(
            f"the range of rows {text.strip()} is empty",
            where="rows",
            expected="a range that ends after it begins, such as 10:200",
        )
    return rows
