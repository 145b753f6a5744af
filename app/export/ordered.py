"""safetensors files with metadata in the given order: the same arrays and metadata are always the same bytes.

The safetensors library writes metadata in a random order, different in every process.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save, save_file

Arrays = Mapping[str, NDArray[Any]]
SIZE = 8
"""The bytes before the header, which hold its length."""


def as_bytes(arrays: Arrays, metadata: Mapping[str, str]) -> bytes:
    """Return arrays and metadata as one safetensors buffer."""
    data = save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, dict(metadata))
    end = SIZE + int.from_bytes(data[:SIZE], "little")
    return b"".join((data[:SIZE], _in_order(data[SIZE:end], metadata), memoryview(data)[end:]))


def write_file(arrays: Arrays, path: Path, metadata: Mapping[str, str]) -> None:
    """Write arrays, each contiguous, and metadata as a safetensors file."""
    save_file(dict(arrays), path, dict(metadata))
    with path.open("r+b") as file:
        header = file.read(int.from_bytes(file.read(SIZE), "little"))
        file.seek(SIZE)
        file.write(_in_order(header, metadata))


def _in_order(header: bytes, metadata: Mapping[str, str]) -> bytes:
    """Return a header of the same length whose metadata are in the given order."""
    fields = json.loads(header) | {"__metadata__": dict(metadata)}
    ordered = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    assert len(ordered) <= len(header)
    return ordered.ljust(len(header))
