"""Codecs for numbers: they scale a user's values for a network, and turn its scores back into values.

A forecaster scores how each output changes from one step to the next. For each step, both scalers give the level that
the change is added to and the scale of the change; the forecast is level + scale · score, in the user's units. Level
and scale depend only on this step and earlier steps.
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
    """Scaled steps: the network's `inputs`, float32 [steps, input size], and a `level` and a `scale` for each step and
    output, both float64 [steps, outputs]."""

    inputs: NDArray[np.float32]
    level: Matrix
    scale: Matrix

    def between(self, start: int, stop: int) -> Scaled:
        """Return the steps [`start`, `stop`)."""
        return Scaled(self.inputs[start:stop], self.level[start:stop], self.scale[start:stop])

    def forecast(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Turn a network's scores into the next step's values, in the user's units; both [steps, outputs]."""
        return (self.level + self.scale * scores).astype(np.float32)


class Scaling(Protocol):
    """The scaling of one sequence, read from its first step onward."""

    def read(self, values: Matrix) -> Scaled:
        """Scale the next steps, [steps, features]; the result is bit for bit the same however the sequence is cut."""


class Scaler(Protocol):
    """A codec for numbers."""

    @property
    def vocabulary(self) -> list[dict[str, Any]]:
        """Empty: numbers have no tokens."""

    @property
    def columns(self) -> int:
        """The number of features it reads."""

    @property
    def features(self) -> tuple[str, ...] | None:
        """The names of the features it reads; None if it accepts any."""

    @property
    def input_size(self) -> int:
        """The number of inputs that a network receives at each step."""

    def inputs_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the network's inputs, from the names of the features."""

    def outputs_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the outputs, from the names of the features."""

    def begin(self) -> Scaling:
        """Start to read a sequence."""


@dataclass(frozen=True)
class FixedScaler:
    """Scales by means and deviations taken from training data, [features]; `changes` are the deviations of the
    outputs' changes from step to step, [outputs]."""

    features: tuple[str, ...]
    outputs: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    changes: tuple[float, ...]

    vocabulary: ClassVar[list[dict[str, Any]]] = []

    @property
    def columns(self) -> int:
        """The number of features it reads."""
        return len(self.features)

    @property
    def input_size(self) -> int:
        """One input for each feature."""
        return len(self.features)

    def inputs_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the features: each is one input."""
        return tuple(features)

    def outputs_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the outputs, which are fixed."""
        return self.outputs

    def begin(self) -> FixedScaler:
        """Start to read a sequence; a fixed scaler carries nothing from step to step."""
        return self

    def read(self, values: Matrix) -> Scaled:
        """Return (x − mean) / deviation, [steps, features]."""
        inputs = (values - np.array(self.means)) / np.array(self.deviations)
        level = values[:, [self.features.index(name) for name in self.outputs]]
        return Scaled(inputs.astype(np.float32), level, np.broadcast_to(self.changes, level.shape))


@dataclass(frozen=True)
class RunningScaler:
    """Scales every column by its own values so far, so it works for any unit."""

    columns: int = 1

    features: ClassVar[None] = None
    vocabulary: ClassVar[list[dict[str, Any]]] = []

    @property
    def input_size(self) -> int:
        """Two inputs for each column: its value and its change."""
        return 2 * self.columns

    def inputs_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the features, then the names of their changes."""
        return (*features, *(f"change of {name}" for name in features))

    def outputs_of(self, features: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the outputs: every feature."""
        return tuple(features)

    def begin(self) -> RunningScaling:
        """Start to read a new sequence."""
        return RunningScaling(self.columns)


class RunningScaling:
    """The mean, the deviation and the usual change of the steps read so far, after Welford (1962).

    At step t the network receives (xₜ − mₜ) / sₜ, where mₜ and sₜ are the mean and the deviation of x₀ … xₜ, and
    (xₜ − xₜ₋₁) / dₜ, where dₜ is the root mean square of the changes up to t. The level is xₜ, and the scale is dₜ.
    While a column has not changed yet, its inputs are zeros.
    """

    def __init__(self, columns: int) -> None:
        zeros = np.zeros((1, columns))
        self._count = 0
        self._first = self._last = self._mean = zeros  # (1, columns)
        self._sum = self._squares = self._changes = zeros  # (1, columns)

    def read(self, values: Matrix) -> Scaled:
        """Scale the next steps, [steps, columns]. Sums continue across chunks, so cuts cannot change a bit."""
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
    """Return the running sums of terms [T, columns], starting from `before` [1, columns], added one by one."""
    return np.cumsum(np.concatenate([before, terms]), 0)[1:]


def _ratio(values: Matrix, scale: Matrix) -> Matrix:
    """Return values / scale, 0 where the scale is 0."""
    return np.divide(values, scale, out=np.zeros_like(values), where=scale > 0)


class FixedScalerConfig(BaseModel):
    """A `FixedScaler` in a model folder's configuration; `outputs` are some of the `features`."""

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
    """A `RunningScaler` in a model folder's configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["running-scaler"] = "running-scaler"
    columns: int = Field(1, ge=1, le=1_024)

    def build(self) -> RunningScaler:
        """Make the codec."""
        return RunningScaler(self.columns)
