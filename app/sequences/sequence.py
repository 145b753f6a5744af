"""What a user gives a model to read: text, a numeric matrix, or a batch of such matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class TextSequence:
    """Text as the user wrote it; a model's codec turns it into tokens."""

    text: str


@dataclass(frozen=True, eq=False)
class NumericSequence:
    """A matrix [steps, features] in the user's own units.

    `features` names its columns and `labels` its steps (such as dates); each may be None.
    """

    values: NDArray[np.float64]
    features: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the features; unnamed features are `feature 0`, `feature 1`, …"""
        return self.features or unnamed(self.values.shape[-1])


@dataclass(frozen=True, eq=False)
class BatchSequence:
    """Several matrices of the same shape side by side, [steps, sequences, features], as PyTorch takes a batch."""

    values: NDArray[np.float64]
    features: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None

    def sequence(self, index: int) -> NumericSequence:
        """Return one of the sequences, from 0."""
        return NumericSequence(self.values[:, index], self.features, self.labels)


def unnamed(features: int) -> tuple[str, ...]:
    """Return names for unnamed features."""
    return tuple(f"feature {index}" for index in range(features))


Sequence = TextSequence | NumericSequence | BatchSequence
