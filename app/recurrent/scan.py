"""A linear recurrence c_t = f_t ⊙ c_{t-1} + u_t over time, anchored every few steps.

The recurrence is known at its anchors, so the steps between them can be computed for all anchors at once. An error
cannot grow past the next anchor; where f is 1, nothing else would stop it.
"""

import torch
from torch import Tensor


def linear_recurrence(decay: Tensor, drive: Tensor, anchors: Tensor, apart: int) -> Tensor:
    """All c_t of c_t = decay_t ⊙ c_{t-1} + drive_t.

    Args:
        decay, drive: (T, B, H).
        anchors: (⌈T / apart⌉, B, H), the value before the steps 0, apart, 2·apart, …
        apart: the number of steps from an anchor to the next.

    Returns:
        (T, B, H)
    """
    out = torch.empty_like(drive)
    before = anchors
    for k in range(min(apart, len(drive))):
        now = out[k::apart]  # the k-th step after each anchor, if there is such a step
        torch.addcmul(drive[k::apart], decay[k::apart], before[: len(now)], out=now)
        before = now
    return out
