"""Parquet: a table of numbers, a column a feature."""

from __future__ import annotations

import io

import numpy as np
import polars as pl
from polars.exceptions import PanicException, PolarsError

from ..errors import BadInput
from .limits import Limits
from .sequence import NumericSequence


def read(data: bytes, limits: Limits) -> NumericSequence:
    """Return the numbers of a Parquet table; raises `BadInput` where it is broken or a column is not numeric.

    The number of rows and columns is checked on the file's own description, before any column is read.
    """
    try:
        schema = pl.read_parquet_schema(io.BytesIO(data))
        steps = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()
        limits.shape(steps, len(schema))
        for name, kind in schema.items():
            if not kind.is_numeric() and kind != pl.Boolean:
                raise BadInput(f"column {name[:40]!r} holds {kind}", where=name[:40], expected="numbers")
        table = pl.read_parquet(io.BytesIO(data)).cast(pl.Float64)
        missing = table.null_count().row(0)
    except (PolarsError, PanicException, OSError) as error:
        reason = str(error).strip().split("\n")[0][:200]
        raise BadInput(f"the Parquet file is broken: {reason}") from None
    for name, count in zip(schema, missing, strict=True):
        if count:
            raise BadInput(
                f"column {name[:40]!r} lacks {count:,} values", where=name[:40], expected="a number a row"
            )
    return limits.numbers(np.asarray(table.to_numpy(), np.float64), tuple(schema))
