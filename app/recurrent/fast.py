"""The fast way: one direction of one layer over many steps at nearly the speed of PyTorch's own module.

If PyTorch's kernel keeps the gates, they are read from its memory (`workspace`); otherwise the native kernel gives h,
and the signals are rebuilt from it (`rebuild`). Both give the same signals, and both are compared with the kernel's
own h and c. A cell without an entry in `FAST` is captured the stepwise way.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from . import rebuild, workspace
from .blocks import blocks
from .cells import CELLS
from .equations import Signals, States
from .trace import Parity, compare
from .weights import DirectionWeights

GRU = CELLS["gru"]

ANCHORS = (128, 16)
"""Steps over which an LSTM's cell state is rebuilt before it restarts from the kernel's own; the first entry that
agrees is used. Where a forget gate is 1, an error in its last digit grows with every step."""


@dataclass(frozen=True)
class DirectionRun:
    """The result for one direction of one layer: signals (T, B, H), final states (B, H), and their parity.

    The signals include pre-activations if they were computed.
    """

    signals: Signals
    final: States
    parity: Parity


def lstm(x: Tensor, initial: States, w: DirectionWeights, with_pre_activations: bool) -> DirectionRun:
    """An LSTM over x (T, B, I), T ≥ 1, from the states `initial` (B, H)."""
    run = _read_lstm(x, initial, w) if x.dtype == torch.float32 and workspace.is_readable() else None
    if run is None:
        return _rebuild_lstm(x, initial, w)
    if with_pre_activations:
        pre = rebuild.lstm_pre_activations(x, run.signals["hidden_state"], initial["hidden_state"], w)
        return DirectionRun(run.signals | pre, run.final, run.parity)
    return run


def _read_lstm(x: Tensor, initial: States, w: DirectionWeights) -> DirectionRun | None:
    run = workspace.read(x, initial["hidden_state"], initial["cell_state"], w)
    if run is None:
        return None
    i, f, g, o = run.gates.unbind()
    gates = {"input_gate": i, "forget_gate": f, "cell_candidate": g, "output_gate": o}
    return DirectionRun(
        gates | {"cell_state": run.cell_state, "hidden_state": run.hidden_state},
        {"hidden_state": run.last_hidden_state, "cell_state": run.last_cell_state},
        run.parity,
    )


def _rebuild_lstm(x: Tensor, initial: States, w: DirectionWeights) -> DirectionRun:
    run = _rebuild_between_anchors(x, initial, w, ANCHORS[0])
    for apart in ANCHORS[1:]:
        if run.parity.agrees:
            break
        run = _rebuild_between_anchors(x, initial, w, apart)
    return run


def _rebuild_between_anchors(x: Tensor, initial: States, w: DirectionWeights, apart: int) -> DirectionRun:
    h, c = initial["hidden_state"][None], initial["cell_state"][None]
    parts, anchors = [], [c]
    for block in torch.split(x, apart):
        out, h, c = torch.lstm(block, (h, c), w.flat, *_options(w))
        parts.append(out)
        anchors.append(c)
    hidden, carried = torch.cat(parts), torch.cat(anchors)
    pre = rebuild.lstm_pre_activations(x, hidden, initial["hidden_state"], w)
    signals = rebuild.lstm_signals(pre, carried[:-1], apart)
    cell = signals["cell_state"]
    ends = torch.cat([cell[apart - 1 : -1 : apart], cell[-1:]])
    parity = compare(ends, carried[1:]) | compare(rebuild.tanh(cell).mul_(signals["output_gate"]), hidden)
    final = {"hidden_state": h[0], "cell_state": c[0]}
    return DirectionRun(signals | pre | {"hidden_state": hidden}, final, parity)


def gru(x: Tensor, initial: States, w: DirectionWeights, with_pre_activations: bool) -> DirectionRun:
    """A GRU over x (T, B, I), T ≥ 1, from the states `initial` (B, H)."""
    steps, batch, _ = x.shape
    hidden, last = torch.gru(x, initial["hidden_state"][None], w.flat, *_options(w))
    names = GRU.signal_names + (GRU.pre_names if with_pre_activations else ())
    signals = {name: torch.empty_like(hidden) for name in names if name != "hidden_state"}
    parity = Parity()
    h = initial["hidden_state"]
    for block in blocks(steps, batch * w.units):
        before = rebuild.shift(hidden[block], h)
        h = hidden[block][-1]
        rebuilt = rebuild.gru_signals(x[block], before, w)
        for name, signal in signals.items():
            signal[block] = rebuilt[name]
        # (1 − z) ⊙ n + z ⊙ h of the step before
        follows = torch.lerp(rebuilt["candidate"], before, rebuilt["update_gate"])
        parity |= compare(follows, hidden[block])
    return DirectionRun(signals | {"hidden_state": hidden}, {"hidden_state": last[0]}, parity)


def rnn(x: Tensor, initial: States, w: DirectionWeights, with_pre_activations: bool) -> DirectionRun:
    """A plain network over x (T, B, I), T ≥ 1, from the states `initial` (B, H)."""
    kernel, function = {"tanh": (torch.rnn_tanh, torch.tanh), "relu": (torch.rnn_relu, torch.relu)}[
        w.nonlinearity
    ]
    hidden, last = kernel(x, initial["hidden_state"][None], w.flat, *_options(w))
    pre = rebuild.pre_activations(x, rebuild.shift(hidden, initial["hidden_state"]), w)
    return DirectionRun(
        {"hidden_state": hidden, "hidden_state.pre": pre},
        {"hidden_state": last[0]},
        compare(function(pre), hidden),
    )


def _options(w: DirectionWeights) -> tuple[bool, int, float, bool, bool, bool]:
    """The kernels' arguments after the weights: biases, 1 layer, no dropout or training, 1 direction, steps first."""
    return (w.bias_ih is not None, 1, 0.0, False, False, False)


FAST: dict[str, Callable[[Tensor, States, DirectionWeights, bool], DirectionRun]] = {
    "lstm": lstm,
    "gru": gru,
    "rnn": rnn,
}
