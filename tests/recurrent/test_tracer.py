from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import repeat
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from app.recurrent import (
    CELLS,
    CaptureError,
    Parity,
    Trace,
    Tracer,
    blocks,
    capture,
    capture_chunks,
    capture_stepwise,
    describe,
)
from tests.recurrent.modules import Case, cases


def assert_close(actual: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=1e-5)


def assert_same_trace(actual: Trace, expected: Trace) -> None:
    assert (actual.start, actual.stop, actual.signals) == (expected.start, expected.stop, expected.signals)
    assert actual.arrays.keys() == expected.arrays.keys()
    for name in expected.arrays:
        assert_close(actual[name], expected[name])
    assert_close(actual.output, expected.output)
    assert_same_states(actual.initial, expected.initial)
    assert_same_states(actual.final, expected.final)


def assert_same_states(actual: Mapping[str, Tensor] | None, expected: Mapping[str, Tensor] | None) -> None:
    assert actual is not None and expected is not None
    assert actual.keys() == expected.keys()
    for name in expected:
        assert_close(actual[name], expected[name])


def final_states(case: Case, trace: Trace) -> list[tuple[Tensor, Tensor]]:
    """Each last state of the trace, paired with the module's own."""
    assert trace.final is not None
    _, final = case.reference()
    given = final if isinstance(final, tuple) else (final,)
    return [(trace.final[name], own) for name, own in zip(CELLS[trace.cell].states, given, strict=True)]


@pytest.mark.parametrize("way", [capture, capture_stepwise])
@given(case=cases(), pre_activations=st.booleans())
def test_a_trace_equals_pytorch(way: Callable[..., Trace], case: Case, pre_activations: bool) -> None:
    trace = way(case.module, case.x, case.hx, pre_activations=pre_activations)
    output, _ = case.reference()
    assert_close(trace.output, output)
    for own, expected in final_states(case, trace):
        assert_close(own, expected)
    assert trace.agrees
    assert trace.parity is not None and trace.parity < 1e-5


@given(case=cases(), pre_activations=st.booleans())
def test_the_fast_way_equals_the_stepwise_way(case: Case, pre_activations: bool) -> None:
    assert_same_trace(
        capture(case.module, case.x, case.hx, pre_activations=pre_activations),
        capture_stepwise(case.module, case.x, case.hx, pre_activations=pre_activations),
    )


@given(case=cases(), sizes=st.lists(st.integers(1, 17), min_size=1))
def test_the_chunks_of_any_split_joined_equal_the_whole(case: Case, sizes: list[int]) -> None:
    def endless() -> "list[int] | repeat[int]":
        return sizes + [sizes[-1]] * case.steps

    chunks = list(capture_chunks(case.module, case.x, endless(), case.hx))
    assert [chunk.steps for chunk in chunks[:-1]] == endless()[: len(chunks) - 1]  # type: ignore[index]
    assert all(chunk.agrees for chunk in chunks)
    assert_same_trace(Trace.join(chunks), capture(case.module, case.x, case.hx))


@given(case=cases(bidirectional=False), cut=st.integers(0, 40))
def test_a_tracer_continues_where_it_stopped(case: Case, cut: int) -> None:
    time = 1 if case.module.batch_first and case.x.dim() == 3 else 0
    parts = case.x.tensor_split([min(cut, case.steps)], dim=time)
    runner = Tracer(case.module, case.hx)
    trace = Trace.join([runner.advance(part) for part in parts])
    assert runner.steps == case.steps
    assert_same_trace(trace, capture(case.module, case.x, case.hx))


@given(case=cases())
def test_a_trace_holds_its_initial_states(case: Case) -> None:
    trace = capture(case.module, case.x, case.hx)
    assert trace.final is not None
    given = case.hx if isinstance(case.hx, tuple) else (case.hx,)
    for k, state in enumerate(describe(case.module).states):
        assert trace.initial[state].shape == trace.final[state].shape
        expected = torch.zeros_like(trace.final[state]) if case.hx is None else given[k]
        assert torch.equal(trace.initial[state], expected)


def test_a_chunk_begins_with_the_final_states_of_the_previous_chunk() -> None:
    tracer = Tracer(nn.LSTM(2, 3, num_layers=2))
    before, after = tracer.advance(torch.randn(4, 2)), tracer.advance(torch.randn(3, 2))
    assert before.final is not None
    for state, value in before.final.items():
        assert torch.equal(after.initial[state], value)


@given(case=cases(min_steps=0, max_steps=0))
def test_zero_steps_give_an_empty_trace(case: Case) -> None:
    trace = capture(case.module, case.x, case.hx)
    assert (trace.steps, trace.parity, trace.agrees) == (0, 0.0, True)
    assert all(array.shape[0] == 0 for array in trace.arrays.values())


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_blocks_do_not_change_a_long_run(
    kind: type[nn.LSTM | nn.GRU], monkeypatch: pytest.MonkeyPatch
) -> None:
    module, x = kind(3, 8, num_layers=2, bidirectional=True), torch.randn(200, 2, 3)
    whole = capture(module, x, pre_activations=True)
    monkeypatch.setattr(blocks, "BLOCK_STEPS", 7)
    monkeypatch.setattr(blocks, "BLOCK_VALUES", 1)
    assert_same_trace(capture(module, x, pre_activations=True), whole)


def test_arrays_have_the_names_and_order_of_the_description() -> None:
    trace = capture(nn.LSTM(2, 3, num_layers=2, bidirectional=True), torch.randn(4, 2), pre_activations=True)
    lstm = CELLS["lstm"]
    assert list(trace.arrays) == [
        f"layers.{layer}.{direction}.{name}"
        for layer in range(2)
        for direction in ("forward", "backward")
        for name in (*lstm.signal_names, *lstm.pre_names)
    ]
    assert all(array.shape == (4, 3) and array.dtype == torch.float32 for array in trace.arrays.values())


def test_gates_are_their_pre_activations_squashed() -> None:
    trace = capture(nn.GRU(2, 3), torch.randn(5, 2), pre_activations=True)
    assert_close(trace["reset_gate"], torch.sigmoid(trace["reset_gate.pre"]))
    assert_close(trace["candidate"], torch.tanh(trace["candidate.pre"]))
    weights = describe(nn.GRU(2, 3))
    assert "candidate.recurrent" in weights.pre_names
    assert "candidate.recurrent" in trace.signals


def test_parity_detects_a_wrong_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel whose h is off by 0.01 must be detected: the parity does not compare a number with itself."""
    module, x = nn.GRU(2, 3), torch.randn(5, 2)
    own = torch.gru
    monkeypatch.setattr(torch, "gru", lambda *args: (own(*args)[0] + 0.01, own(*args)[1]))
    trace = capture(module, x)
    assert not trace.agrees
    assert trace.parity is not None and trace.parity > 1e-3


def test_double_precision_is_captured_in_double_precision() -> None:
    trace = capture(nn.LSTM(2, 3).double(), torch.randn(6, 2, dtype=torch.float64))
    assert trace["forget_gate"].dtype == torch.float64
    assert trace.parity is not None and trace.parity < 1e-12


def test_nan_passes_through_as_in_pytorch() -> None:
    x = torch.randn(6, 2)
    x[3, 0] = torch.nan
    trace = capture(nn.LSTM(2, 3), x)
    assert trace["forget_gate"][:3].isfinite().all()
    assert trace["forget_gate"][3:].isnan().all()
    assert trace.agreement == Parity(trace.parity, True)


def test_a_trace_has_no_gradient_and_does_not_change_the_module() -> None:
    module = nn.LSTM(2, 3).train()
    with torch.inference_mode():
        inside = capture(module, torch.randn(4, 2))
    trace = capture(module, torch.randn(4, 2, requires_grad=True))
    assert not any(array.requires_grad for array in trace.arrays.values())
    assert module.training
    assert module.weight_ih_l0.grad is None
    assert inside.agrees


@pytest.mark.parametrize(
    ("make", "x", "hx", "words"),
    [
        (
            lambda: nn.Linear(2, 3),
            torch.randn(4, 2),
            None,
            "expected an nn.LSTM, nn.GRU or nn.RNN, but got Linear",
        ),
        (
            lambda: nn.LSTM(2, 3, proj_size=2),
            torch.randn(4, 2),
            None,
            "without projection, but got proj_size=2",
        ),
        (lambda: nn.LSTM(2, 3).half(), torch.randn(4, 2).half(), None, "float32 or float64 weights"),
        (lambda: nn.LSTM(2, 3), torch.randn(4), None, r"shape \(T, I\)"),
        (lambda: nn.LSTM(2, 3), torch.randn(4, 5), None, r"2 features, but got \(4, 5\)"),
        (lambda: nn.LSTM(2, 3), torch.randn(4, 2).double(), None, "x of torch.float32"),
        (lambda: nn.LSTM(2, 3), torch.randn(4, 0, 2), None, "at least 1 sequence"),
        (lambda: nn.LSTM(2, 3), torch.randn(4, 2), torch.zeros(1, 3), r"hx as \(h0, c0\)"),
        (
            lambda: nn.GRU(2, 3),
            torch.randn(4, 2),
            torch.zeros(2, 3),
            r"initial hidden_state of shape \(1, 3\)",
        ),
        (
            lambda: nn.GRU(2, 3),
            torch.randn(4, 2),
            torch.zeros(1, 3).double(),
            "initial hidden_state of torch.float32",
        ),
    ],
)
def test_arguments_that_do_not_fit_are_refused_by_name(
    make: Callable[[], nn.LSTM], x: Tensor, hx: Tensor | None, words: str
) -> None:
    with pytest.raises(CaptureError, match=words):
        capture(make(), x, hx)


def mixed() -> nn.LSTM:
    module = nn.LSTM(2, 3, num_layers=2)
    module.weight_hh_l1 = nn.Parameter(torch.randn(12, 3, dtype=torch.float64))
    return module


# Made by the test: some of these tensors need parts of torch that take a second to import.
REFUSED: list[tuple[Callable[[], tuple[Any, ...]], str]] = [
    (lambda: (mixed(), torch.randn(4, 2)), r"of one type, but got torch\.float32 and torch\.float64"),
    (lambda: (nn.LSTM(2, 3).to("meta"), torch.randn(4, 2)), "weights on the CPU.*on meta"),
    (lambda: (nn.LSTM(2, 3), torch.randn(4, 2, device="meta")), "x as a dense tensor.*on meta"),
    (lambda: (nn.LSTM(2, 3), torch.randn(4, 2).to_sparse()), "x as a dense tensor.*sparse_coo"),
    (lambda: (nn.LSTM(2, 3), torch.randn(4, 2).to_mkldnn()), "x as a dense tensor.*_mkldnn"),
    (
        lambda: (nn.LSTM(2, 3), torch.nested.nested_tensor([torch.randn(4, 2)], layout=torch.jagged)),
        "but got a nested tensor",
    ),
    (lambda: (nn.GRU(2, 3), torch.randn(4, 2), torch.zeros(1, 3, device="meta")), "hidden_state as a dense"),
    (lambda: (nn.GRU(2, 3), torch.randn(4, 2), torch.zeros(1, 3).to_sparse()), "hidden_state as a dense"),
    (lambda: (nn.GRU(2, 3), torch.randn(4, 2), (torch.zeros(1, 3),)), "hidden_state of shape.* got tuple"),
    (lambda: (nn.GRU(2, 3), [[0.0, 1.0]]), "x of shape.* got list"),
]


@pytest.mark.parametrize(("make", "words"), REFUSED)
def test_tensors_that_cannot_be_captured_are_refused_by_kind(
    make: Callable[[], tuple[Any, ...]], words: str
) -> None:
    with pytest.raises(CaptureError, match=words):
        capture(*make())


def test_a_packed_sequence_is_refused() -> None:
    packed = nn.utils.rnn.pack_sequence([torch.randn(4, 2)])
    with pytest.raises(CaptureError, match="got PackedSequence"):
        capture(nn.LSTM(2, 3), packed)  # type: ignore[arg-type]


def test_a_tracer_refuses_two_directions_and_a_changed_batch() -> None:
    with pytest.raises(CaptureError, match="use capture_chunks"):
        Tracer(nn.LSTM(2, 3, bidirectional=True))
    runner = Tracer(nn.LSTM(2, 3))
    runner.advance(torch.randn(4, 1, 2))
    with pytest.raises(CaptureError, match="same batch size"):
        runner.advance(torch.randn(4, 2, 2))


@pytest.mark.parametrize("size", [0, -3, 2.5, "4", None])
def test_a_chunk_size_that_is_not_a_whole_number_is_refused(size: Any) -> None:
    with pytest.raises(CaptureError, match=f"at least 1 step, but got {size}"):
        next(capture_chunks(nn.LSTM(2, 3), torch.randn(4, 2), [size]))


def test_a_numpy_number_is_a_whole_number() -> None:
    sizes = [np.int64(3), np.uint8(1)]
    chunks = capture_chunks(nn.LSTM(2, 3), torch.randn(4, 2), sizes)  # type: ignore[arg-type]
    assert [chunk.steps for chunk in chunks] == [3, 1]


def test_a_tracer_continues_after_refusing_a_chunk() -> None:
    module, x = nn.LSTM(2, 3), torch.randn(6, 2)
    tracer = Tracer(module)
    first = tracer.advance(x[:4])
    with pytest.raises(CaptureError):
        tracer.advance(torch.randn(2, 5))
    with pytest.raises(CaptureError, match="same batch size, None, but got 1"):
        tracer.advance(x[4:, None])
    assert_same_trace(Trace.join([first, tracer.advance(x[4:])]), capture(module, x))


@given(case=cases(bidirectional=False))
def test_final_states_can_be_used_as_initial_states(case: Case) -> None:
    first = capture(case.module, case.x, case.hx)
    assert first.final is not None
    hx = tuple(first.final.values())
    again = Tracer(case.module, hx if len(hx) > 1 else hx[0]).advance(case.x)
    assert_same_states(again.initial, first.final)
    tracer = Tracer(case.module, case.hx)
    tracer.advance(case.x)
    assert_same_trace(replace(tracer.advance(case.x), start=0), again)
