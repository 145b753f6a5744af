"""Reading a user's file: a CSV of 100,000 × 8 and other formats, each compared with Polars alone in the same run.

Polars alone reads the same bytes into the same matrix; Gatescope also detects the format and the encoding, checks every
row's length and every number, and reports what it understood.
"""

import io
import statistics
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import polars as pl

from app.sequences.choices import read_choices
from app.sequences.limits import Limits
from app.sequences.read import read_sequence
from benchmarks.timing import in_turn, ratio

STEPS, FEATURES = 100_000, 8
AIM = 2.0


def rows() -> Iterator[dict[str, Any]]:
    """A row per file: median milliseconds for Gatescope and for Polars alone, and their ratio."""
    values = np.random.default_rng(0).normal(size=(STEPS, FEATURES)).round(6)
    frame = pl.DataFrame(values, schema=[f"c{column}" for column in range(FEATURES)])
    gaps = frame.with_columns(pl.when(pl.int_range(pl.len()) % 100 != 50).then(pl.col("c0")).alias("c0"))
    days = pl.datetime_range(pl.datetime(2000, 1, 1), pl.datetime(2030, 1, 1), "1h", eager=True)[:STEPS]
    dated = frame.select(days.alias("time"), pl.all())
    table, text = frame.write_csv().encode(), dated.write_csv().encode()
    yield row("CSV", table, lambda: pl.read_csv(table).to_numpy(), AIM)
    yield row("CSV with dates", text, lambda: pl.read_csv(text).drop("time").to_numpy(), None)
    with_gaps = gaps.write_csv(null_value="NA").encode()
    nulls = ["NA"]
    yield row(
        "CSV with gaps",
        with_gaps,
        lambda: pl.read_csv(with_gaps, null_values=nulls).to_numpy(),
        None,
        gaps="hold",
    )
    comma = frame.write_csv(separator=";", decimal_comma=True).encode()
    yield row(
        "CSV with decimal commas",
        comma,
        lambda: pl.read_csv(comma, separator=";", decimal_comma=True).to_numpy(),
        None,
    )
    packed = io.BytesIO()
    frame.write_parquet(packed)
    yield row("Parquet", packed.getvalue(), lambda: pl.read_parquet(packed.getvalue()).to_numpy(), None)


def row(
    what: str, data: bytes, alone: Callable[[], object], aim: float | None, **choices: Any
) -> dict[str, Any]:
    """Measure one file."""
    limits, chosen = Limits(), read_choices(**choices)
    taken = in_turn(
        {"polars": alone, "gatescope": lambda: read_sequence(data, limits, chosen)},
        budget=6.0,
        rounds=(5, 40),
    )
    return {
        "what": f"{what}, {STEPS:,} × {FEATURES}",
        "MB": len(data) / 1e6,
        "gatescope_ms": 1e3 * statistics.median(taken["gatescope"]),
        "polars_ms": 1e3 * statistics.median(taken["polars"]),
        "times_polars": ratio(taken["gatescope"], taken["polars"]),
        "aim": "" if aim is None else f"≤ {aim:g}",
    }
