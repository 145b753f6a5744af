"""What a user gives a model to read: text, or a numeric matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class TextSequence:
    """Text as the user wrote it; a model's codec makes tokens of it."""

    text: str


@dataclass(frozen=True, eq=False)
class NumericSequence:
    """A matrix [steps, features] in the user's own units.

    `features` names its columns and `labels` its steps (dates, say), each None where nothing is known.
    """

    values: NDArray[np.float64]
    features: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None


Sequence = TextSequence | NumericSequence
