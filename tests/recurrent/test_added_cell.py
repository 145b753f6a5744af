"""A cell is added by a description and a step function, as docs/adding-a-cell.md says, and by nothing else.

Here it is an LSTM with coupled gates (Greff et al., "LSTM: A search space odyssey", 2017): it writes what it forgets.
"""

from typing import Any

import pytest
import torch
from torch import Tensor, nn, sigmoid, tanh
from torch.nn.functional import linear

from app.recurrent import (
    CELLS,
    CaptureError,
    CellDescription,
    Phase,
    Signal,
    Trace,
    Tracer,
    capture,
    capture_chunks,
    describe,
)
from app.recurrent.cells import LSTM
from app.recurrent.equations import STEPS, Signals, States
from app.recurrent.weights import DirectionWeights


class CoupledLSTM(nn.Module):
    """The cell's own module, written independently of the step below and named as PyTorch names its parameters."""

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bidirectional: bool = False,
        batch_first: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bidirectional, self.batch_first, self.bias = bidirectional, batch_first, True
        for layer in range(num_layers):
            for suffix in ("", "_reverse")[: 1 + bidirectional]:
                inputs = hidden_size * (1 + bidirectional) if layer else input_size
                for name, shape in (
                    ("weight_ih", (inputs,)),
                    ("weight_hh", (hidden_size,)),
                    ("bias_ih", ()),
                    ("bias_hh", ()),
                ):
                    weight = nn.Parameter(torch.randn(3 * hidden_size, *shape) / 2)
                    self.register_parameter(f"{name}_l{layer}{suffix}", weight)

    def forward(self, x: Tensor, hx: Any = None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        x = x.transpose(0, 1) if self.batch_first else x
        h_n, c_n = [], []
        k = 0
        for layer in range(self.num_layers):
            outputs = []
            for suffix in ("", "_reverse")[: 1 + self.bidirectional]:
                w_ih, w_hh, b_ih, b_hh = (
                    getattr(self, f"{name}_l{layer}{suffix}")
                    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
                )
                h, c = hx[0][k], hx[1][k]
                rows = []
                for x_t in x.flip(0) if suffix else x:
                    pre = torch.cat([x_t, h], -1) @ torch.cat([w_ih, w_hh], -1).T + b_ih + b_hh
                    keep = pre[:, : self.hidden_size].sigmoid()
                    new = pre[:, self.hidden_size : 2 * self.hidden_size].tanh()
                    c = keep * (c - new) + new
                    h = pre[:, 2 * self.hidden_size :].sigmoid() * c.tanh()
                    rows.append(h)
                outputs.append(torch.stack(rows[::-1] if suffix else rows))
                h_n.append(h)
                c_n.append(c)
                k += 1
            x = torch.cat(outputs, -1)
        return x.transpose(0, 1) if self.batch_first else x, (torch.stack(h_n), torch.stack(c_n))


def coupled_step(x: Tensor, state: States, w: DirectionWeights) -> Signals:
    """c = f ⊙ c + (1 − f) ⊙ g, h = o ⊙ tanh(c)."""
    h, c = state["hidden_state"], state["cell_state"]
    pre = linear(x, w.weight_ih, w.bias_ih) + linear(h, w.weight_hh, w.bias_hh)  # (B, 3H)
    f_pre, g_pre, o_pre = pre.chunk(3, dim=-1)
    f, g, o = sigmoid(f_pre), tanh(g_pre), sigmoid(o_pre)
    c = f * c + (1 - f) * g
    signals = {
        "forget_gate": f,
        "cell_candidate": g,
        "output_gate": o,
        "cell_state": c,
        "hidden_state": o * tanh(c),
    }
    return signals | {"forget_gate.pre": f_pre, "cell_candidate.pre": g_pre, "output_gate.pre": o_pre}


def signals() -> tuple[Signal, ...]:
    return tuple(signal for signal in LSTM.signals if signal.name != "input_gate")


COUPLED = CellDescription(
    kind="coupled",
    title="LSTM with coupled gates",
    module=CoupledLSTM,
    signals=signals(),
    gates=("forget_gate", "cell_candidate", "output_gate"),
    states=("hidden_state", "cell_state"),
    output="hidden_state",
    equations=tuple(equation for equation in LSTM.equations if equation.signal != "input_gate"),
    phases=(Phase("all", "All", 0.0, 1.0, "Everything.", (("input",),)),),
)


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two lines that add the cell."""
    monkeypatch.setitem(CELLS, "coupled", COUPLED)
    monkeypatch.setitem(STEPS, "coupled", coupled_step)


@pytest.fixture
def module() -> CoupledLSTM:
    torch.manual_seed(0)
    return CoupledLSTM(3, 5, num_layers=2, bidirectional=True)


def test_the_module_is_described(module: CoupledLSTM) -> None:
    assert describe(module) is COUPLED
    assert COUPLED.as_dict()["output"] == "hidden_state"


@pytest.mark.parametrize("batch_first", [False, True])
def test_its_trace_equals_its_own_module(module: CoupledLSTM, batch_first: bool) -> None:
    module.batch_first = batch_first
    x, hx = torch.randn(7, 7, 3), (torch.randn(4, 7, 5), torch.randn(4, 7, 5))
    trace = capture(module, x, hx)
    output, (h_n, c_n) = module(x, hx)
    torch.testing.assert_close(trace.output, output.transpose(0, 1) if batch_first else output)
    assert trace.final is not None
    torch.testing.assert_close(trace.final["hidden_state"], h_n)
    torch.testing.assert_close(trace.final["cell_state"], c_n)
    assert torch.equal(trace.initial["cell_state"], hx[1])
    assert trace.agrees


def test_it_has_every_signal_and_on_request_every_pre_activation(module: CoupledLSTM) -> None:
    trace = capture(module, torch.randn(6, 3), pre_activations=True)
    assert trace.cell == "coupled"
    assert trace.signals == (*COUPLED.signal_names, *COUPLED.pre_names)
    assert trace["layers.1.backward.cell_state"].shape == (6, 5)
    torch.testing.assert_close(trace["forget_gate"], trace["forget_gate.pre"].sigmoid())
    both = [trace[f"layers.1.{direction}.hidden_state"] for direction in ("forward", "backward")]
    assert torch.equal(trace.output, torch.cat(both, dim=-1))


def test_it_can_be_read_in_chunks(module: CoupledLSTM) -> None:
    x = torch.randn(9, 3)
    whole = capture(module, x)
    joined = Trace.join(capture_chunks(module, x, [4, 4, 4]))
    torch.testing.assert_close(joined.output, whole.output)
    one_way = CoupledLSTM(3, 5)
    tracer = Tracer(one_way)
    parts = Trace.join([tracer.advance(x[:4]), tracer.advance(x[4:])])
    torch.testing.assert_close(parts["cell_state"], capture(one_way, x)["cell_state"])


def test_it_is_checked_against_its_own_call(module: CoupledLSTM) -> None:
    module.register_forward_hook(lambda m, given, result: (result[0] + 0.25, result[1]))
    trace = capture(module, torch.randn(6, 3))
    assert not trace.agrees
    assert trace.parity == pytest.approx(0.25, abs=1e-5)


def test_its_last_states_are_checked_too(module: CoupledLSTM) -> None:
    module.register_forward_hook(lambda m, given, result: (result[0], (result[1][0], result[1][1] - 0.5)))
    assert capture(module, torch.randn(6, 3)).parity == pytest.approx(0.5, abs=1e-5)


def test_a_module_that_returns_another_shape_is_refused(module: CoupledLSTM) -> None:
    module.register_forward_hook(lambda m, given, result: (result[0][:1], result[1]))
    with pytest.raises(CaptureError, match="CoupledLSTM to return its output"):
        capture(module, torch.randn(6, 3))
