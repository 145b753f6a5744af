import math
from functools import reduce
from operator import or_
from random import Random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from app.recurrent import CaptureError, Parity, Trace, capture, capture_chunks
from app.recurrent.trace import compare


def trace(steps: int = 6) -> Trace:
    return capture(nn.LSTM(2, 3), torch.randn(steps, 2))


def test_narrow_takes_positions_in_the_sequence() -> None:
    whole = trace()
    part = whole.narrow(2, 5).narrow(3, 4)
    assert (part.start, part.stop, part.steps) == (3, 4, 1)
    assert torch.equal(part["forget_gate"], whole["forget_gate"][3:4])
    with pytest.raises(CaptureError, match=r"steps within \[0, 6\], but got \[4, 7\]"):
        whole.narrow(4, 7)


def test_join_needs_consecutive_chunks() -> None:
    whole = trace()
    assert torch.equal(
        Trace.join([whole.narrow(0, 2), whole.narrow(2, 6)])["cell_state"], whole["cell_state"]
    )
    with pytest.raises(CaptureError, match="from step 2, but got one from 3"):
        Trace.join([whole.narrow(0, 2), whole.narrow(3, 6)])
    with pytest.raises(CaptureError, match="at least one chunk"):
        Trace.join([])


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (nn.GRU(2, 3), "lstm with .* and gru with"),
        (nn.LSTM(2, 4), "1 × 3 units.* and .*1 × 4 units"),
        (nn.LSTM(2, 3, num_layers=2), "and lstm with 2 × 3"),
        (nn.LSTM(2, 3, bidirectional=True), "forward and backward"),
        (nn.LSTM(2, 3).double(), r"torch\.float64"),
    ],
)
def test_only_chunks_of_one_module_can_be_joined(other: nn.LSTM | nn.GRU, words: str) -> None:
    after = capture(other, torch.randn(6, 2, dtype=next(other.parameters()).dtype)).narrow(3, 6)
    with pytest.raises(CaptureError, match=words):
        Trace.join([trace().narrow(0, 3), after])


def test_only_chunks_of_one_kind_of_input_can_be_joined() -> None:
    module = nn.LSTM(2, 3)
    after = capture(module, torch.randn(6, 5, 2)).narrow(3, 6)
    with pytest.raises(CaptureError, match=r"no batch.* and .*a batch of 5"):
        Trace.join([trace().narrow(0, 3), after])
    more = capture(module, torch.randn(6, 2), pre_activations=True).narrow(3, 6)
    with pytest.raises(CaptureError, match=r"same arrays, but layers\.0\.forward\.\w+\.pre is not in all"):
        Trace.join([trace().narrow(0, 3), more])


def test_joined_bidirectional_chunks_have_the_last_states() -> None:
    module, x = nn.LSTM(2, 3, bidirectional=True), torch.randn(6, 2)
    whole = Trace.join(capture_chunks(module, x, [2, 2, 2]))
    _, (h_n, c_n) = module(x)
    assert whole.final is not None
    torch.testing.assert_close(whole.final["hidden_state"], h_n)
    torch.testing.assert_close(whole.final["cell_state"], c_n)


def test_an_unknown_name_is_refused_with_the_known_names() -> None:
    with pytest.raises(KeyError, match=r"layers\.0\.forward\.input_gate.*but got update_gate"):
        trace()["update_gate"]


def test_a_narrowed_trace_has_last_states_only_if_it_ends_with_the_whole() -> None:
    whole = trace()
    assert whole.narrow(0, 4).final is None
    assert whole.narrow(2, 6).final is whole.final
    assert whole.narrow(2, 6).initial is whole.initial


NAN, INFINITY = math.nan, math.inf


def parity_of(values: list[float], reference: list[float], dtype: torch.dtype = torch.float32) -> Parity:
    return compare(torch.tensor(values, dtype=dtype), torch.tensor(reference, dtype=dtype))


def test_the_tolerance_grows_with_the_reference() -> None:
    assert parity_of([1000.005], [1000.0]).agrees
    assert not parity_of([1.005], [1.0]).agrees


def test_every_pair_counts_not_only_the_largest_difference() -> None:
    assert not parity_of([1000.005, 0.004], [1000.0, 0.0]).agrees


def test_the_largest_difference_counts_whatever_its_sign() -> None:
    assert parity_of([0.25, -0.5], [0.0, 0.0]) == Parity(0.5, False)


def test_a_value_that_is_not_finite_agrees_only_with_itself() -> None:
    same = [NAN, INFINITY, -INFINITY, 0.0]
    assert parity_of(same, same) == Parity(0.0, True)
    assert parity_of([NAN, 1.5], [NAN, 1.0]) == Parity(0.5, False)


@pytest.mark.parametrize("value", [NAN, INFINITY, -INFINITY])
@pytest.mark.parametrize("other", [0.0, 3e38, NAN, INFINITY, -INFINITY])
def test_a_value_that_is_not_finite_disagrees_with_all_others(value: float, other: float) -> None:
    if value == other or (value != value and other != other):
        return
    for pair in ([value], [other]), ([other], [value]), ([value, NAN], [other, NAN]):
        assert parity_of(*pair) == Parity(None, False)


def test_the_difference_of_finite_values_is_finite_even_where_float32_overflows() -> None:
    assert parity_of([2.0**127], [-(2.0**127)]) == Parity(2.0**128, False)


values = st.floats(width=32) | st.just(NAN)


@given(pairs=st.lists(st.tuples(values, values | st.just(0.0))), same=st.lists(values))
def test_agreement_equals_a_comparison_pair_by_pair(
    pairs: list[tuple[float, float]], same: list[float]
) -> None:
    expected = Parity()
    pairs += zip(same, same, strict=True)
    for value, reference in pairs:
        if value == reference or (value != value and reference != reference):
            continue
        finite = math.isfinite(value) and math.isfinite(reference)
        gap = abs(value - reference) if finite else None
        expected |= Parity(gap, gap is not None and gap <= 1e-5 + 1e-5 * abs(reference))
    values, references = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    assert parity_of(values, references, torch.float64) == expected


parities = st.builds(Parity, st.floats(0, allow_infinity=False)) | st.builds(
    Parity, st.none() | st.floats(0, allow_infinity=False), st.just(False)
)


@given(parts=st.lists(parities, min_size=1), order=st.randoms())
def test_no_fold_loses_disagreement_or_a_missing_difference(parts: list[Parity], order: Random) -> None:
    whole = reduce(or_, parts)
    assert whole.agrees == all(part.agrees for part in parts)
    differences = [part.difference for part in parts if part.difference is not None]
    assert whole.difference == (max(differences) if len(differences) == len(parts) else None)
    order.shuffle(parts)
    assert reduce(or_, parts) == whole
    assert whole | Parity() == Parity() | whole == whole
