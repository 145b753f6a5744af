"""What all tasks share that read numbers: a feed that knows its whole sequence, and what a header says of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import BadInput, TooLarge
from ...recurrent import RecurrentModule
from ...sequences import NumericSequence, Sequence, TextSequence
from ..codecs import Token
from ..feed import Asked
from ..place import SEQUENCE


class NumbersFeed:
    """A matrix of the user's numbers, [steps, features]; all of it is known beforehand, and there are no tokens."""

    part = SEQUENCE
    given: tuple[Token, ...] = ()

    def __init__(self, module: RecurrentModule, values: NDArray[np.float64], initial: Any = None) -> None:
        self.module = module
        self.initial = initial
        self.values = values
        self.least_steps = self.most_steps = len(values)

    def reach(self, position: int) -> int:
        """Return the position, or where the sequence ends before it."""
        return min(position, self.most_steps)

    def tokens(self, start: int, stop: int) -> list[Token]:
        """Return no tokens: numbers have none."""
        return []


def numbers_for(model: str, sequence: Sequence, asked: Asked) -> NumericSequence:
    """Return a sequence that is to be numbers.

    Raises `BadInput` for a text and where the model is to write, `TooLarge` for too many steps.
    """
    if not isinstance(sequence, NumericSequence):
        given = "a text" if isinstance(sequence, TextSequence) else "a batch of several sequences"
        raise BadInput(
            f"{model} reads numbers, but got {given}",
            where="sequence",
            expected="values, as [steps][features]",
        )
    asked.refuse_writing(model)
    steps = len(sequence.values)
    if asked.most_steps is not None and steps > asked.most_steps:
        raise TooLarge(
            f"{steps} steps to read are too many",
            where="sequence",
            expected=f"at most {asked.most_steps} steps",
        )
    return sequence
