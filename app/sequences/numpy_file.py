"""NumPy files: .npy, and .npz with one array or an array named `values`. Never a pickle.

The header is read first; a wrong shape or type is refused before any memory of that size is allocated.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from typing import IO, Any

import numpy as np
import polars as pl
from numpy.lib import format as npy
from numpy.typing import NDArray

from ..errors import BadInput, TooLarge, UnsupportedFormat
from .choices import Rows
from .limits import Limits
from .table import Column, Table, column_name

MAX_HEADER = 10_000
MAX_MEMBERS = 1_000
MEMBER = b"PK\x01\x02"  # the beginning of each entry of an archive's directory
BLOCK = 2**20
MAX_SKIPPED = 2**28  # the most bytes of an array before the chosen rows
PREFERRED = "values"
VERSIONS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
WRITTEN = "a header as numpy.save writes it"
# Errors of zipfile and its decompressors for a broken archive, or for one with a password.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


def read_npy(data: bytes, limits: Limits, rows: Rows) -> Table:
    """Return the matrix of a .npy file: [steps, features], or [steps] for one feature."""
    return _read(io.BytesIO(data), limits, rows, len(data))


def read_npz(data: bytes, limits: Limits, rows: Rows) -> Table:
    """Return the matrix of a .npz file: its only array, or the array named `values`."""
    if (members := data.count(MEMBER)) > MAX_MEMBERS:
        raise TooLarge(f"the archive holds {members:,} files", expected=f"at most {MAX_MEMBERS:,} files")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = _member(archive)
            with archive.open(member) as file:
                return _read(file, limits, rows, member.file_size)
    except BROKEN_ARCHIVE as error:
        raise BadInput(
            f"the .npz file is broken: {_reason(error)}", expected="an archive written by numpy.savez"
        ) from None


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = {entry.filename: entry for entry in archive.infolist() if entry.filename.endswith(".npy")}
    if not members:
        raise UnsupportedFormat(
            "the ZIP archive holds no NumPy array", expected="a .npz file, or a file that is not packed"
        )
    if preferred := members.get(f"{PREFERRED}.npy"):
        return preferred
    known = ", ".join(repr(name.removesuffix(".npy")[:40]) for name in list(members)[:10])
    if len(members) > 1:
        raise BadInput(
            f"the file holds {len(members)} arrays: {known}", expected=f"one array, or {PREFERRED!r}"
        )
    (name,) = members
    if "/" in name or "\\" in name:
        raise BadInput(
            f"the array is named {known}",
            where=name[:40],
            expected="a name that is not a path, such as 'values'",
        )
    return members[name]


def _read(file: IO[bytes], limits: Limits, rows: Rows, whole: int) -> Table:
    """Read an array from a file whose stated size is `whole` bytes."""
    beginning = file.read(MAX_HEADER)
    header = io.BytesIO(beginning)
    shape, fortran, dtype = _header(header)
    if dtype.kind not in "biuf":
        raise BadInput(
            f"the array holds {dtype}", where="dtype", expected="integers or floating-point numbers"
        )
    if len(shape) not in (1, 2) or min(shape) < 0:
        raise BadInput(
            f"the array's shape is {shape}", where="shape", expected="[steps, features] or [steps]"
        )
    steps, features = shape[0], shape[1] if len(shape) == 2 else 1
    window = rows.within(steps)
    limits.shape(len(window), features)
    size = steps * features * dtype.itemsize
    if header.tell() + size > whole:
        raise BadInput(
            f"the array ends after {max(0, whole - header.tell()):,} bytes",
            where="shape",
            expected=f"{size:,} bytes for {shape} of {dtype}",
        )
    file.seek(header.tell())
    one_row = features * dtype.itemsize
    if fortran and features > 1:
        limits.shape(steps, features)  # the file's order is by columns, so all rows are read
        values = _numbers(file, dtype, size).reshape(features, steps).T[window.start : window.stop]
    else:
        _skip(file, window.start * one_row)
        values = _numbers(file, dtype, len(window) * one_row).reshape(len(window), features)
    with np.errstate(over="ignore"):  # too large numbers become infinite, and are refused
        numbers = np.asarray(values, np.float64)

    def place(row: int, column: int) -> str:
        return (
            f"row {window.start + row}, column {column}" if len(shape) == 2 else f"row {window.start + row}"
        )

    columns = (
        Column(column_name("", index), "number", pl.Series(numbers[:, index])) for index in range(features)
    )
    return Table(tuple(columns), place, {"dtype": str(dtype), "shape": str(list(shape))})


def _skip(file: IO[bytes], size: int) -> None:
    if size > MAX_SKIPPED:
        raise TooLarge(
            f"the chosen rows begin after {size:,} bytes",
            where="rows",
            expected=f"rows that begin within {MAX_SKIPPED:,} bytes",
        )
    while size > 0:
        size -= len(file.read(min(size, BLOCK))) or size


def _numbers(file: IO[bytes], dtype: np.dtype[Any], size: int) -> NDArray[Any]:
    data = file.read(size)
    if len(data) != size:
        raise BadInput(f"the array ends after {len(data):,} bytes", expected=f"{size:,} bytes of {dtype}")
    return np.frombuffer(data, dtype)


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    try:
        version = npy.read_magic(file)
    except ValueError:
        raise BadInput(
            "the .npy header is broken: it does not begin as such a file does",
            where="header",
            expected=WRITTEN,
        ) from None
    if version not in VERSIONS:
        major, minor = version
        raise BadInput(
            f"the .npy header has the version {major}.{minor}", where="header", expected="version 1.0 or 2.0"
        )
    try:
        shape, fortran, dtype = VERSIONS[version](file, max_header_size=MAX_HEADER)
    except Exception:  # hostile bytes can make literal_eval, the tokenizer or the dtype parser raise anything
        raise BadInput(
            "the .npy header is broken: it does not say the numbers' type, order and shape",
            where="header",
            expected=WRITTEN,
        ) from None
    if not all(type(length) is int for length in shape):  # numpy takes True for 1
        raise BadInput(
            f"the array's shape is {shape}", where="shape", expected="whole numbers such as (200, 3)"
        )
    return shape, fortran, dtype


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
