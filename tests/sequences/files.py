"""Files like those of users, made in memory, and functions that read them."""

import io
from typing import Any

import numpy as np
import polars as pl
import pytest

from app.errors import GatescopeError
from app.sequences import NumericSequence
from app.sequences.choices import read_choices
from app.sequences.limits import Limits
from app.sequences.read import ReadFile, read_sequence


def npy(array: np.ndarray, **options: bool) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def parquet(**columns: Any) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(columns).write_parquet(file)
    return file.getvalue()


def read(data: bytes | str, limits: Limits | None = None, **choices: Any) -> ReadFile:
    """Read a file with the choices that a user writes."""
    return read_sequence(data.encode() if isinstance(data, str) else data, limits, read_choices(**choices))


def numbers(data: bytes | str, limits: Limits | None = None, **choices: Any) -> NumericSequence:
    sequence = read(data, limits, **choices).sequence
    assert isinstance(sequence, NumericSequence)
    return sequence


def refused(data: bytes | str, limits: Limits | None = None, **choices: Any) -> GatescopeError:
    with pytest.raises(GatescopeError) as caught:
        read(data, limits, **choices)
    return caught.value
