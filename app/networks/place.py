"""A place: the part of a model, the layer and the direction that someone looks at."""

from __future__ import annotations

from dataclasses import dataclass

SEQUENCE = "sequence"
"""The name of the only part of a model that has one; its arrays have no prefix."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One direction of one layer of one part."""

    part: str = SEQUENCE
    layer: int = 0
    direction: str = "forward"

    def array(self, signal: str) -> str:
        """Return the name of a signal's array: `layers.0.forward.forget_gate`, `encoder.layers.0.…`."""
        return f"{prefix(self.part)}layers.{self.layer}.{self.direction}.{signal}"


def is_signal(array: str) -> bool:
    """Tell whether an array of that name holds a signal, of whichever part."""
    return array.startswith("layers.") or ".layers." in array


def prefix(part: str) -> str:
    """Return what stands before the names of a part's arrays: nothing, `encoder.` or `decoder.`."""
    return "" if part == SEQUENCE else f"{part}."
