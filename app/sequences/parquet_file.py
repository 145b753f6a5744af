"""Parquet: a table with metadata about the number of its rows and the types of its columns."""

from __future__ import annotations

import io

import polars as pl
from polars.exceptions import PanicException, PolarsError

from ..errors import BadInput
from .choices import Rows
from .limits import Limits
from .table import Column, Table, column_name

TEXTS = (pl.String, pl.Categorical, pl.Enum)
DATES = {pl.Date: "%Y-%m-%d", pl.Datetime: "%Y-%m-%d %H:%M:%S%.f", pl.Time: "%H:%M:%S%.f"}


def read(data: bytes, limits: Limits, rows: Rows) -> Table:
    """Return the table of a Parquet file; raises `BadInput` if it is broken.

    The number of rows and columns is checked in the file's metadata, before any column is read. Nested columns are
    never read.
    """
    try:
        schema = pl.read_parquet_schema(io.BytesIO(data))
        count = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()
        window = rows.within(count)
        limits.shape(len(window), len(schema))
        flat = [name for name, kind in schema.items() if _is_flat(kind)]
        frame = pl.scan_parquet(io.BytesIO(data)).select(flat).slice(window.start, len(window)).collect()
        columns = tuple(
            _column(column_name(name, index), frame[name] if name in flat else None, len(window))
            for index, name in enumerate(schema)
        )
    except (PolarsError, PanicException, OSError, ValueError) as error:
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        raise BadInput(
            f"the Parquet file is broken: {reason}", expected="a complete file that is not encrypted"
        ) from None

    def place(row: int, column: int) -> str:
        return f"row {window.start + row}, column {columns[column].name[:40]!r}"

    return Table(columns, place)


def _is_flat(kind: pl.DataType) -> bool:
    return kind.is_numeric() or kind in (pl.Boolean, pl.Null, *TEXTS, *DATES)


def _column(name: str, cells: pl.Series | None, rows: int) -> Column:
    if cells is None:
        return Column(name, "other", pl.Series([None] * rows, dtype=pl.String))
    kind = cells.dtype
    if kind.is_numeric():
        return Column(name, "number", cells.cast(pl.Float64))
    if kind == pl.Boolean:
        return Column(name, "boolean", cells.cast(pl.Float64))
    for dates, form in DATES.items():
        if kind == dates:
            return Column(name, "date", cells.dt.to_string(form))
    return Column(name, "text", cells.cast(pl.String))
