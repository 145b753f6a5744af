"""The loop over chunks, on a model of one part."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.networks import part
from app.networks.run import Run
from app.networks.writer import Generate
from app.recurrent import CELLS, Parity, Trace, Tracer, capture
from app.sequences import TextSequence
from tests.networks.models import small_model
from tests.networks.runs import STEPS, TEXT, assert_close, everything


@given(
    sizes=st.lists(st.integers(1, 9), min_size=1),
    bounds=st.tuples(st.integers(0, STEPS), st.integers(0, STEPS)).map(sorted),
    bidirectional=st.booleans(),
)
def test_the_chunks_of_any_split_and_part_are_cut_from_the_whole(
    sizes: list[int], bounds: list[int], bidirectional: bool
) -> None:
    model = small_model(bidirectional=bidirectional)
    start, stop = bounds
    chunks = list(Run(model, TEXT, from_step=start, stop_step=stop).chunks(sizes))
    expected = everything(Run(model, TEXT))
    position = start
    for chunk in chunks:
        assert chunk.start == position
        position = chunk.stop
        for name, array in chunk.arrays.items():
            assert_close(array, expected[name][chunk.start : chunk.stop])
    assert position == min(stop, start + sum(sizes))
    assert all(chunk.agreement.agrees for chunk in chunks)


def test_the_parity_of_a_chunk_covers_the_skipped_steps_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    advance = Tracer.advance

    def ever_better(tracer: Tracer, x: torch.Tensor) -> Trace:
        trace = advance(tracer, x)
        return replace(trace, agreement=Parity(1 / trace.stop))

    monkeypatch.setattr(Tracer, "advance", ever_better)
    monkeypatch.setattr("app.networks.part.SKIPPED_STEPS", 4)
    chunks = Run(small_model(), TEXT, from_step=10).chunks(repeat(5))
    assert [chunk.agreement.difference for chunk in chunks] == [1 / 4, 1 / 20, 1 / STEPS]


def test_skipped_steps_count_even_if_the_model_ends_before_the_first_wanted_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    advance = Tracer.advance
    away = Parity(None, False)
    monkeypatch.setattr(Tracer, "advance", lambda tracer, x: replace(advance(tracer, x), agreement=away))
    model = small_model(symbols="ab", end_token=True, unknown="refuse")
    model.network.head.bias[1] += 50.0  # the end token is certain
    run = Run(model, TextSequence("ab"), generate=Generate(steps=50), from_step=20)
    assert run.agreement == Parity()
    assert list(run.chunks(repeat(5))) == []
    assert run.agreement == away


def test_a_run_knows_whether_a_step_is_its_end() -> None:
    assert [Run(small_model(), TEXT).ends_at(step) for step in (0, STEPS - 1, STEPS)] == [False, False, True]
    assert Run(small_model(), TEXT, stop_step=3).ends_at(3)
    model = small_model(symbols="ab", end_token=True, unknown="refuse")
    endless = Run(model, TextSequence("ab"), generate=Generate(steps=5))
    assert endless.steps is None
    model.network.head.bias[1] += 50.0  # the end token is certain
    ending = Run(model, TextSequence("ab"), generate=Generate(steps=5))
    (chunk,) = ending.chunks(repeat(50))
    assert chunk.stop < 8
    assert [ending.ends_at(step) for step in (chunk.stop - 1, chunk.stop)] == [False, True]


def test_a_size_is_read_just_before_its_chunk_and_never_after_the_last() -> None:
    asked = []

    def sizes() -> Iterator[int]:
        for size in (4, 5, 1000):
            asked.append(size)
            yield size
        raise AssertionError("asked for a size after the last step")

    for _ in Run(small_model(), TEXT).chunks(sizes()):
        asked.append(0)
    assert asked == [4, 0, 5, 0, 1000, 0]


def test_only_chosen_signals_layers_and_directions_are_returned() -> None:
    model = small_model(layers=2, bidirectional=True)
    run = Run(model, TEXT, signals=["forget_gate.pre", "cell_state"], layers=[1], directions=["backward"])
    arrays = everything(run)
    chosen = [name for name in arrays if name.startswith("layers.")]
    assert chosen == ["layers.1.backward.cell_state", "layers.1.backward.forget_gate.pre"]
    header = run.header()
    assert (header["layers"], header["directions"]) == ([1], ["backward"])
    assert header["signals"] == ["cell_state", "forget_gate.pre"]


@pytest.mark.parametrize(
    ("cell", "extra"),
    [("lstm", "input_gate.pre"), ("gru", "candidate.recurrent"), ("rnn", "hidden_state.pre")],
)
def test_pre_activations_are_returned_on_request(cell: str, extra: str) -> None:
    model = small_model(cell=cell)
    arrays = everything(Run(model, TEXT, signals=[extra]))
    embedded = model.network.embedding(torch.from_numpy(arrays["token_ids"]))
    whole = capture(model.network.recurrent, embedded, pre_activations=True)
    assert_close(arrays[f"layers.0.forward.{extra}"], whole[extra])


def test_the_header_is_what_a_reader_needs() -> None:
    header = Run(small_model(), TextSequence("ab"), from_step=1).header()
    assert header == {
        "type": "header",
        "model": "small",
        "cell": "lstm",
        "layers": [0],
        "directions": ["forward"],
        "units": 5,
        "signals": list(CELLS["lstm"].signal_names),
        "steps": 3,
        "from_step": 1,
        "tokens": [
            {"text": "<start>", "start": None, "end": None, "special": True},
            {"text": "a", "start": 0, "end": 1},
            {"text": "b", "start": 1, "end": 2},
        ],
    }


@pytest.mark.parametrize(
    ("given", "where", "expected"),
    [
        ({"signals": ["nonsense"]}, "signals", "forget_gate"),
        ({"signals": ["reset_gate"]}, "signals", "forget_gate.pre"),
        ({"layers": [1]}, "layers", "some of 0"),
        ({"directions": ["backward"]}, "directions", "forward"),
        ({"from_step": -1}, "from_step", f"0 to {STEPS}"),
        ({"from_step": STEPS + 1}, "from_step", f"0 to {STEPS}"),
        ({"stop_step": STEPS + 1}, "stop_step", f"0 to {STEPS}"),
        ({"from_step": 5, "stop_step": 4}, "from_step", "0 to 4"),
    ],
)
def test_a_wrong_choice_is_refused_with_the_possible_ones(
    given: dict[str, object], where: str, expected: str
) -> None:
    with pytest.raises(BadInput) as caught:
        Run(small_model(), TEXT, **given)  # type: ignore[arg-type]
    assert caught.value.where == where
    assert expected in (caught.value.expected or "")


def test_skipped_steps_come_in_pieces() -> None:
    run = Run(small_model(), TextSequence("ab" * 200), from_step=300)
    pieces = list(run.pieces(repeat(50)))
    assert pieces[:3] == [None] * 3
    assert [(piece.start, piece.stop) for piece in pieces[3:] if piece] == [
        (300, 350),
        (350, 400),
        (400, 401),
    ]


def test_a_model_that_reads_backward_reads_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "BLOCK_NUMBERS", 1)  # so that a block has 16 steps, the fewest
    model = small_model(bidirectional=True)
    run = Run(model, TextSequence("a" * 99), from_step=5)
    pieces = list(run.pieces(repeat(50)))
    assert pieces[: 2 * 7] == [None] * (2 * 7)
    assert [(chunk.start, chunk.stop) for chunk in pieces if chunk] == [(5, 55), (55, 100)]
