"""Handling of gaps: cells of a table that are empty or NaN."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput, Gap
from .choices import Gaps

Matrix = NDArray[np.float64]
Place = Callable[[int, int], str]


def without_gaps(values: Matrix, gaps: Gaps, place: Place) -> tuple[Matrix, NDArray[np.intp]]:
    """Return a matrix [steps, features] without NaN, and the indices of the rows that were kept.

    `drop` leaves rows out, `hold` repeats the number before, `interpolate` draws a line between the numbers on both
    sides. Raises `Gap` for the first gap if gaps are refused, `BadInput` if a gap at the edge cannot be filled; `place`
    says where a cell is in the user's file.
    """
    missing = np.isnan(values)
    kept = np.arange(len(values))
    if not missing.any():
        return values, kept
    if gaps == "refuse":
        row, column = (int(index) for index in np.argwhere(missing)[0])
        where = place(row, column)
        count = int(missing.sum())
        others = "" if count == 1 else f", the first of {count:,}"
        raise Gap(
            f"{where} is a gap: it is empty or NaN{others}",
            where=where,
            expected="a number, or a way to handle gaps: drop, hold or interpolate",
        )
    if gaps == "drop":
        kept = np.flatnonzero(~missing.any(1))
        return values[kept], kept
    filled = np.array(values)
    for column in map(int, np.flatnonzero(missing.any(0))):
        known = np.flatnonzero(~missing[:, column])
        _check_edges(known, len(values), gaps, lambda row, column=column: place(row, column))  # type: ignore[misc]
        if gaps == "hold":
            before = np.searchsorted(known, kept, side="right") - 1
            filled[:, column] = values[known[before], column]
        else:
            filled[:, column] = np.interp(kept, known, values[known, column])
    return filled, kept


def _check_edges(known: NDArray[np.intp], rows: int, gaps: Gaps, place: Callable[[int], str]) -> None:
    """Refuse a column that begins with a gap or, for interpolation, ends with a gap."""
    first = 0 if not len(known) or known[0] > 0 else None
    last = rows - 1 if gaps == "interpolate" and len(known) and known[-1] < rows - 1 else None
    for row, side in ((first, "before"), (last, "after")):
        if row is not None:
            where = place(row)
            raise BadInput(
                f"{where} is a gap with no number {side} it",
                where=where,
                expected="a number there, or gaps=drop, or a range of rows without it",
            )
