"""Units ranked by how well they tell marked steps of a sequence from the others; the server stores nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from ..analysis.ranking import areas, centred_ranks, shifted
from ..errors import BadInput
from ..export import full_disk, spooled
from ..networks.place import Place
from ..networks.run import Run
from ..networks.tracked import TrackingUnit
from ..recurrent import describe
from .admission import Share
from .bodies import UnitsRequest

COLUMNS = 16
"""Units whose values are in memory at once."""


class MarkedUnits(BaseModel):
    """Every unit with each ranked signal, best first.

    `marked` of `steps` steps are marked; `chance` is the area that the best of all reaches on average when the same
    marks are shifted around the sequence. `unranked` counts those that are left out, because one of their values is
    NaN, which is neither high nor low.
    """

    steps: int
    marked: int
    chance: float
    unranked: int
    units: list[TrackingUnit]


def marked_units(run: Run, wanted: UnitsRequest, disk: Share, check: Callable[[], None]) -> MarkedUnits:
    """Rank the units of a run's first part; `check` is called after every block of steps and of units.

    The run's arrays are spooled, and count in the share of the disk. Raises `BadInput` if a stretch is not within the
    run or if it marks every step, `EmptySequence` if the run has no steps, and `DiskFull` and `TooLarge`.
    """
    part, module = next(iter(run.model.parts.items()))
    signals = wanted.signals or describe(module).states
    with full_disk(), spooled(run, lambda steps: check(), disk.grow) as whole:
        here = whole.parts[part]
        marks = _marks(wanted.marked, here.start, here.steps)
        units: list[TrackingUnit] = []
        best, unranked = np.zeros(1), 0
        for name, values in whole.arrays.items():
            found = Place.of_signal(name)
            if found is None or found[0].part != part or found[1] not in signals:
                continue
            place, signal = found
            for start in range(0, values.shape[1], COLUMNS):
                check()
                block = values[:, start : start + COLUMNS]
                ranked = np.flatnonzero(~np.isnan(block).any(0))
                unranked += block.shape[1] - len(ranked)
                ranks = centred_ranks(block[:, ranked])
                for unit, area in zip(ranked.tolist(), areas(ranks, marks).tolist(), strict=True):
                    units.append(_unit(place, signal, start + unit, area))
                best = np.maximum(best, np.abs(areas(ranks, shifted(marks)) - 0.5).max(1, initial=0))
    units.sort(key=lambda unit: -unit.score)
    return MarkedUnits(
        steps=here.steps,
        marked=int(np.count_nonzero(marks)),
        chance=0.5 + float(best.mean()),
        unranked=unranked,
        units=units,
    )


def _unit(place: Place, signal: str, unit: int, area: float) -> TrackingUnit:
    return TrackingUnit(
        layer=place.layer,
        direction=place.direction,
        signal=signal,
        unit=unit,
        auc=max(area, 1 - area),
        sign=1 if area >= 0.5 else -1,
    )


def _marks(stretches: list[list[int]], first: int, steps: int) -> NDArray[np.float64]:
    """Return 1 at the marked steps and 0 at the others, [steps]; `first` is the number of the first step."""
    marks = np.zeros(steps)
    for index, (start, stop) in enumerate(stretches):
        if not first <= start < stop <= first + steps:
            raise BadInput(
                f"there are no steps {start} to {stop}",
                where=f"marked[{index}]",
                expected=f"a start and a later stop, from {first} to {first + steps}",
            )
        marks[start - first : stop - first] = 1
    if marks.all():
        raise BadInput("every step is marked", where="marked", expected="some steps that are not marked")
    return marks
