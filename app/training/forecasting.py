"""What forecaster recipes share: forecast errors, and those of simpler methods."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..networks.codecs import FixedScalerConfig, RunningScalerConfig, Scaler
from ..networks.codecs.scaler import Matrix
from ..networks.forecaster import Forecaster
from ..networks.tasks.forecaster import ForecasterConfig
from .loop import Progress
from .recipe import Recipe

ScalerConfig = FixedScalerConfig | RunningScalerConfig


class ForecasterRecipe(Recipe[Forecaster, ScalerConfig, Scaler]):
    """A recipe for a network that reads numbers and predicts the next numbers."""

    described_as = ForecasterConfig

    def describe_progress(self, progress: Progress) -> str:
        """Give the error of the scores in words."""
        return f"off by {progress.loss:.3f} of a usual change"


def mean_absolute_error(expected: Matrix, real: Matrix) -> float:
    """Return the mean absolute error of forecasts, in the unit of the values."""
    return float(np.abs(expected - real).mean())


def root_mean_square_error(expected: Matrix, real: Matrix) -> float:
    """Return the root mean square error of forecasts, in the unit of the values."""
    return float(np.sqrt(((expected - real) ** 2).mean()))


def seasonal_error(series: Matrix, first: int, lags: Iterable[int]) -> float:
    """Return the smallest mean absolute error of "same as `lag` steps ago", over a series from step `first` onward.

    The lag is chosen in hindsight for each series: no lag chosen beforehand could do better.
    """
    return min(mean_absolute_error(series[first - lag : -lag], series[first:]) for lag in lags)
