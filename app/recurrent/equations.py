"""One step of each recurrent cell, as the textbook writes it.

This is the stepwise way: slow, plain, and the oracle that the fast way is tested against. The equations are those
of PyTorch's documentation; the LSTM is Hochreiter & Schmidhuber (1997) with the forget gate of Gers et al. (2000),
the GRU is Cho et al. (2014) with the reset gate after the matrix product, the plain network is Elman (1990).

Each function takes x (B, I), the previous step's states, and the weights; it returns every signal (B, H) and every
pre-activation by name. `states` in the cell's description lists the signals that the next step starts from.
"""

from collections.abc import Callable, Mapping

from torch import Tensor, relu, sigmoid, tanh
from torch.nn.functional import linear

from .weights import DirectionWeights

Signals = dict[str, Tensor]
States = Mapping[str, Tensor]


def lstm_step(x: Tensor, state: States, w: DirectionWeights) -> Signals:
    """Forget, write, expose: c = f ⊙ c + i ⊙ g, h = o ⊙ tanh(c)."""
    h, c = state["hidden_state"], state["cell_state"]
    pre = linear(x, w.weight_ih, w.bias_ih) + linear(h, w.weight_hh, w.bias_hh)  # (B, 4H)
    i_pre, f_pre, g_pre, o_pre = pre.chunk(4, dim=-1)
    i, f, g, o = sigmoid(i_pre), sigmoid(f_pre), tanh(g_pre), sigmoid(o_pre)
    c = f * c + i * g
    h = o * tanh(c)
    signals = {"input_gate": i, "forget_gate": f, "cell_candidate": g, "output_gate": o}
    pres = {
        "input_gate.pre": i_pre,
        "forget_gate.pre": f_pre,
        "cell_candidate.pre": g_pre,
        "output_gate.pre": o_pre,
    }
    return {**signals, "cell_state": c, "hidden_state": h, **pres}


def gru_step(x: Tensor, state: States, w: DirectionWeights) -> Signals:
    """Mix the old hidden state with a candidate: h = (1 − z) ⊙ n + z ⊙ h."""
    h = state["hidden_state"]
    r_x, z_x, n_x = linear(x, w.weight_ih, w.bias_ih).chunk(3, dim=-1)
    r_h, z_h, n_h = linear(h, w.weight_hh, w.bias_hh).chunk(3, dim=-1)
    r = sigmoid(r_x + r_h)
    z = sigmoid(z_x + z_h)
    n = tanh(n_x + r * n_h)
    h = (1 - z) * n + z * h
    signals = {"reset_gate": r, "update_gate": z, "candidate": n, "hidden_state": h}
    pres = {"reset_gate.pre": r_x + r_h, "update_gate.pre": z_x + z_h, "candidate.pre": n_x + r * n_h}
    return {**signals, **pres, "candidate.recurrent": n_h}


def rnn_step(x: Tensor, state: States, w: DirectionWeights) -> Signals:
    """Squash the weighted input and the weighted past: h = tanh(pre), or relu(pre)."""
    pre = linear(x, w.weight_ih, w.bias_ih) + linear(state["hidden_state"], w.weight_hh, w.bias_hh)  # (B, H)
    return {"hidden_state": relu(pre) if w.nonlinearity == "relu" else tanh(pre), "hidden_state.pre": pre}


STEPS: dict[str, Callable[[Tensor, States, DirectionWeights], Signals]] = {
    "lstm": lstm_step,
    "gru": gru_step,
    "rnn": rnn_step,
}
