"""safetensors buffers and files: the same arrays and metadata are always the same bytes.

The safetensors library writes metadata in a random order, different in every process, and needs all arrays in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

ALIGNED = 8
"""The data begin at a multiple of this many bytes."""

BLOCK_ROWS = 512


def as_bytes(arrays: Arrays, metadata: Mapping[str, str]) -> bytes:
    """Return arrays and metadata as one safetensors buffer."""
    return b"".join(_parts(arrays, metadata))


def write_to(file: IO[bytes], arrays: Arrays, metadata: Mapping[str, str], check: Callable[[], None]) -> None:
    """Write arrays and metadata as safetensors, block by block; `check` is called before each block."""
    for part in _parts(arrays, metadata, BLOCK_ROWS):
        check()
        file.write(part)


def _parts(
    arrays: Arrays, metadata: Mapping[str, str], rows: int | None = None
) -> Iterator[bytes | memoryview]:
    """Yield the header, then the arrays, whole or in blocks of rows. The largest numbers come first, to be aligned."""
    ordered = sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0]))
    header: dict[str, Any] = {"__metadata__": dict(metadata)}
    stop = 0
    for name, array in ordered:
        start, stop = stop, stop + array.nbytes
        kind = f"{array.dtype.kind.upper()}{8 * array.itemsize}"
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": (start, stop)}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    text += b" " * (-len(text) % ALIGNED)
    yield len(text).to_bytes(ALIGNED, "little") + text
    for _, array in ordered:
        for first in range(0, len(array), rows or max(1, len(array))):
            block = array[first : first + rows] if rows else array
            yield np.ascontiguousarray(block).data
