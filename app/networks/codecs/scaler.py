"""Codecs for numbers: what a network receives of a user's values, and how its scores become values again.

A forecaster scores how each output changes from one step to the next. Both scalers say, step by step, from which
level that change counts and how large its unit is; the forecast is level + scale · score, in the user's units. What
they say of a step depends on that step and on those before it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scaled:
    """Steps as a network receives them: `inputs` float32 [steps, input size], and for each step and output a `level`
    and a `scale`, both float64 [steps, outputs]."""

    inputs: NDArray[np.float32]
    level: Matrix
    scale: Matrix

    def between(self, start: int, stop: int) -> Scaled:
        """Return the steps [`start`, `stop`)."""
        return Scaled(self.inputs[start:stop], self.level[start:stop], self.scale[start:stop])

    def forecast(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the next step's values in the user's units, from a network's scores; both [steps, outputs]."""
        return (self.level + self.scale * scores).astype(np.float32)


class Scaling(Protocol):
    """The scaling of one sequence, read from its first step on."""

    def read(self, values: Matrix) -> Scaled:
        """Scale the next steps, [steps, features]; how a sequence is cut makes no difference, to the bit."""


class Scaler(Protocol):
    """A codec for numbers; `features` are the columns that it knows by name, None where any will do."""

    @property
    def vocabulary(self) -> list[dict[str, Any]]:
        """No tokens: numbers are read."""

    @property
    def columns(self) -> int:
        """How many features it reads."""

    @property
    def features(self) -> tuple[str, ...] | None:
        """The names of the features that it reads, None where any will do."""

    @property
    def input_size(self) -> int:
        """How many numbers a network receives at each step."""

    def inputs_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Name what the network receives, given the names of the features."""

    def outputs_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Name what is forecast, given the names of the features."""

    def begin(self) -> Scaling:
        """Start to read a sequence."""


@dataclass(frozen=True)
class FixedScaler:
    """Means and deviations that were learned from training data, [features]; `changes` are the deviations of the
    outputs' changes from step to step, [outputs]."""

    features: tuple[str, ...]
    outputs: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    changes: tuple[float, ...]

    vocabulary: ClassVar[list[dict[str, Any]]] = []

    @property
    def columns(self) -> int:
        """How many features it reads."""
        return len(self.features)

    @property
    def input_size(self) -> int:
        """A number for each feature."""
        return len(self.features)

    def inputs_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Name the features: the network receives each once."""
        return tuple(features)

    def outputs_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Name what is forecast: always the same."""
        return self.outputs

    def begin(self) -> FixedScaler:
        """Start to read a sequence: nothing is carried from step to step."""
        return self

    def read(self, values: Matrix) -> Scaled:
        """Return (x − mean) / deviation, [steps, features]."""
        inputs = (values - np.array(self.means)) / np.array(self.deviations)
        level = values[:, [self.features.index(name) for name in self.outputs]]
        return Scaled(inputs.astype(np.float32), level, np.broadcast_to(self.changes, level.shape))


@dataclass(frozen=True)
class RunningScaler:
    """Scales every column by what has been read of it so far, so that it needs to know no unit beforehand."""

    columns: int = 1

    features: ClassVar[None] = None
    vocabulary: ClassVar[list[dict[str, Any]]] = []

    @property
    def input_size(self) -> int:
        """Two numbers for each column: where it is, and how it has changed."""
        return 2 * self.columns

    def inputs_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Name where each feature is, then how each has changed."""
        return (*features, *(f"change of {name}" for name in features))

    def outputs_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Name what is forecast: every feature."""
        return tuple(features)

    def begin(self) -> RunningScaling:
        """Start to read a sequence, of which nothing is known."""
        return RunningScaling(self.columns)


class RunningScaling:
    """The mean, the deviation and the usual change of the steps read so far, after Welford (1962).

    At step t the network receives (xₜ − mₜ) / sₜ, where mₜ and sₜ are the mean and the deviation of x₀ … xₜ, and
    (xₜ − xₜ₋₁) / dₜ, where dₜ is the root of the mean square of the changes up to t. The level is xₜ, the scale dₜ.
    Where nothing has changed so far, it receives zeros.
    """

    def __init__(self, columns: int) -> None:
        zeros = np.zeros((1, columns))
        self._count = 0
        self._first = self._last = self._mean = zeros  # (1, columns)
        self._sum = self._squares = self._changes = zeros  # (1, columns)

    def read(self, values: Matrix) -> Scaled:
        """Scale the next steps, [steps, columns]. Sums go on from the step before, so no cut can change a bit."""
        if not len(values):
            return Scaled(np.empty((0, 2 * values.shape[1]), np.float32), values, values)
        if not self._count:
            self._first = self._last = self._mean = values[:1]
        counts = np.arange(self._count + 1, self._count + len(values) + 1)[:, None]  # (T, 1)
        sums = _running(self._sum, values - self._first)  # (T, columns)
        means = self._first + sums / counts
        before = np.concatenate([self._mean, means[:-1]])
        squares = _running(self._squares, (values - before) * (values - means))
        change = values - np.concatenate([self._last, values[:-1]])
        changes = _running(self._changes, change**2)
        deviation = np.sqrt(np.maximum(squares, 0.0) / counts)
        usual = np.sqrt(changes / np.maximum(counts - 1, 1))
        self._count += len(values)
        self._sum, self._mean, self._last = sums[-1:], means[-1:], values[-1:]
        self._squares, self._changes = squares[-1:], changes[-1:]
        inputs = np.concatenate([_ratio(values - means, deviation), _ratio(change, usual)], 1)
        return Scaled(inputs.astype(np.float32), values, usual)


def _running(before: Matrix, terms: Matrix) -> Matrix:
    """Return the running sums of terms [T, columns] that go on from `before` [1, columns], added one by one."""
    return np.cumsum(np.concatenate([before, terms]), 0)[1:]


def _ratio(values: Matrix, scale: Matrix) -> Matrix:
    """Return values / scale, 0 where the scale is 0."""
    return np.divide(values, scale, out=np.zeros_like(values), where=scale > 0)


class FixedScalerConfig(BaseModel):
    """A `FixedScaler` as a model folder states it; `outputs` are some of the `features`."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: Literal["fixed-scaler"] = "fixed-scaler"
    features: tuple[str, ...] = Field(min_length=1)
    outputs: tuple[str, ...] = Field(min_length=1)
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    changes: tuple[float, ...]

    @model_validator(mode="after")
    def _numbers_for_each(self) -> FixedScalerConfig:
        if len(set(self.features)) < len(self.features) or not set(self.outputs) <= set(self.features):
            raise ValueError("expected every feature once, and outputs that are features")
        if not len(self.features) == len(self.means) == len(self.deviations):
            raise ValueError("expected a mean and a deviation for each feature")
        if len(self.outputs) != len(self.changes):
            raise ValueError("expected the deviation of the changes of each output")
        if min(*self.deviations, *self.changes) <= 0:
            raise ValueError("expected deviations above 0")
        return self

    def build(self) -> FixedScaler:
        """Make the codec."""
        return FixedScaler(self.features, self.outputs, self.means, self.deviations, self.changes)


class RunningScalerConfig(BaseModel):
    """A `RunningScaler` as a model folder states it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["running-scaler"] = "running-scaler"
    columns: int = Field(1, ge=1, le=1_024)

    def build(self) -> RunningScaler:
        """Make the codec."""
        return RunningScaler(self.columns)
