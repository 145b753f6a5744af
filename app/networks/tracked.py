"""What a model's units track: the content of `units.json`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ..recurrent import RecurrentModule, describe
from .description import Description, Id, Name, SparseDescription
from .place import Place, check_choice

Share = Annotated[float, Field(ge=0, le=1)]


class TrackingUnit(SparseDescription):
    """A unit, and how well one of its signals tracks a concept: `auc` for a yes or no, `rho` for an amount.

    `sign` is 1 where a high value means true or more, else −1.
    """

    layer: int = Field(ge=0)
    direction: str
    signal: str
    unit: int = Field(ge=0)
    auc: Share | None = None
    rho: Share | None = None
    sign: Literal[1, -1]

    @model_validator(mode="after")
    def _exactly_one(self) -> TrackingUnit:
        if (self.auc is None) is (self.rho is None):
            raise ValueError("expected either auc or rho")
        return self

    @property
    def score(self) -> float:
        """`auc` or `rho`."""
        return self.rho if self.auc is None else self.auc  # type: ignore[return-value]


class TrackedConcept(Description):
    """A concept, and the units that track it, best first.

    `decided` says how it is decided, `on` names the held-out data, `share` is the share of its `steps` where the
    concept is true (of an amount: where it is not 0), and `chance` is what the best of all units reaches by chance.
    """

    id: Id
    title: Name
    decided: str
    on: Name
    steps: int = Field(ge=1)
    share: Share
    chance: Share
    units: tuple[TrackingUnit, ...] = Field(min_length=1)

    @property
    def best(self) -> TrackingUnit:
        """The unit that tracks it best."""
        return self.units[0]


class Tracked(Description):
    """The whole content of `units.json`."""

    concepts: tuple[TrackedConcept, ...] = ()

    def check(self, module: RecurrentModule) -> None:
        """Raise `BadInput` if a unit, a signal or a place is not in the module."""
        for concept in self.concepts:
            for unit in concept.units:
                Place(layer=unit.layer, direction=unit.direction).module({Place().part: module})
                check_choice("signal", unit.signal, describe(module).signal_names)
                check_choice("unit", unit.unit, range(module.hidden_size))

    def find(self, concept: str) -> TrackedConcept | None:
        """Return a concept by its id, None if no unit is known to track it."""
        return next((each for each in self.concepts if each.id == concept), None)


NOTHING = Tracked()
"""Nothing is known about the units."""
