"""Capturing a bidirectional module in blocks, against capturing it whole."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from app.recurrent import CaptureError, Parity, capture
from app.recurrent.layerwise import capture_in_pieces, capture_layerwise

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


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("both", [True, False])
def test_the_whole_trace_in_pieces_is_the_whole_trace(cell: str, both: bool) -> None:
    torch.manual_seed(0)
    module, x = KINDS[cell](3, 4, 2, bidirectional=both), torch.randn(10, 3)
    whole = capture(module, x, pre_activations=True)
    *pieces, made = capture_in_pieces(module, x, 3, pre_activations=True)
    assert pieces == [None] * (4 * 2 * (1 + both))
    assert made is not None
    assert (made.kind, made.steps, made.signals) == (whole.kind, whole.steps, whole.signals)
    assert made.arrays.keys() == whole.arrays.keys()
    for name, array in whole.arrays.items():
        torch.testing.assert_close(made.arrays[name], array)
    torch.testing.assert_close(made.output, whole.output)
    torch.testing.assert_close(made.initial, whole.initial)
    assert made.agrees
