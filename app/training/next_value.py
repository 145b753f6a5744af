"""The objective of a forecaster: the error of its scores, in units of the usual change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ..networks.codecs.scaler import Matrix, Scaled
from ..networks.forecaster import Forecaster
from .chance import chance

LARGEST_CHANGE = 8.0
"""Changes are clipped to this many usual changes, so that no single jump dominates the training."""


@dataclass(frozen=True)
class Windows:
    """Sequences side by side: `inputs` [T, B, inputs], and the right scores as `targets` [T, B, outputs], NaN where
    they are not counted."""

    inputs: Tensor
    targets: Tensor


class NextValue:
    """The mean error of a batch's scores: squared below `even`, absolute above (smooth L1)."""

    def __init__(
        self, network: Forecaster, batches: Callable[[int], Windows], *, seed: int, even: float
    ) -> None:
        self._network = network
        self._batches = batches
        self._seed = seed
        self._even = even

    def __call__(self, step: int, carried: None) -> tuple[Tensor, None]:
        """Return the loss of a step; nothing is carried to the next step."""
        windows = self._batches(step)
        with chance(self._seed, step):
            scores, _ = self._network(windows.inputs)
        counted = ~windows.targets.isnan()
        wanted = windows.targets[counted].clamp(-LARGEST_CHANGE, LARGEST_CHANGE)
        return nn.functional.smooth_l1_loss(scores[counted], wanted, beta=self._even), None


def right_scores(scaled: Scaled, following: Matrix) -> Tensor:
    """Return the scores of a perfect forecast, float32 [steps, outputs], NaN where the scale is 0.

    `following` holds the actual next values, [steps, outputs].
    """
    change = following - scaled.level
    scores = np.divide(change, scaled.scale, out=np.full_like(change, np.nan), where=scaled.scale > 0)
    return torch.from_numpy(scores.astype(np.float32))
