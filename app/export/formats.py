"""The formats of a trace file: safetensors, npz, csv, parquet and json."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZipFile

import numpy as np
import polars as pl
from numpy.lib import format as npy
from polars.exceptions import PolarsError

from ..buffers import write_to
from ..errors import UnsupportedFormat, brief
from .disk import find_space, full_disk
from .spool import BLOCK_STEPS, Array, Check, WholeTrace
from .table import long_form


def _write_safetensors(trace: WholeTrace, file: IO[bytes], check: Check) -> None:
    write_to(file, trace.arrays, trace.metadata, check)


def _write_npz(trace: WholeTrace, file: IO[bytes], check: Check) -> None:
    metadata = {name: np.array(value) for name, value in trace.metadata.items()}
    with ZipFile(file, "w") as archive:
        for name, array in {**trace.arrays, **metadata}.items():
            check()
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                npy.write_array(member, array, allow_pickle=False)


def _write_csv(trace: WholeTrace, file: IO[bytes], check: Check) -> None:
    long_form(trace, check).sink_csv(file)


def _write_parquet(trace: WholeTrace, file: IO[bytes], check: Check) -> None:
    long_form(trace, check).sink_parquet(file, metadata=trace.metadata)


def _write_json(trace: WholeTrace, file: IO[bytes], check: Check) -> None:
    file.write(b"{")
    for name, value in trace.metadata.items():
        file.write(f"{json.dumps(name)}:{value},\n".encode())
    file.write(b'"arrays":{')
    for index, (name, array) in enumerate(trace.arrays.items()):
        file.write(f"{',' if index else ''}\n{json.dumps(name)}:[".encode())
        for start in range(0, len(array), BLOCK_STEPS):
            check()
            file.write(((",\n" if start else "") + _json_rows(array[start : start + BLOCK_STEPS])).encode())
        file.write(b"]")
    file.write(b"}}\n")


def _json_rows(block: Array) -> str:
    """Return rows as JSON without the outer brackets: the shortest numbers that round-trip, NaN as null."""
    numbers = block.ravel()
    texts = pl.Series(numbers).cast(pl.String).to_list()
    for index in np.flatnonzero(~np.isfinite(numbers)):
        texts[index] = "null"
    if block.ndim == 1:
        return ",".join(texts)
    width = block.shape[1]
    rows = (texts[first : first + width] for first in range(0, len(texts), width))
    return ",\n".join(f"[{','.join(row)}]" for row in rows)


@dataclass(frozen=True)
class FileFormat:
    """A file format for whole traces."""

    name: str
    media_type: str
    writer: Callable[[WholeTrace, IO[bytes], Check], None]

    def write(self, trace: WholeTrace, path: Path, check: Check = lambda: None) -> None:
        """Write a trace to a file; `check` is called between pieces, and may raise to stop the writing.

        Raises `DiskFull`.
        """
        ended: list[Exception] = []

        def noted() -> None:
            try:
                check()
            except Exception as error:
                ended.append(error)
                raise

        try:
            with full_disk(), path.open("wb") as file:
                try:
                    self.writer(trace, file, noted)
                except PolarsError:  # it may hide why a write failed
                    find_space(file)
                    raise
        except Exception:
            if ended:
                raise ended[0] from None  # Polars raises its own error
            raise


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
    """Return the format with this name; raises `UnsupportedFormat`."""
    if name not in FORMATS:
        raise UnsupportedFormat(
            f"there is no export format {brief(name)!r}",
            where="format",
            expected="one of: " + ", ".join(FORMATS),
        )
    return FORMATS[name]
