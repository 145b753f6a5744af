"""The fast way: one direction of one layer over many steps at nearly the speed of PyTorch's own module.

Where PyTorch's kernel keeps the gates they are read from its memory (`workspace`); elsewhere h comes from the native
kernel and the signals are rebuilt from it (`rebuild`). Both give the same signals and both are compared with the
kernel's own h and last states.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from . import rebuild, workspace
from .rebuild import Signals, States
from .trace import Parity, compare
from .weights import DirectionWeights


@dataclass(frozen=True)
class DirectionRun:
    """What one direction of one layer gave: signals (T, B, H), last states (B, H), and their parity.

    `hidden_state` is what PyTorch's own kernel gave. Pre-activations are among the signals where they came up.
    """

    signals: Signals
    final: States
    parity: Parity


def run_direction(
    cell: str, x: Tensor, initial: States, w: DirectionWeights, with_pre_activations: bool
) -> DirectionRun:
    """Run x (T, B, I), T ≥ 1, from the states `initial` (B, H)."""
    x = x.contiguous()
    if cell == "lstm" and not with_pre_activations and x.dtype == torch.float32 and workspace.is_readable():
        run = workspace.read(x, initial["hidden_state"], initial["cell_state"], w)
        if run is not None:
            i, f, g, o = run.gates.unbind()
            c, h = run.cell_state, run.hidden_state
            return DirectionRun(
                signals={"input_gate": i, "forget_gate": f, "cell_candidate": g, "output_gate": o}
                | {"cell_state": c, "hidden_state": h},
                final={"hidden_state": run.last_hidden_state, "cell_state": run.last_cell_state},
                parity=run.parity,
            )
    return _rebuilt(cell, x, initial, w)


def _rebuilt(cell: str, x: Tensor, initial: States, w: DirectionWeights) -> DirectionRun:
    hidden, final = native(cell, x, initial, w)
    signals = rebuild.pre_activations(cell, x, hidden, initial, w)
    if cell == "lstm":
        signals |= rebuild.lstm_signals(signals, initial)
    elif cell == "gru":
        signals |= rebuild.gru_signals(signals)
    parity = compare(rebuild.rebuilt_hidden(cell, signals, hidden, initial, w), hidden)
    if cell == "lstm":
        parity |= compare(signals["cell_state"][-1], final["cell_state"])
    return DirectionRun(signals | {"hidden_state": hidden}, final, parity)


def native(cell: str, x: Tensor, initial: States, w: DirectionWeights) -> tuple[Tensor, States]:
    """PyTorch's own kernel for one layer in one direction: h of all steps (T, B, H) and the last states (B, H)."""
    h = initial["hidden_state"][None]
    options = (w.bias_ih is not None, 1, 0.0, False, False, False)
    if cell == "lstm":
        out, h_n, c_n = torch.lstm(x, (h, initial["cell_state"][None]), w.flat, *options)
        return out, {"hidden_state": h_n[0], "cell_state": c_n[0]}
    kernel = {"gru": torch.gru, "rnn": torch.rnn_relu if w.nonlinearity == "relu" else torch.rnn_tanh}[cell]
    out, h_n = kernel(x, h, w.flat, *options)
    return out, {"hidden_state": h_n[0]}
