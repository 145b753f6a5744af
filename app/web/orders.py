"""The order of units by similarity, computed from the sequence each time: the server stores nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from ..analysis import NoSteps, similarity_order
from ..errors import EmptySequence
from ..networks.place import Place
from ..networks.run import Run

BLOCK_STEPS = 1024


class UnitOrder(BaseModel):
    """All units of a place, in the order of a chart's rows from the top."""

    order: list[int]


def unit_order(run: Run, place: Place, signal: str, check: Callable[[], None]) -> UnitOrder:
    """Order the units of a place by a signal that a run computes; `check` is called after every block of steps.

    Raises `BadInput` if there is no such place, and `EmptySequence` if the run has no steps there.
    """
    place.module(run.model.parts)

    def blocks() -> Iterator[NDArray[np.float32]]:
        for chunk in run.pieces(repeat(BLOCK_STEPS)):
            check()
            if chunk is not None and chunk.part == place.part:
                yield chunk.arrays[place.signal(signal)]

    try:
        return UnitOrder(order=similarity_order(blocks()))
    except NoSteps:
        raise EmptySequence("the run has no steps", where="from_step", expected="at least one step") from None
