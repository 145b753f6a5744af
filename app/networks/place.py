"""A place: the part of a model, the layer and the direction that someone looks at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import BadInput, brief
from ..recurrent import RecurrentModule
from ..recurrent.weights import directions

SEQUENCE = "sequence"
"""The name of the only part of a model that has one; its arrays have no prefix."""

SIGNAL = re.compile(r"(?:(\w+)\.)?layers\.(\d+)\.(forward|backward)\.(.+)")


@dataclass(frozen=True, slots=True)
class Place:
    """One direction of one layer of one part."""

    part: str = SEQUENCE
    layer: int = 0
    direction: str = "forward"

    def signal(self, name: str) -> str:
        """Return the name of a signal's array: `layers.0.forward.forget_gate`, `encoder.layers.0.…`."""
        return f"{prefix(self.part)}layers.{self.layer}.{self.direction}.{name}"

    def initial(self, state: str) -> str:
        """Return the name of an initial state's array: `initial.0.forward.<state>`, `encoder.initial.0.…`."""
        return f"{prefix(self.part)}initial.{self.layer}.{self.direction}.{state}"

    def row(self, module: RecurrentModule) -> int:
        """Return which row of a state [layers · directions, units] of the part's module is this place's."""
        return self.layer * len(directions(module)) + directions(module).index(self.direction)

    @staticmethod
    def of_signal(array: str) -> tuple[Place, str] | None:
        """Return the place and the signal that an array's name speaks of; None where it holds no signal."""
        found = SIGNAL.fullmatch(array)
        if not found:
            return None
        part, layer, direction, signal = found.groups()
        return Place(part or SEQUENCE, int(layer), direction), signal

    def module(self, parts: Mapping[str, RecurrentModule]) -> RecurrentModule:
        """Return the module of a model's part that this place lies in; raises `BadInput` with the places there are."""
        check_choice("part", self.part, tuple(parts))
        module = parts[self.part]
        check_choice("direction", self.direction, directions(module))
        check_choice("layer", self.layer, range(module.num_layers))
        return module


def prefix(part: str) -> str:
    """Return what stands before the names of a part's arrays: nothing, `encoder.` or `decoder.`."""
    return "" if part == SEQUENCE else f"{part}."


def check_choice(name: str, value: str | int, there: tuple[str, ...] | range) -> None:
    """Raise `BadInput` with all that there is where `value` is not among it."""
    if value not in there:
        few = isinstance(there, tuple)
        known = "one of: " + ", ".join(map(str, there)) if few else f"{there[0]} to {there[-1]}"
        raise BadInput(f"there is no {name} {brief(repr(value))}", where=name, expected=known)
