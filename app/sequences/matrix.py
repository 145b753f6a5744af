"""Numbers as a message carries them: nested lists [steps][features], with the features' names and the steps' labels."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import BadInput
from .json_table import check_rows, kind_of
from .limits import Limits
from .sequence import NumericSequence

NUMBERS = frozenset({int, float})


def matrix(
    document: Any,
    limits: Limits,
    features: tuple[str, ...] | None = None,
    labels: tuple[str, ...] | None = None,
) -> NumericSequence:
    """Return nested lists of numbers as a sequence: [steps] (one feature) or [steps][features].

    Every value must be a finite number, also as a float32. Raises `BadInput` by the first that is wrong,
    `EmptySequence`, `TooLarge`.
    """
    if not isinstance(document, list):
        raise BadInput(
            f"the values are {kind_of(document)}", where="values", expected="a list of numbers or lists"
        )
    nested = bool(document) and isinstance(document[0], list)
    limits.shape(len(document), len(document[0]) if nested else 1)
    check_rows(document, range(len(document)))
    rows = document if nested else [document]
    for step, row in enumerate(rows):
        if not set(map(type, row)) <= NUMBERS:
            index = next(index for index, value in enumerate(row) if type(value) not in NUMBERS)
            where = f"values[{step}][{index}]" if nested else f"values[{index}]"
            raise BadInput(f"{where} is {kind_of(row[index])}", where=where, expected="a number")
    try:
        values = np.array(document, np.float64).reshape(len(document), -1)
    except OverflowError:
        raise BadInput("a number is too large", where="values", expected="finite numbers") from None
    return limits.numbers(values, features, labels)
