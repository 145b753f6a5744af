"""Rebuilds a cell's signals from its hidden states: the part of the fast way that works everywhere.

PyTorch's module gives h for all steps. With h shifted by one step, a single matrix product gives every pre-activation
of every step, and so the gates; a scan (`scan`) gives the cell state of an LSTM. Shapes: x (T, B, I), h (T, B, H),
states (B, H).
"""

import torch
from torch import Tensor
from torch.nn.functional import linear

from .equations import Signals
from .scan import linear_recurrence
from .weights import DirectionWeights


def shift(states: Tensor, initial: Tensor) -> Tensor:
    """The state before each step: `initial` (B, H), then all but the last of `states` (T, B, H)."""
    return torch.cat([initial[None], states[:-1]])


def pre_activations(x: Tensor, before: Tensor, w: DirectionWeights, gates: slice = slice(None)) -> Tensor:
    """W_i x + b_i + W_h h + b_h (T, B, rows), from the hidden state before each step; `gates` selects weight rows."""
    bias = None if w.bias_ih is None or w.bias_hh is None else w.bias_ih[gates] + w.bias_hh[gates]
    total = linear(x, w.weight_ih[gates], bias)
    total.flatten(0, 1).addmm_(before.flatten(0, 1), w.weight_hh[gates].T)
    return total


def lstm_pre_activations(x: Tensor, h: Tensor, initial: Tensor, w: DirectionWeights) -> Signals:
    """The pre-activation of each gate of an LSTM at each step (T, B, H)."""
    i, f, g, o = pre_activations(x, shift(h, initial), w).chunk(4, dim=-1)
    return {"input_gate.pre": i, "forget_gate.pre": f, "cell_candidate.pre": g, "output_gate.pre": o}


def lstm_signals(pre: Signals, anchors: Tensor, apart: int) -> Signals:
    """The gates and the cell state of an LSTM at each step (T, B, H), from its pre-activations.

    `anchors` (⌈T / apart⌉, B, H) is the cell state before the steps 0, apart, 2·apart, …
    """
    i = torch.sigmoid(pre["input_gate.pre"])
    f = torch.sigmoid(pre["forget_gate.pre"])
    g = torch.tanh(pre["cell_candidate.pre"])
    o = torch.sigmoid(pre["output_gate.pre"])
    c = linear_recurrence(f, i * g, anchors, apart)
    return {"input_gate": i, "forget_gate": f, "cell_candidate": g, "output_gate": o, "cell_state": c}


def gru_signals(x: Tensor, before: Tensor, w: DirectionWeights) -> Signals:
    """The gates, the candidate and all pre-activations of a GRU at each step (T, B, H)."""
    r_x, z_x, n_x = linear(x, w.weight_ih, w.bias_ih).chunk(3, dim=-1)
    r_h, z_h, n_h = linear(before, w.weight_hh, w.bias_hh).chunk(3, dim=-1)
    r_pre, z_pre = r_x.add_(r_h), z_x.add_(z_h)
    r, z = torch.sigmoid(r_pre), torch.sigmoid(z_pre)
    n_pre = n_x.addcmul_(r, n_h)
    return {
        "reset_gate": r,
        "update_gate": z,
        "candidate": tanh(n_pre),
        "reset_gate.pre": r_pre,
        "update_gate.pre": z_pre,
        "candidate.pre": n_pre,
        "candidate.recurrent": n_h,
    }


def tanh(x: Tensor) -> Tensor:
    """tanh(x), as 2σ(2x) − 1: on a CPU, PyTorch's σ takes a seventh of the time of its tanh.

    The absolute error stays below 2e-7; near 0 the relative error does not.
    """
    return (2 * x).sigmoid_().mul_(2).sub_(1)
