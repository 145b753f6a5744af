"""Numbers in a message: nested lists [steps][features], with names of the features and labels of the steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import BadInput, TooLarge
from .json_table import check_rows, kind_of
from .limits import Limits
from .sequence import BatchSequence, NumericSequence

NUMBERS = frozenset({int, float})


def matrix(
    document: Any,
    limits: Limits,
    features: tuple[str, ...] | None = None,
    labels: tuple[str, ...] | None = None,
) -> NumericSequence:
    """Return nested lists of numbers as a sequence: [steps] (one feature) or [steps][features].

    Every value must be a finite number, also as a float32. Raises `BadInput` for the first wrong value,
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


def is_batch(document: Any) -> bool:
    """Return whether nested lists are meant as a batch: they nest three deep."""
    return (
        isinstance(document, list)
        and bool(document)
        and isinstance(document[0], list)
        and bool(document[0])
        and isinstance(document[0][0], list)
    )


def batch(
    document: list[Any],
    limits: Limits,
    features: tuple[str, ...] | None = None,
    labels: tuple[str, ...] | None = None,
) -> BatchSequence:
    """Return nested lists [steps][sequences][features] as a batch; all its cells count towards the limit.

    Raises as `matrix` does, for the first wrong sequence.
    """
    count = len(document[0])
    for step, row in enumerate(document):
        if not isinstance(row, list) or len(row) != count:
            what = f"has {len(row)} sequences" if isinstance(row, list) else f"is {kind_of(row)}"
            raise BadInput(
                f"step {step} {what}", where=f"values[{step}]", expected=f"{count} sequences, as at step 0"
            )
        for index, one in enumerate(row):
            if not isinstance(one, list):
                where = f"values[{step}][{index}]"
                raise BadInput(f"{where} is {kind_of(one)}", where=where, expected="a list of numbers")
    cells = len(document) * count * len(document[0][0])
    if cells > limits.cells:
        raise TooLarge(
            f"the batch has {cells:,} cells", where="values", expected=f"at most {limits.cells:,} cells"
        )
    sequences = []
    for index in range(count):
        try:
            sequences.append(matrix([row[index] for row in document], limits, features, labels))
        except BadInput as problem:
            problem.detail = f"in sequence {index} of the batch, {problem.detail}"
            raise
    if len({one.values.shape[1] for one in sequences}) > 1:
        raise BadInput(
            "the sequences of the batch have different numbers of features",
            where="values",
            expected="the same for all",
        )
    return BatchSequence(np.stack([one.values for one in sequences], 1), features, labels)
