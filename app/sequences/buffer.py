"""Numbers in one safetensors buffer, for sequences too long for JSON: `values` [steps, features]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, deserialize

from ..errors import BadInput, TooLarge, brief
from .limits import Limits
from .sequence import BatchSequence, NumericSequence

DTYPES = {"F32": "<f4", "F64": "<f8"}
CELL = 8  # the most bytes of a number
EXPECTED = (
    "one safetensors buffer with `values`, [steps, features], or for a sandbox [steps, sequences, features], "
    "as float32 or float64"
)
ENVELOPE = 2**16  # the most bytes of a buffer besides its numbers


def most_bytes(limits: Limits) -> int:
    """Return the most bytes that a buffer within the limits can have."""
    return limits.cells * CELL + ENVELOPE


def read_buffer(
    data: bytes,
    limits: Limits,
    features: tuple[str, ...] | None = None,
    labels: tuple[str, ...] | None = None,
) -> NumericSequence | BatchSequence:
    """Return the numbers of a buffer as a sequence; raises `BadInput`, `EmptySequence`, `TooLarge`."""
    return numbers_of(read_arrays(data, most_bytes(limits)), limits, features, labels)


def read_arrays(data: bytes, most: int, expected: str = EXPECTED) -> dict[str, NDArray[Any]]:
    """Return the arrays of a buffer, float32 or float64, by name.

    Raises `TooLarge` for more than `most` bytes, and `BadInput` with what was `expected`.
    """
    if len(data) > most:
        raise TooLarge(
            f"the buffer has {len(data):,} bytes", where="values", expected=f"at most {most:,} bytes"
        )
    try:
        tensors = dict(deserialize(data))  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise BadInput(f"the buffer cannot be read: {error}", where="values", expected=expected) from None
    arrays = {}
    for name, tensor in tensors.items():
        dtype = DTYPES.get(tensor["dtype"])
        if dtype is None:
            detail = f"{brief(repr(name))} is {tensor['dtype']} of the shape {tensor['shape']}"
            raise BadInput(detail, where="values", expected=expected)
        arrays[name] = np.frombuffer(tensor["data"], np.dtype(dtype)).reshape(tensor["shape"])
    return arrays


def numbers_of(
    arrays: Mapping[str, NDArray[Any]],
    limits: Limits,
    features: tuple[str, ...] | None = None,
    labels: tuple[str, ...] | None = None,
) -> NumericSequence | BatchSequence:
    """Return the only array of a buffer, `values`, as a sequence or a batch.

    Raises `BadInput`, `EmptySequence`, `TooLarge`.
    """
    if arrays.keys() != {"values"}:
        names = ", ".join(repr(name[:40]) for name in sorted(arrays)[:5]) or "nothing"
        raise BadInput(f"the buffer holds {names}", where="values", expected=EXPECTED)
    values = arrays["values"]
    if values.ndim == 3 and values.shape[1]:
        return _batch_of(values, limits, features, labels)
    if values.ndim != 2:
        raise BadInput(f"`values` has the shape {list(values.shape)}", where="values", expected=EXPECTED)
    limits.shape(*values.shape)
    return limits.numbers(values.astype(np.float64), features, labels)


def _batch_of(
    values: NDArray[Any],
    limits: Limits,
    features: tuple[str, ...] | None,
    labels: tuple[str, ...] | None,
) -> BatchSequence:
    """Return [steps, sequences, features] as a batch; all its cells count towards the limit."""
    steps, sequences, width = values.shape
    limits.shape(steps, width)
    if values.size > limits.cells:
        raise TooLarge(
            f"the batch has {values.size:,} cells", where="values", expected=f"at most {limits.cells:,} cells"
        )
    numbers = values.astype(np.float64)
    for index in range(sequences):
        limits.numbers(numbers[:, index], features, labels)
    return BatchSequence(numbers, features, labels)
