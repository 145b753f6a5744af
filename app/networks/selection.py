"""Which signals, layers and directions of a network a reader wants."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ..errors import BadInput
from ..recurrent import CELLS
from .sequence_network import SequenceNetwork

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
        network: SequenceNetwork,
        signals: Collection[str] | None,
        layers: Collection[int] | None,
        directions: Collection[str] | None,
    ) -> Selection:
        """Choose from what a network has; None chooses all, but no pre-activations. Raises `BadInput`."""
        cell = CELLS[network.cell]
        there = ("forward", "backward") if network.sizes.bidirectional else ("forward",)
        wanted = cell.signal_names if signals is None else signals
        chosen = _choose("signals", wanted, (*cell.signal_names, *cell.pre_names))
        return Selection(
            signals=chosen,
            layers=_choose("layers", layers, tuple(range(network.sizes.layers))),
            directions=_choose("directions", directions, there),
            pre_activations=bool(set(chosen) & set(cell.pre_names)),
        )

    def names(self) -> Iterator[str]:
        """Yield the names of the chosen arrays of a trace."""
        for layer in self.layers:
            for direction in self.directions:
                yield from (f"layers.{layer}.{direction}.{signal}" for signal in self.signals)


def _choose(where: str, wanted: Collection[Choice] | None, there: tuple[Choice, ...]) -> tuple[Choice, ...]:
    if wanted is None:
        return there
    for choice in wanted:
        if choice not in there:
            raise BadInput(
                f"this model has no {where} {choice!r}",
                where=where,
                expected="some of " + ", ".join(str(choice) for choice in there),
            )
    return tuple(choice for choice in there if choice in wanted)
