"""Numbers in one safetensors buffer, for sequences too long for JSON: `values` [steps, features]."""

from __future__ import annotations

import numpy as np
from safetensors import SafetensorError, deserialize

from ..errors import BadInput, TooLarge
from .limits import Limits
from .sequence import NumericSequence

DTYPES = {"F32": "<f4", "F64": "<f8"}
CELL = 8  # the most bytes of a number
EXPECTED = "one safetensors buffer with `values`, [steps, features], as float32 or float64"
ENVELOPE = 2**16  # the most bytes of a buffer besides its numbers


def most_bytes(limits: Limits) -> int:
    """Return the most bytes that a buffer within the limits can have."""
    return limits.cells * CELL + ENVELOPE


def read_buffer(
    data: bytes,
    limits: Limits,
    features: tuple[str, ...] | None = None,
    labels: tuple[str, ...] | None = None,
) -> NumericSequence:
    """Return the numbers of a buffer as a sequence; raises `BadInput`, `EmptySequence`, `TooLarge`."""
    if len(data) > most_bytes(limits):
        raise TooLarge(
            f"the buffer has {len(data):,} bytes", where="values", expected=f"at most {limits.cells:,} cells"
        )
    try:
        tensors = dict(deserialize(data))  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise BadInput(f"the buffer cannot be read: {error}", where="values", expected=EXPECTED) from None
    if tensors.keys() != {"values"}:
        names = ", ".join(repr(name[:40]) for name in sorted(tensors)[:5]) or "nothing"
        raise BadInput(f"the buffer holds {names}", where="values", expected=EXPECTED)
    tensor = tensors["values"]
    shape, dtype = tensor["shape"], DTYPES.get(tensor["dtype"])
    if dtype is None or len(shape) != 2:
        raise BadInput(
            f"`values` is {tensor['dtype']} of the shape {shape}", where="values", expected=EXPECTED
        )
    limits.shape(*shape)
    values = np.frombuffer(tensor["data"], np.dtype(dtype)).reshape(shape).astype(np.float64)
    return limits.numbers(values, features, labels)
