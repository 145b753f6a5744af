import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app.recurrent import scan


@given(steps=st.integers(1, 200), width=st.integers(1, 5), seed=st.integers(0, 10_000))
def test_equals_the_recurrence_written_out(steps: int, width: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    decay = torch.rand(steps, 2, width, generator=generator, dtype=torch.float64)
    drive = torch.randn(steps, 2, width, generator=generator, dtype=torch.float64)
    initial = torch.randn(2, width, generator=generator, dtype=torch.float64)
    value, expected = initial, []
    for t in range(steps):
        value = decay[t] * value + drive[t]
        expected.append(value)
    torch.testing.assert_close(scan.linear_recurrence(decay, drive, initial), torch.stack(expected))


@given(steps=st.integers(1, 100), seed=st.integers(0, 10_000))
def test_the_loop_and_the_scan_agree(steps: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    decay, drive = (torch.rand(steps, 3, 4, generator=generator) for _ in range(2))
    initial = torch.rand(3, 4, generator=generator)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "LOOP_WIDTH", 1)
        looped = scan.linear_recurrence(decay, drive, initial)
        patch.setattr(scan, "LOOP_WIDTH", 10**9)
        scanned = scan.linear_recurrence(decay, drive, initial)
    torch.testing.assert_close(looped, scanned, atol=1e-5, rtol=1e-5)


def test_a_gate_that_never_forgets_counts_exactly() -> None:
    ones = torch.ones(1000, 1, 1)
    assert scan.linear_recurrence(ones, ones, torch.zeros(1, 1))[-1].item() == 1000.0
