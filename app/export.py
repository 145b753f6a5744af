"""Traces as bytes: a chunk for the wire, and a whole trace as safetensors, npz, csv, parquet or json.

A whole trace is first spooled into a temporary folder, chunk by chunk, and written from there: memory stays flat,
however long the sequence is. Nothing of it is left behind.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import IO, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.io.plugins import register_io_source
from safetensors.numpy import save, save_file

from .errors import EmptySequence, UnsupportedFormat
from .networks.run import Run, RunChunk

# Steps that are computed, and written, at a time.
BLOCK_STEPS = 512

Array = NDArray[Any]
Progress = Callable[[int], None]


def encode_chunk(chunk: RunChunk) -> bytes:
    """Return a chunk as one safetensors buffer, whose data begin at a multiple of 8 bytes.

    Its metadata are strings: `part`, and as JSON `start`, `stop`, `parity` and the `tokens` that were made on the way.
    """
    metadata = {
        "part": chunk.part,
        "start": json.dumps(chunk.start),
        "stop": json.dumps(chunk.stop),
        "parity": json.dumps(chunk.parity),
        "tokens": json.dumps([token.as_dict() for token in chunk.tokens]),
    }
    return save({name: np.ascontiguousarray(array) for name, array in chunk.arrays.items()}, metadata)


@dataclass(frozen=True, eq=False)
class WholeTrace:
    """All arrays of a run over the steps [`start`, `start` + `steps`), mapped from temporary files."""

    model: str
    tokens: list[dict[str, Any]]  # of these steps
    start: int
    steps: int
    parity: float
    arrays: Mapping[str, Array]

    @property
    def metadata(self) -> dict[str, str]:
        """What a file says about itself, each as a JSON string."""
        named = {"model": self.model, "tokens": self.tokens, "start": self.start, "steps": self.steps}
        return {name: json.dumps(value) for name, value in (named | {"parity": self.parity}).items()}


@contextmanager
def spooled(run: Run, progress: Progress = lambda steps: None) -> Iterator[WholeTrace]:
    """Run to the end and give the whole trace; its arrays live as long as the context.

    `progress` is told how many steps there are so far. Raises `EmptySequence` where there are none.
    """
    header = run.header()
    tokens = list(header["tokens"])
    with tempfile.TemporaryDirectory(prefix="gatescope-") as folder:
        files: dict[str, IO[bytes]] = {}
        shapes: dict[str, tuple[np.dtype[Any], tuple[int, ...]]] = {}
        start, stop, parity = 0, 0, 0.0
        try:
            for chunk in run.chunks(repeat(BLOCK_STEPS)):
                start, stop, parity = start if files else chunk.start, chunk.stop, max(parity, chunk.parity)
                tokens += [token.as_dict() for token in chunk.tokens]
                for name, array in chunk.arrays.items():
                    if name not in files:
                        files[name] = (Path(folder) / str(len(files))).open("wb")
                        shapes[name] = array.dtype, array.shape[1:]
                    files[name].write(np.ascontiguousarray(array).data)
                progress(stop - start)
        finally:
            for file in files.values():
                file.close()
        if not files:
            raise EmptySequence("the run has no steps", where="from_step", expected="at least one step")
        arrays = {
            name: np.memmap(file.name, dtype, "r", shape=(stop - start, *rest))
            for (name, file), (dtype, rest) in zip(files.items(), shapes.values(), strict=True)
        }
        yield WholeTrace(header["model"], tokens[start:stop], start, stop - start, parity, arrays)


def _write_safetensors(trace: WholeTrace, path: Path) -> None:
    save_file(dict(trace.arrays), path, trace.metadata)


def _write_npz(trace: WholeTrace, path: Path) -> None:
    metadata = {name: np.array(value) for name, value in trace.metadata.items()}
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **trace.arrays, **metadata)


def _write_csv(trace: WholeTrace, path: Path) -> None:
    long_form(trace).sink_csv(path)


def _write_parquet(trace: WholeTrace, path: Path) -> None:
    long_form(trace).sink_parquet(path, metadata=trace.metadata)


def _write_json(trace: WholeTrace, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("{")
        for name, value in trace.metadata.items():
            file.write(f"{json.dumps(name)}:{value},\n")
        file.write('"arrays":{')
        for index, (name, array) in enumerate(trace.arrays.items()):
            file.write(f"{',' if index else ''}\n{json.dumps(name)}:[")
            for start in range(0, len(array), BLOCK_STEPS):
                file.write((",\n" if start else "") + _json_rows(array[start : start + BLOCK_STEPS]))
            file.write("]")
        file.write("}}\n")


def _json_rows(block: Array) -> str:
    """Return rows as JSON without the outer brackets: numbers as short as they round-trip, NaN as null."""
    numbers = block.ravel()
    texts = pl.Series(numbers).cast(pl.String).to_list()
    for index in np.flatnonzero(~np.isfinite(numbers)):
        texts[index] = "null"
    if block.ndim == 1:
        return ",".join(texts)
    width = block.shape[1]
    rows = (texts[first : first + width] for first in range(0, len(texts), width))
    return ",\n".join(f"[{','.join(row)}]" for row in rows)


def long_form(trace: WholeTrace) -> pl.LazyFrame:
    """Return the table step, layer, direction, unit and a column a signal, read block by block."""
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
            yield block(start)

    return register_io_source(blocks, schema=schema | dict.fromkeys(signals, pl.Float32()))


@dataclass(frozen=True)
class FileFormat:
    """A format that a whole trace can be written in."""

    name: str
    media_type: str
    write: Callable[[WholeTrace, Path], None]


FORMATS = {
    form.name: form
    for form in (
        FileFormat("safetensors", "application/octet-stream", _write_safetensors),
        FileFormat("npz", "application/zip", _write_npz),
        FileFormat("csv", "text/csv", _write_csv),
        FileFormat("parquet", "application/vnd.apache.parquet", _write_parquet),
        FileFormat("json", "application/json", _write_json),
    )
}


def file_format(name: str) -> FileFormat:
    """Return the format of that name; raises `UnsupportedFormat`."""
    if name not in FORMATS:
        raise UnsupportedFormat(
            f"there is no export format {name!r}", where="format", expected="one of: " + ", ".join(FORMATS)
        )
    return FORMATS[name]
