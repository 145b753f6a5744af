"""Random recurrent modules, inputs and initial states for the tests of the heart."""

from dataclasses import dataclass
from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from app.recurrent import RecurrentModule


@dataclass(frozen=True)
class Case:
    module: RecurrentModule
    x: Tensor
    hx: Any

    @property
    def steps(self) -> int:
        return int(self.x.shape[1] if self.module.batch_first and self.x.dim() == 3 else self.x.shape[0])

    def reference(self) -> tuple[Tensor, Any]:
        """The result of PyTorch's own module: its output with time first, and its last states."""
        with torch.no_grad():
            output, final = self.module(self.x, self.hx)
        return (output.transpose(0, 1) if self.module.batch_first and output.dim() == 3 else output), final


@st.composite
def cases(
    draw: st.DrawFn, min_steps: int = 1, max_steps: int = 40, bidirectional: bool | None = None
) -> Case:
    torch.manual_seed(draw(st.integers(0, 2**31)))
    kind = draw(st.sampled_from(["lstm", "gru", "rnn_tanh", "rnn_relu"]))
    inputs, units = draw(st.integers(1, 9)), draw(st.sampled_from([1, 2, 3, 7, 16, 20, 33, 64]))
    options: dict[str, Any] = {
        "num_layers": draw(st.integers(1, 3)),
        "bidirectional": draw(st.booleans()) if bidirectional is None else bidirectional,
        "bias": draw(st.booleans()),
        "batch_first": draw(st.booleans()),
    }
    if kind.startswith("rnn"):
        module: nn.LSTM | nn.GRU | nn.RNN = nn.RNN(
            inputs, units, nonlinearity=kind.removeprefix("rnn_"), **options
        )
    else:
        module = {"lstm": nn.LSTM, "gru": nn.GRU}[kind](inputs, units, **options)
    steps = draw(st.integers(min_steps, max_steps))
    batch = draw(st.sampled_from([None, 1, 2, 5]))
    if batch is None:
        shape: tuple[int, ...] = (steps, inputs)
    else:
        shape = (batch, steps, inputs) if options["batch_first"] else (steps, batch, inputs)
    rows = options["num_layers"] * (2 if options["bidirectional"] else 1)
    state_shape = (rows, units) if batch is None else (rows, batch, units)
    hx: Any = None
    if draw(st.booleans()):
        hx = torch.randn(state_shape)
        if kind == "lstm":
            hx = (hx, torch.randn(state_shape) * 3)
    return Case(module.eval(), torch.randn(shape) * draw(st.sampled_from([0.1, 1.0, 5.0])), hx)
