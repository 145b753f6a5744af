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
"""What a larger change counts as, in units of the usual one, so that no single jump rules a training."""


@dataclass(frozen=True)
class Windows:
    """Sequences side by side: `inputs` [T, B, inputs], and in `targets` [T, B, outputs] the scores that would be
    right, NaN where none is counted."""

    inputs: Tensor
    targets: Tensor


class NextValue:
    """The mean error of the scores of a batch; errors below `even` count squared, all others as they are."""

    def __init__(
        self, network: Forecaster, batches: Callable[[int], Windows], *, seed: int, even: float
    ) -> None:
        self._network = network
        self._batches = batches
        self._seed = seed
        self._even = even

    def __call__(self, step: int, carried: None) -> tuple[Tensor, None]:
        """Return the loss of a step; nothing is carried on."""
        windows = self._batches(step)
        with chance(self._seed, step):
            scores, _ = self._network(windows.inputs)
        counted = ~windows.targets.isnan()
        wanted = windows.targets[counted].clamp(-LARGEST_CHANGE, LARGEST_CHANGE)
        return nn.functional.smooth_l1_loss(scores[counted], wanted, beta=self._even), None


def right_scores(scaled: Scaled, following: Matrix) -> Tensor:
    """Return the scores with which a forecast would be right: float32 [steps, outputs], NaN where the scale is 0.

    `following` is what really came next, [steps, outputs].
    """
    change = following - scaled.level
    scores = np.divide(change, scaled.scale, out=np.full_like(change, np.nan), where=scaled.scale > 0)
    return torch.from_numpy(scores.astype(np.float32))
