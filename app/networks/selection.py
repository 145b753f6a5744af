"""The signals, layers and directions that a client wants from a part."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ..errors import BadInput, brief
from ..recurrent import RecurrentModule, describe
from ..recurrent.weights import directions as directions_of
from .place import Place

Choice = TypeVar("Choice", int, str)


@dataclass(frozen=True)
class Selection:
    """The chosen signals (pre-activations among them if asked for), layers and directions, in a trace's order."""

    signals: tuple[str, ...]
    layers: tuple[int, ...]
    directions: tuple[str, ...]
    pre_activations: bool

    @staticmethod
    def of(
        module: RecurrentModule,
        signals: Collection[str] | None,
        layers: Collection[int] | None,
        directions: Collection[str] | None,
    ) -> Selection:
        """Choose from a module's arrays; None chooses all, without pre-activations. Raises `BadInput`."""
        cell = describe(module)
        wanted = cell.signal_names if signals is None else signals
        chosen = _choose("signals", wanted, (*cell.signal_names, *cell.pre_names))
        return Selection(
            signals=chosen,
            layers=_choose("layers", layers, tuple(range(module.num_layers))),
            directions=_choose("directions", directions, directions_of(module)),
            pre_activations=bool(set(chosen) & set(cell.pre_names)),
        )

    def places(self, part: str) -> Iterator[Place]:
        """Yield the chosen places of a part."""
        for layer in self.layers:
            for direction in self.directions:
                yield Place(part, layer, direction)


def _choose(where: str, wanted: Collection[Choice] | None, there: tuple[Choice, ...]) -> tuple[Choice, ...]:
    if wanted is None:
        return there
    for choice in wanted:
        if choice not in there:
            raise BadInput(
                f"this model has no {where} {brief(repr(choice))}",
                where=where,
                expected="some of " + ", ".join(str(choice) for choice in there),
            )
    return tuple(choice for choice in there if choice in wanted)
