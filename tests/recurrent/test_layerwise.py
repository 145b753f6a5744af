"""Capturing a bidirectional module in blocks, against capturing it whole."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from app.recurrent import CaptureError, Parity, capture
from app.recurrent.layerwise import capture_layerwise

KINDS: dict[str, Any] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


@given(
    cell=st.sampled_from(sorted(KINDS)),
    layers=st.integers(1, 3),
    both=st.booleans(),
    steps=st.integers(1, 20),
    size=st.integers(1, 25),
    begun=st.booleans(),
)
def test_the_blocks_joined_are_the_whole_trace(
    cell: str, layers: int, both: bool, steps: int, size: int, begun: bool
) -> None:
    torch.manual_seed(steps)
    module = KINDS[cell](3, 4, layers, bidirectional=both)
    x = torch.randn(steps, 3)
    states = [torch.randn(layers * (1 + both), 4) for _ in range(1 + (cell == "lstm"))]
    hx: Any = (tuple(states) if cell == "lstm" else states[0]) if begun else None
    whole = capture(module, x, hx, pre_activations=True)
    found = {name: np.full(array.shape, np.nan) for name, array in whole.arrays.items()}
    agreement = Parity()
    for block in capture_layerwise(module, x, size, hx, pre_activations=True):
        assert block.stop - block.start <= size
        agreement |= block.agreement
        for name, array in block.arrays.items():
            found[name][block.start : block.stop] = array
    for name, array in whole.arrays.items():
        np.testing.assert_allclose(found[name], array, rtol=1e-5, atol=1e-5)
    assert agreement.agrees


def test_an_altered_module_is_refused() -> None:
    module = nn.LSTM(3, 4, bidirectional=True)
    module.register_forward_hook(lambda module, x, output: None)
    with pytest.raises(CaptureError):
        next(capture_layerwise(module, torch.randn(5, 3), 2))
