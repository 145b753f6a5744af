"""What all tasks that read numbers share: a feed that knows its whole sequence, and the checks on that sequence."""

from __future__ import annotations

from collections.abc import Iterator
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
    """A matrix of the user's numbers, [steps, features], known beforehand; there are no tokens."""

    part = SEQUENCE
    given: tuple[Token, ...] = ()

    def __init__(self, module: RecurrentModule, values: NDArray[np.float64], initial: Any = None) -> None:
        self.module = module
        self.initial = initial
        self.values = values
        self.least_steps = self.most_steps = len(values)

    @property
    def held_bytes(self) -> int:
        """The bytes of the numbers; a task may keep them scaled as well."""
        return 2 * self.values.nbytes

    def prepare(self) -> Iterator[None]:
        """Do nothing: all is known."""
        return iter(())

    def reach(self, position: int) -> int:
        """Return `position`, or the end of the sequence if it comes earlier."""
        return min(position, self.most_steps)

    def tokens(self, start: int, stop: int) -> list[Token]:
        """Return no tokens: numbers have none."""
        return []


def numbers_for(model: str, sequence: Sequence, asked: Asked) -> NumericSequence:
    """Return the sequence if it is numbers.

    Raises `BadInput` for a text or if writing is asked for, and `TooLarge` for too many steps.
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
