"""Rebuilding a cell's signals from its hidden states: the part of the fast way that works everywhere.

PyTorch's module gives h for all steps. With h shifted by one step, every pre-activation of every step is one matrix
product away, and so are the gates; the cell state of an LSTM follows by a scan (`scan`). Shapes: x (T, B, I),
h (T, B, H), states (B, H).
"""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn.functional import linear

from .scan import linear_recurrence
from .weights import DirectionWeights

Signals = dict[str, Tensor]
States = Mapping[str, Tensor]


def shift(states: Tensor, initial: Tensor) -> Tensor:
    """The state before each step: `initial` (B, H), then all but the last of `states` (T, B, H)."""
    return torch.cat([initial[None], states[:-1]])


def pre_activations(cell: str, x: Tensor, h: Tensor, initial: States, w: DirectionWeights) -> Signals:
    """The pre-activation of each gate at each step (T, B, H), by its name in the trace."""
    before = shift(h, initial["hidden_state"])
    from_input = linear(x, w.weight_ih, w.bias_ih)  # (T, B, G·H)
    from_hidden = linear(before, w.weight_hh, w.bias_hh)  # (T, B, G·H)
    if cell == "gru":
        r_x, z_x, n_x = from_input.chunk(3, dim=-1)
        r_h, z_h, n_h = from_hidden.chunk(3, dim=-1)
        r_pre = r_x + r_h
        pre = (r_pre, z_x + z_h, torch.addcmul(n_x, torch.sigmoid(r_pre), n_h), n_h.contiguous())
        return dict(
            zip(
                ("reset_gate.pre", "update_gate.pre", "candidate.pre", "candidate.recurrent"),
                pre,
                strict=True,
            )
        )
    total = from_input.add_(from_hidden)
    if cell == "rnn":
        return {"hidden_state.pre": total}
    gates = ("input_gate.pre", "forget_gate.pre", "cell_candidate.pre", "output_gate.pre")
    return dict(zip(gates, (part.contiguous() for part in total.chunk(4, dim=-1)), strict=True))


def lstm_signals(pre: Signals, initial: States) -> Signals:
    """The gates and the cell state of an LSTM at each step (T, B, H), from its pre-activations."""
    i = torch.sigmoid(pre["input_gate.pre"])
    f = torch.sigmoid(pre["forget_gate.pre"])
    g = torch.tanh(pre["cell_candidate.pre"])
    o = torch.sigmoid(pre["output_gate.pre"])
    c = linear_recurrence(f, i * g, initial["cell_state"])
    return {"input_gate": i, "forget_gate": f, "cell_candidate": g, "output_gate": o, "cell_state": c}


def gru_signals(pre: Signals) -> Signals:
    """The gates and the candidate of a GRU at each step (T, B, H), from their pre-activations."""
    return {
        "reset_gate": torch.sigmoid(pre["reset_gate.pre"]),
        "update_gate": torch.sigmoid(pre["update_gate.pre"]),
        "candidate": torch.tanh(pre["candidate.pre"]),
    }


def rebuilt_hidden(cell: str, signals: Signals, h: Tensor, initial: States, w: DirectionWeights) -> Tensor:
    """The hidden state (T, B, H) that follows from the rebuilt signals, to be compared with the module's own h."""
    if cell == "lstm":
        return torch.tanh(signals["cell_state"]).mul_(signals["output_gate"])
    if cell == "gru":
        # (1 - z) ⊙ n + z ⊙ h_{t-1}
        return torch.lerp(signals["candidate"], shift(h, initial["hidden_state"]), signals["update_gate"])
    pre = signals["hidden_state.pre"]
    return torch.relu(pre) if w.nonlinearity == "relu" else torch.tanh(pre)
