import pytest
import torch
from torch import nn

from app.recurrent import CaptureError, Parity, Trace, capture
from app.recurrent.trace import compare


def trace(steps: int = 6) -> Trace:
    return capture(nn.LSTM(2, 3), torch.randn(steps, 2))


def test_narrow_counts_steps_as_the_sequence_does() -> None:
    whole = trace()
    part = whole.narrow(2, 5).narrow(3, 4)
    assert (part.start, part.stop, part.steps) == (3, 4, 1)
    assert torch.equal(part["forget_gate"], whole["forget_gate"][3:4])
    with pytest.raises(CaptureError, match=r"steps within \[0, 6\], but got \[4, 7\]"):
        whole.narrow(4, 7)


def test_join_wants_neighbours() -> None:
    whole = trace()
    assert torch.equal(
        Trace.join([whole.narrow(0, 2), whole.narrow(2, 6)])["cell_state"], whole["cell_state"]
    )
    with pytest.raises(CaptureError, match="from step 2, but got one from 3"):
        Trace.join([whole.narrow(0, 2), whole.narrow(3, 6)])
    with pytest.raises(CaptureError, match="at least one chunk"):
        Trace.join([])


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"layers\.0\.forward\.input_gate.*but got update_gate"):
        trace()["update_gate"]


def test_the_tolerance_grows_with_the_reference() -> None:
    gap = torch.tensor([0.005])
    assert compare(gap, torch.tensor([1000.0])).agrees
    assert not compare(gap, torch.tensor([1.0])).agrees


def test_the_largest_difference_counts_whatever_its_sign() -> None:
    assert compare(torch.tensor([0.25, -0.5]), torch.zeros(2)).difference == 0.5


def test_a_difference_that_is_no_number_is_never_lost() -> None:
    broken = compare(torch.tensor([0.0, float("nan"), 1.0]), torch.ones(3))
    for both in (
        broken | Parity(),
        Parity() | broken,
        Parity(0.5, False) | broken,
        broken | Parity(0.5, False),
    ):
        assert both.difference != both.difference
        assert not both.agrees
