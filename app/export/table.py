"""A whole trace as a table in long form."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from ..networks.place import Place
from .spool import BLOCK_STEPS, Array, Check, Stretch, WholeTrace


def long_form(trace: WholeTrace, check: Check) -> pl.LazyFrame:
    """Return a table with the columns step, layer, direction, unit, and one for each signal, read block by block.

    With several parts there is a first column `part`. `check` is called before each block, and may raise to stop the
    reading.
    """
    places: dict[str, dict[Place, dict[str, Array]]] = {part: {} for part in trace.parts}
    for name, array in trace.arrays.items():
        if found := Place.of_signal(name):
            place, signal = found
            places[place.part].setdefault(place, {})[signal] = array
    tables = [_part(trace.parts[part], held, check) for part, held in places.items()]
    if len(tables) == 1:
        return tables[0]
    named = zip(places, tables, strict=True)
    return pl.concat([table.select(pl.lit(part).alias("part"), pl.all()) for part, table in named])


def _part(stretch: Stretch, places: dict[Place, dict[str, Array]], check: Check) -> pl.LazyFrame:
    """Return the table of one part, whose `places` hold arrays [steps, units] by signal."""
    layers = [place.layer for place in places]
    directions = [place.direction for place in places]
    signals = list(next(iter(places.values()), {}))
    schema = {"step": pl.Int32(), "layer": pl.Int32(), "direction": pl.String(), "unit": pl.Int32()}

    def block(start: int) -> pl.DataFrame:
        stop = min(start + BLOCK_STEPS, stretch.steps)
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
                "step": step + np.int32(stretch.start + start),
                "layer": np.array(layers, np.int32)[place],
                "direction": pl.Series(directions, dtype=pl.String).gather(place),
                "unit": unit,
            }
            | {signal: column.ravel() for signal, column in columns.items()}
        )

    def blocks(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, batch: int | None
    ) -> Iterator[pl.DataFrame]:
        for start in range(0, stretch.steps, BLOCK_STEPS):
            check()
            yield block(start)

    return register_io_source(blocks, schema=schema | dict.fromkeys(signals, pl.Float32()))
