"""A trace: every signal of every layer and direction over the steps of a sequence."""

import math
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
    """How far a trace is from the result of PyTorch's own module on the same input.

    `difference` is the largest absolute difference, or None if a value that is not finite differs.
    `agrees` says whether every value lies within 1e-5 + 1e-5·|reference|.
    """

    difference: float | None = 0.0
    agrees: bool = True

    def __or__(self, other: "Parity") -> "Parity":
        """The parity of both together: None and disagreement are kept."""
        agrees = self.agrees and other.agrees
        if self.difference is None or other.difference is None:
            return Parity(None, agrees)
        return Parity(max(self.difference, other.difference), agrees)


def compare(values: Tensor, reference: Tensor) -> Parity:
    """The parity of `values` with `reference`, both of the same shape.

    NaN agrees with NaN, and an infinity with an equal one; any other pair with a value that is not finite disagrees.
    """
    if not values.numel():
        return Parity()
    low, high = (values - reference).aminmax()
    difference = max(abs(float(low)), abs(float(high)))
    if difference <= ABSOLUTE_TOLERANCE:
        return Parity(difference)
    return _compare_exactly(values.double(), reference.double())


def _compare_exactly(values: Tensor, reference: Tensor) -> Parity:
    same = (values == reference) | (values.isnan() & reference.isnan())
    gap = torch.where(same, 0.0, values - reference).abs()
    agrees = same | (
        reference.isfinite() & (gap <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * reference.abs())
    )
    largest = float(gap.max())
    return Parity(largest if math.isfinite(largest) else None, bool(agrees.all()))


@dataclass(frozen=True)
class Trace:
    """All signals over the steps [`start`, `stop`) of a sequence, or of a batch of sequences of equal length.

    `arrays` maps ``layers.<layer>.<forward|backward>.<signal>`` to a tensor [steps, units], or
    [steps, batch, units] if the input had a batch. `output` is what the module returns: the last layer's hidden
    state, both directions side by side. `initial` maps each state (``hidden_state``; for an LSTM also ``cell_state``)
    to its value before the first step, [layers · directions, units] (with the batch between), and `final` to its last
    value, like the module's own h_n and c_n. A narrowed trace keeps `initial`; its `final` is None if it ends before
    the original trace.
    """

    cell: str
    layers: int
    directions: tuple[str, ...]
    units: int
    start: int
    arrays: Mapping[str, Tensor]
    output: Tensor
    agreement: Parity
    initial: Mapping[str, Tensor]
    final: Mapping[str, Tensor] | None = None

    @property
    def steps(self) -> int:
        """The number of steps in this trace."""
        return int(self.output.shape[0])

    @property
    def stop(self) -> int:
        return self.start + self.steps

    @property
    def kind(self) -> str:
        """What all chunks of a run share, in words: lstm with 2 × 8 units, forward, …"""
        batch = f"a batch of {self.output.shape[1]}" if self.output.dim() == 3 else "no batch"
        return (
            f"{self.cell} with {self.layers} × {self.units} units, {' and '.join(self.directions)}, "
            f"{batch}, {self.output.dtype}"
        )

    @property
    def parity(self) -> float | None:
        """The largest absolute difference from PyTorch's own module on the same input.

        None if a value that is not finite differs.
        """
        return self.agreement.difference

    @property
    def agrees(self) -> bool:
        """Whether every value lies within 1e-5 + 1e-5·|reference| of PyTorch's."""
        return self.agreement.agrees

    @property
    def signals(self) -> tuple[str, ...]:
        """The names of the signals in this trace, with pre-activations if they were requested."""
        description = CELLS[self.cell]
        names = (*description.signal_names, *description.pre_names)
        return tuple(name for name in names if f"layers.0.{self.directions[0]}.{name}" in self.arrays)

    def __getitem__(self, name: str) -> Tensor:
        """The array with this name, such as ``layers.0.forward.forget_gate``.

        A bare signal (``forget_gate``) means the first layer, forward.
        """
        found = self.arrays.get(name, self.arrays.get(f"layers.0.{self.directions[0]}.{name}"))
        if found is None:
            raise KeyError(f"expected one of {', '.join(self.arrays)}, but got {name}")
        return found

    def narrow(self, start: int, stop: int) -> "Trace":
        """The steps [start, stop) of this trace, as positions in the sequence, without copying."""
        if not self.start <= start <= stop <= self.stop:
            raise CaptureError(
                f"expected steps within [{self.start}, {self.stop}], but got [{start}, {stop}]"
            )
        part = slice(start - self.start, stop - self.start)
        arrays = {name: array[part] for name, array in self.arrays.items()}
        final = self.final if stop == self.stop else None
        return replace(self, start=start, arrays=arrays, output=self.output[part], final=final)

    @staticmethod
    def join(chunks: Iterable["Trace"]) -> "Trace":
        """Join consecutive chunks into one trace.

        Raises:
            CaptureError: there are no chunks, a chunk is missing, or their modules or arrays differ.
        """
        parts = list(chunks)
        if not parts:
            raise CaptureError("expected at least one chunk to join, but got none")
        for before, after in pairwise(parts):
            if before.kind != after.kind:
                raise CaptureError(
                    f"expected chunks of one module and one kind of input, but got {before.kind} and {after.kind}"
                )
            if before.arrays.keys() != after.arrays.keys():
                other = sorted(before.arrays.keys() ^ after.arrays.keys())
                raise CaptureError(f"expected chunks with the same arrays, but {other[0]} is not in all")
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
            initial=parts[0].initial,
        )
