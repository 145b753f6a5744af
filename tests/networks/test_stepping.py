from typing import Any

import pytest
import torch
from torch import nn

from app.networks.stepping import Stepper


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize(
    "make",
    [nn.LSTM, nn.GRU, nn.RNN, lambda *sizes, **more: nn.RNN(*sizes, nonlinearity="relu", **more)],
    ids=["lstm", "gru", "rnn", "relu"],
)
@torch.no_grad()
def test_steps_give_what_the_module_gives(make: Any, layers: int, bias: bool) -> None:
    torch.manual_seed(0)
    module = make(3, 4, num_layers=layers, bias=bias)
    x = torch.randn(9, 3)
    _, begun = module(x[:4])
    expected, last = module(x[4:], begun)
    stepper, state, outputs = Stepper(module), begun, []
    for row in x[4:]:
        output, state = stepper.step(row[None], state)
        outputs.append(output)
    torch.testing.assert_close(torch.cat(outputs), expected)
    torch.testing.assert_close(state, last)
