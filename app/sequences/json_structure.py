"""The size of a JSON document, counted before it is parsed."""

from __future__ import annotations

import re

import numpy as np

from ..errors import TooLarge
from .limits import Limits

STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


def check_structure(text: str, limits: Limits) -> None:
    """Refuse a document that nests too deeply, or holds more values, lists or objects than a sequence may.

    Raises `TooLarge`. The count is exact for a matrix of numbers, and never too low.
    """
    outside = STRING.sub('""', text) if '"' in text else text
    codes = np.frombuffer(outside.encode("utf-8", "replace"), np.uint8)
    opening = (codes == ord("[")) | (codes == ord("{"))
    closing = (codes == ord("]")) | (codes == ord("}"))
    rows = int(np.count_nonzero(opening))
    if rows > limits.steps + limits.nesting:
        raise TooLarge(
            f"the JSON holds {rows:,} lists or objects", expected=f"at most {limits.steps:,} steps"
        )
    brackets = opening[opening | closing]
    depth = int(np.where(brackets, 1, -1).astype(np.int8).cumsum(dtype=np.int32).max(initial=0))
    if depth > limits.nesting:
        raise TooLarge(
            f"the JSON nests {depth:,} lists or objects",
            where="values",
            expected=f"at most {limits.nesting} lists",
        )
    values = outside.count(",") + 1
    if values > limits.cells + limits.steps + limits.features:
        raise TooLarge(f"the JSON holds {values:,} values", expected=f"at most {limits.cells:,} cells")
