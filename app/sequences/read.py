"""A user's file → a sequence. The format is told by the content, never by the file's name.

Nothing in a file is ever executed, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..errors import EmptySequence, TooLarge, UnsupportedFormat
from . import csv_file, json_file, numpy_file, parquet_file, text_file
from .limits import Limits
from .sequence import Sequence

Format = Literal["text", "csv", "json", "npy", "npz", "parquet"]
EXPECTED = "text, CSV, JSON, NumPy (.npy, .npz) or Parquet"

BINARY: tuple[tuple[bytes, Format, Callable[[bytes, Limits], Sequence]], ...] = (
    (b"\x93NUMPY", "npy", numpy_file.read_npy),
    (b"PK\x03\x04", "npz", numpy_file.read_npz),
    (b"PK\x05\x06", "npz", numpy_file.read_npz),
    (b"PAR1", "parquet", parquet_file.read),
)
FOREIGN = (
    (b"\x89HDF", "an HDF5 file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"%PDF", "a PDF document"),
    (b"ARROW1", "an Arrow file"),
    (b"\x80\x02", "a Python pickle, which could run code and is never opened"),
    (b"\x80\x03", "a Python pickle, which could run code and is never opened"),
    (b"\x80\x04", "a Python pickle, which could run code and is never opened"),
    (b"\x80\x05", "a Python pickle, which could run code and is never opened"),
)


@dataclass(frozen=True, eq=False)
class ReadFile:
    """A file as it was understood."""

    format: Format
    sequence: Sequence


def read_sequence(data: bytes, limits: Limits | None = None) -> ReadFile:
    """Read a file's bytes as text, CSV, JSON, .npy, .npz or Parquet.

    Raises `EmptySequence`, `TooLarge` (the limit is in the message), `UnsupportedFormat`, or `BadInput` that
    says where the file is wrong and what would be right.
    """
    limits = limits or Limits()
    if len(data) > limits.bytes:
        raise TooLarge(f"the file has {len(data):,} bytes", expected=f"at most {limits.bytes:,} bytes")
    if not data.strip():
        raise EmptySequence("the file is empty", expected=EXPECTED)
    for magic, format_name, read in BINARY:
        if data.startswith(magic):
            return ReadFile(format_name, read(data, limits))
    for magic, name in FOREIGN:
        if data.startswith(magic):
            raise UnsupportedFormat(f"the file is {name}", expected=EXPECTED)
    text = text_file.decode(data)
    if json_file.is_json(text):
        return ReadFile("json", json_file.read(text, limits))
    if csv_file.is_table(text):
        return ReadFile("csv", csv_file.read(text, limits))
    return ReadFile("text", limits.text(text))
