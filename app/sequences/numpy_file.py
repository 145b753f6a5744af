"""NumPy's own files: .npy, and .npz with one array or one that is named `values`. Never a pickle.

The header is read first, and refused by its shape and type before anything of that size is allocated.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from ..errors import BadInput, UnsupportedFormat
from .limits import Limits
from .sequence import NumericSequence

MAX_HEADER = 10_000
PREFERRED = "values"
# What zipfile and its decompressors make of a broken archive, also one that needs a password.
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


def read_npy(data: bytes, limits: Limits) -> NumericSequence:
    """Return the matrix of a .npy file: [steps, features], or [steps] for one feature."""
    return _read(io.BytesIO(data), limits)


def read_npz(data: bytes, limits: Limits) -> NumericSequence:
    """Return the matrix of a .npz file's only array, or of the one named `values`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if name.endswith(".npy")]
            if not names:
                raise UnsupportedFormat(
                    "the ZIP archive holds no NumPy array",
                    expected="a .npz file, or a file that is not packed",
                )
            name = f"{PREFERRED}.npy" if f"{PREFERRED}.npy" in names else names[0]
            if len(names) > 1 and name != f"{PREFERRED}.npy":
                known = ", ".join(repr(name.removesuffix(".npy")[:40]) for name in names[:10])
                raise BadInput(
                    f"the file holds {len(names)} arrays: {known}", expected=f"one array, or {PREFERRED!r}"
                )
            with archive.open(name) as member:
                return _read(member, limits)
    except BROKEN_ARCHIVE as error:
        raise BadInput(f"the .npz file is broken: {error}") from None


def _read(file: IO[bytes], limits: Limits) -> NumericSequence:
    beginning = io.BytesIO(file.read(MAX_HEADER))
    shape, fortran, dtype = _header(beginning)
    if dtype.kind not in "biuf":
        raise BadInput(
            f"the array holds {dtype}", where="dtype", expected="integers or floating-point numbers"
        )
    if len(shape) not in (1, 2) or min(shape) < 0:
        raise BadInput(
            f"the array's shape is {shape}", where="shape", expected="[steps, features] or [steps]"
        )
    limits.shape(shape[0], shape[1] if len(shape) == 2 else 1)
    size = int(np.prod(shape)) * dtype.itemsize
    data = beginning.read()[:size]
    data += file.read(size - len(data))
    if len(data) != size:
        raise BadInput(
            f"the array ends after {len(data):,} bytes", expected=f"{size:,} bytes for {shape} of {dtype}"
        )
    values: NDArray[Any] = np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")
    return limits.numbers((values if values.ndim == 2 else values[:, np.newaxis]).astype(np.float64))


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    try:
        version = npy.read_magic(file)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        return read(file, max_header_size=MAX_HEADER)
    except Exception as error:  # hostile bytes meet literal_eval, a tokenizer and the dtype parser
        raise BadInput(
            f"the .npy header is broken: {str(error)[:200]}",
            where="header",
            expected="a header of version 1.0 or 2.0",
        ) from None
