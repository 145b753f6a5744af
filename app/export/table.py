"""A whole trace as a table in long form."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from .spool import BLOCK_STEPS, Array, Check, WholeTrace


def long_form(trace: WholeTrace, check: Check) -> pl.LazyFrame:
    """Return the table step, layer, direction, unit and a column a signal, read block by block.

    `check` is called before each block; what it raises ends the reading.
    """
    places: dict[tuple[int, str], dict[str, Array]] = {}
    for name, array in trace.arrays.items():
        if name.startswith("layers."):
            _, layer, direction, signal = name.split(".", 3)
            places.setdefault((int(layer), direction), {})[signal] = array
    layers = [layer for layer, _ in places]
    directions = [direction for _, direction in places]
    signals = list(next(iter(places.values()), {}))
    schema = {"step": pl.Int32(), "layer": pl.Int32(), "direction": pl.String(), "unit": pl.Int32()}

    def block(start: int) -> pl.DataFrame:
        stop = min(start + BLOCK_STEPS, trace.steps)
        columns = {
            signal: np.stack(
                [arrays[signal][start:stop] for arrays in places.values()], axis=1
            )  # [steps, places, units]
            for signal in signals
        }
        step, place, unit = (
            index.ravel() for index in np.indices(next(iter(columns.values())).shape, np.int32)
        )
        return pl.DataFrame(
            {
                "step": step + np.int32(trace.start + start),
                "layer": np.array(layers, np.int32)[place],
                "direction": pl.Series(directions, dtype=pl.String).gather(place),
                "unit": unit,
            }
            | {signal: column.ravel() for signal, column in columns.items()}
        )

    def blocks(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, batch: int | None
    ) -> Iterator[pl.DataFrame]:
        for start in range(0, trace.steps, BLOCK_STEPS):
            check()
            yield block(start)

    return register_io_source(blocks, schema=schema | dict.fromkeys(signals, pl.Float32()))
