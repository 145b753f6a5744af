"""A trace: every signal of every layer and direction over the steps of a sequence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import torch
from torch import Tensor

from .cells import CELLS
from .errors import CaptureError

ABSOLUTE_TOLERANCE = 1e-5
RELATIVE_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Parity:
    """How far rebuilt values lie from those that PyTorch's own module gave on the same input.

    `difference` is the largest absolute difference; `agrees` says whether every single one lies within
    1e-5 + 1e-5·|reference|.
    """

    difference: float = 0.0
    agrees: bool = True

    def __or__(self, other: "Parity") -> "Parity":
        """The parity of both together; a difference that is no number stays visible."""
        known = self.difference >= other.difference or self.difference != self.difference
        return Parity(self.difference if known else other.difference, self.agrees and other.agrees)


def compare(gap: Tensor, reference: Tensor) -> Parity:
    """The parity of values that lie `gap` away from `reference`, both of the same shape."""
    if not gap.numel():
        return Parity()
    low, high = gap.aminmax()
    difference = max(-float(low), float(high), key=lambda side: (side != side, side))
    agrees = difference <= ABSOLUTE_TOLERANCE or bool(
        (gap.abs() <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * reference.abs()).all()
    )
    return Parity(difference, agrees)


@dataclass(frozen=True)
class Trace:
    """All signals over the steps [`start`, `stop`) of one sequence, or of a batch of equally long ones.

    `arrays` maps ``layers.<layer>.<forward|backward>.<signal>`` to a tensor [steps, units], or
    [steps, batch, units] where the input had a batch. `output` is what the module returns: the last layer's hidden
    state, both directions side by side. `final` maps each state (``hidden_state``; for an LSTM also ``cell_state``)
    to its last value [layers · directions, units] (with the batch between), as the module's own h_n and c_n;
    None where a direction has yet to reach its last step.
    """

    cell: str
    layers: int
    directions: tuple[str, ...]
    units: int
    start: int
    arrays: Mapping[str, Tensor]
    output: Tensor
    agreement: Parity
    final: Mapping[str, Tensor] | None = None

    @property
    def steps(self) -> int:
        """How many steps this trace holds."""
        return int(self.output.shape[0])

    @property
    def stop(self) -> int:
        return self.start + self.steps

    @property
    def parity(self) -> float:
        """The largest absolute difference from PyTorch's own module on this very input."""
        return self.agreement.difference

    @property
    def agrees(self) -> bool:
        """Whether every value lies within 1e-5 + 1e-5·|reference| of PyTorch's."""
        return self.agreement.agrees

    @property
    def signals(self) -> tuple[str, ...]:
        """The names of the signals held, pre-activations included where they were asked for."""
        description = CELLS[self.cell]
        names = (*description.signal_names, *description.pre_names)
        return tuple(name for name in names if f"layers.0.{self.directions[0]}.{name}" in self.arrays)

    def __getitem__(self, name: str) -> Tensor:
        """The array of that name, such as ``layers.0.forward.forget_gate``.

        A bare signal (``forget_gate``) stands for the first layer, forward.
        """
        found = self.arrays.get(name, self.arrays.get(f"layers.0.{self.directions[0]}.{name}"))
        if found is None:
            raise KeyError(f"expected one of {', '.join(self.arrays)}, but got {name}")
        return found

    def narrow(self, start: int, stop: int) -> "Trace":
        """The steps [start, stop) of this trace, counted as the sequence counts them, without copying."""
        if not self.start <= start <= stop <= self.stop:
            raise CaptureError(
                f"expected steps within [{self.start}, {self.stop}], but got [{start}, {stop}]"
            )
        part = slice(start - self.start, stop - self.start)
        arrays = {name: array[part] for name, array in self.arrays.items()}
        return replace(self, start=start, arrays=arrays, output=self.output[part], final=None)

    @staticmethod
    def join(chunks: Iterable["Trace"]) -> "Trace":
        """One trace from chunks that follow one another."""
        parts = list(chunks)
        if not parts:
            raise CaptureError("expected at least one chunk to join, but got none")
        for before, after in pairwise(parts):
            if before.stop != after.start:
                raise CaptureError(
                    f"expected a chunk from step {before.stop}, but got one from {after.start}"
                )
        if len(parts) == 1:
            return parts[0]
        agreement = Parity()
        for part in parts:
            agreement |= part.agreement
        return replace(
            parts[-1],
            start=parts[0].start,
            arrays={name: torch.cat([part.arrays[name] for part in parts]) for name in parts[0].arrays},
            output=torch.cat([part.output for part in parts]),
            agreement=agreement,
        )
