import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from app.recurrent.scan import linear_recurrence


def written_out(decay: Tensor, drive: Tensor, initial: Tensor) -> Tensor:
    value, rows = initial, []
    for t in range(len(drive)):
        value = decay[t] * value + drive[t]
        rows.append(value)
    return torch.stack(rows)


@given(
    steps=st.integers(1, 100), apart=st.integers(1, 40), width=st.integers(1, 5), seed=st.integers(0, 10_000)
)
def test_equals_the_recurrence_written_out(steps: int, apart: int, width: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    decay = torch.rand(steps, 2, width, generator=generator, dtype=torch.float64)
    drive = torch.randn(steps, 2, width, generator=generator, dtype=torch.float64)
    initial = torch.randn(1, 2, width, generator=generator, dtype=torch.float64)
    expected = written_out(decay, drive, initial[0])
    anchors = torch.cat([initial, expected])[:-1:apart]
    torch.testing.assert_close(linear_recurrence(decay, drive, anchors, apart), expected)


def test_restarts_at_every_anchor() -> None:
    ones = torch.ones(7, 1, 1)
    anchors = torch.tensor([0.0, 100.0, 200.0]).reshape(3, 1, 1)
    assert linear_recurrence(ones, ones, anchors, 3).flatten().tolist() == [1, 2, 3, 101, 102, 103, 201]


def test_a_gate_that_never_forgets_counts_exactly() -> None:
    ones = torch.ones(1000, 1, 1)
    assert linear_recurrence(ones, ones, torch.zeros(1, 1, 1), 1000)[-1].item() == 1000.0
