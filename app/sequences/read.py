"""A user's file → a sequence. The content decides the format, never the file's name.

Nothing in a file is ever executed, and nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..errors import BadInput, EmptySequence, TooLarge, UnsupportedFormat
from . import csv_file, json_file, numpy_file, parquet_file, text_file
from .choices import ALL, Choices, Rows
from .choose import choose
from .csv_dialect import table_in
from .limits import Limits
from .sequence import NumericSequence, TextSequence
from .table import Table

Format = Literal["text", "csv", "json", "jsonl", "npy", "npz", "parquet"]
EXPECTED = "text, CSV, JSON, JSON lines, NumPy (.npy, .npz) or Parquet"

BINARY: tuple[tuple[bytes, Format, Callable[[bytes, Limits, Rows], Table]], ...] = (
    (b"\x93NUMPY", "npy", numpy_file.read_npy),
    (b"PK\x03\x04", "npz", numpy_file.read_npz),
    (b"PK\x05\x06", "npz", numpy_file.read_npz),
    (b"PAR1", "parquet", parquet_file.read),
)
PICKLE = "a Python pickle, which could run code and is never opened"
FOREIGN = (
    (b"\x89HDF", "an HDF5 file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"(\xb5/\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"%PDF", "a PDF document"),
    (b"ARROW1", "an Arrow file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"SQLite format 3", "an SQLite database"),
    *((bytes([0x80, protocol]), PICKLE) for protocol in range(2, 6)),
)


@dataclass(frozen=True, eq=False)
class Content:
    """What a file holds, and how it was understood: a text, or a table with the chosen rows."""

    format: Format
    held: TextSequence | Table
    understood: Mapping[str, str | bool] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ReadFile:
    """A file and how it was understood: its sequence and, unless it is a text, the table."""

    format: Format
    sequence: TextSequence | NumericSequence
    table: Table | None = None
    understood: Mapping[str, str | bool] = field(default_factory=dict)


def read_sequence(data: bytes, limits: Limits | None = None, choices: Choices = ALL) -> ReadFile:
    """Read a file's bytes as text, CSV, JSON, JSON lines, .npy, .npz or Parquet, and choose from its table.

    Raises `EmptySequence`, `TooLarge` (with the limit), `UnsupportedFormat`, or `BadInput`, which says where the file
    is wrong and what would be right.
    """
    limits = limits or Limits()
    return chosen_from(read_content(data, limits, choices.rows), limits, choices)


def read_content(data: bytes, limits: Limits, rows: Rows = ALL.rows) -> Content:
    """Read a file's bytes as a text or a table, from which only the rows are chosen.

    Raises as `read_sequence` does, but a table's gaps and wrong cells are not errors yet.
    """
    if len(data) > limits.bytes:
        raise TooLarge(f"the file has {len(data):,} bytes", expected=f"at most {limits.bytes:,} bytes")
    if not data.strip():
        raise EmptySequence("the file is empty", expected=EXPECTED)
    form, held, understood = _content(data, limits, rows)
    if isinstance(held, Table):
        understood = {**understood, **held.understood}
    return Content(form, held, understood)


def chosen_from(content: Content, limits: Limits, choices: Choices) -> ReadFile:
    """Choose a sequence from a file's content; raises `BadInput`, `EmptySequence` or `TooLarge`."""
    held = content.held
    if isinstance(held, TextSequence):
        _check_nothing_chosen(choices)
        return ReadFile(content.format, held, understood=content.understood)
    return ReadFile(content.format, choose(held, choices, limits), held, content.understood)


def _content(
    data: bytes, limits: Limits, rows: Rows
) -> tuple[Format, TextSequence | Table, dict[str, str | bool]]:
    """Return the format, the text or the table, and how the file was understood."""
    for magic, form, read in BINARY:
        if data.startswith(magic):
            return form, read(data, limits, rows), {}
    for magic, name in FOREIGN:
        if data.startswith(magic):
            raise UnsupportedFormat(f"the file is {name}", expected=EXPECTED)
    decoded = text_file.decode(data)
    text, understood = decoded.text, {"encoding": decoded.encoding}
    if not text.strip():
        raise EmptySequence("the file is empty", expected=EXPECTED)
    if json_file.is_json_lines(text):
        return "jsonl", json_file.read_lines(text, limits, rows), {**understood}
    if json_file.is_json(text):
        return "json", json_file.read(text, limits, rows), {**understood}
    if found := table_in(text):
        return "csv", csv_file.read(*found, limits, rows), {**understood}
    return "text", limits.text(text), {**understood}


def _check_nothing_chosen(choices: Choices) -> None:
    for field_name in ("columns", "rows", "labels"):
        if getattr(choices, field_name) != getattr(ALL, field_name):
            raise BadInput(
                f"the file is a text, which has no {field_name}",
                where=field_name,
                expected="a table of numbers, or no choice of " + field_name,
            )
