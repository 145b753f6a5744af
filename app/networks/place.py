"""A place: a part of a model, a layer and a direction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..errors import BadInput, brief
from ..recurrent import RecurrentModule
from ..recurrent.weights import directions

SEQUENCE = "sequence"
"""The part's name in a model with a single part; its arrays have no prefix."""

STATES = "states."
"""How the names of the states at the end of a chunk begin."""

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

    def state(self, state: str) -> str:
        """Return the name of a state's array at the end of a chunk: `states.0.forward.<state>`."""
        return f"{prefix(self.part)}{STATES}{self.layer}.{self.direction}.{state}"

    def row(self, module: RecurrentModule) -> int:
        """Return this place's row in a state [layers · directions, units] of the part's module."""
        return self.layer * len(directions(module)) + directions(module).index(self.direction)

    @staticmethod
    def of_signal(array: str) -> tuple[Place, str] | None:
        """Return the place and the signal in an array's name; None if the array holds no signal."""
        found = SIGNAL.fullmatch(array)
        if not found:
            return None
        part, layer, direction, signal = found.groups()
        return Place(part or SEQUENCE, int(layer), direction), signal

    def module(self, parts: Mapping[str, RecurrentModule]) -> RecurrentModule:
        """Return the module of this place's part; raises `BadInput` with the available places if there is none."""
        check_choice("part", self.part, tuple(parts))
        module = parts[self.part]
        check_choice("direction", self.direction, directions(module))
        check_choice("layer", self.layer, range(module.num_layers))
        return module


def places_of(module: RecurrentModule) -> Iterator[Place]:
    """Yield all places of a model's only part, in the order of a state's rows."""
    for layer in range(module.num_layers):
        for direction in directions(module):
            yield Place(SEQUENCE, layer, direction)


def prefix(part: str) -> str:
    """Return the prefix of a part's array names: nothing, `encoder.` or `decoder.`."""
    return "" if part == SEQUENCE else f"{part}."


def check_choice(name: str, value: str | int, there: tuple[str, ...] | range) -> None:
    """Raise `BadInput` with the available choices if `value` is not one of them."""
    if value not in there:
        few = isinstance(there, tuple)
        known = "one of: " + ", ".join(map(str, there)) if few else f"{there[0]} to {there[-1]}"
        raise BadInput(f"there is no {name} {brief(repr(value))}", where=name, expected=known)
