"""A linear recurrence c_t = f_t ⊙ c_{t-1} + u_t over time, without a loop over the steps where that is faster.

The prefix scan composes the maps c ↦ f·c + u of neighbouring steps in log₂(T) vectorised passes (Hillis & Steele,
"Data parallel algorithms", 1986). Forget gates lie in [0, 1], so that the products cannot overflow.
"""

import torch
from torch import Tensor

# A step of the plain loop costs a few microseconds whatever its width; from about this many values a step upwards
# that is cheaper than passing over the whole array log₂(T) times.
LOOP_WIDTH = 2048


def linear_recurrence(decay: Tensor, drive: Tensor, initial: Tensor) -> Tensor:
    """All c_t of c_t = decay_t ⊙ c_{t-1} + drive_t.

    Args:
        decay: (T, B, H), each value in [0, 1].
        drive: (T, B, H).
        initial: (B, H), the value before the first step.

    Returns:
        (T, B, H)
    """
    if initial.numel() >= LOOP_WIDTH:
        return _loop(decay, drive, initial)
    return _scan(decay, drive, initial)


def _loop(decay: Tensor, drive: Tensor, initial: Tensor) -> Tensor:
    out = torch.empty_like(drive)
    before = initial
    for t in range(drive.shape[0]):
        before = torch.addcmul(drive[t], decay[t], before, out=out[t])
    return out


def _scan(decay: Tensor, drive: Tensor, initial: Tensor) -> Tensor:
    value, factor = drive.clone(), decay.clone()
    value[0].addcmul_(factor[0], initial)
    reach = 1
    while reach < drive.shape[0]:
        value[reach:] += factor[reach:] * value[:-reach]
        factor[reach:] = factor[reach:] * factor[:-reach]
        reach *= 2
    return value
