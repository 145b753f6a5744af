from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput, EmptySequence, TooLarge, UnknownToken
from app.networks.model import Model
from app.networks.run import Run, RunChunk
from app.networks.writer import Generate
from app.recurrent import CELLS, Parity, Trace, Tracer, capture
from app.sequences import NumericSequence, TextSequence
from tests.networks.models import LETTERS, small_model

TEXT = TextSequence("a bad cafe?\nface a fig")
STEPS = len(TEXT.text) + 1


def assert_close(actual: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-5, atol=1e-5)


def joined(chunks: list[RunChunk]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([chunk.arrays[name] for chunk in chunks]) for name in chunks[0].arrays}


def everything(run: Run, size: int = 1000) -> dict[str, np.ndarray]:
    return joined(list(run.chunks(repeat(size))))


def reference(model: Model, ids: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """PyTorch's own outputs and the probabilities of the next token, from one plain forward pass."""
    embedded = model.network.embedding(torch.tensor(ids))
    output, _ = model.network.recurrent(embedded)
    return output, model.network.head(output).softmax(-1)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2])
def test_a_run_equals_pytorch(cell: str, layers: int) -> None:
    model = small_model(cell=cell, layers=layers)
    run = Run(model, TEXT, top=3)
    arrays = everything(run)
    ids = arrays["token_ids"].tolist()
    assert ids == model.codec.encode(TEXT.text)[1].tolist()
    output, probabilities = reference(model, ids)
    assert_close(arrays[f"layers.{layers - 1}.forward.hidden_state"], output)
    assert_close(arrays["inputs"], model.network.embedding(torch.tensor(ids)))
    best = probabilities.topk(3)
    np.testing.assert_array_equal(arrays["prediction.indices"], best.indices)
    assert_close(arrays["prediction.probabilities"], best.values)
    came = probabilities[torch.arange(STEPS - 1), ids[1:]]
    assert_close(arrays["prediction.actual"][:-1], came)
    assert np.isnan(arrays["prediction.actual"][-1])


def test_the_arrays_are_those_of_the_contract() -> None:
    arrays = everything(Run(small_model(), TEXT))
    layer = {f"layers.0.forward.{signal}" for signal in CELLS["lstm"].signal_names}
    predicted = {"prediction.indices", "prediction.probabilities", "prediction.actual"}
    assert arrays.keys() == layer | predicted | {"inputs", "token_ids"}
    assert {array.dtype.name for name, array in arrays.items() if name in layer} == {"float32"}
    assert arrays["token_ids"].dtype == arrays["prediction.indices"].dtype == np.int32
    assert arrays["prediction.probabilities"].dtype == arrays["prediction.actual"].dtype == np.float32
    assert arrays["prediction.indices"].shape == (STEPS, 5)


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


def test_the_parity_of_a_chunk_covers_the_steps_that_were_skipped_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    advance = Tracer.advance

    def ever_better(tracer: Tracer, x: torch.Tensor) -> Trace:
        trace = advance(tracer, x)
        return replace(trace, agreement=Parity(1 / trace.stop))

    monkeypatch.setattr(Tracer, "advance", ever_better)
    monkeypatch.setattr("app.networks.run.SKIPPED_STEPS", 4)
    chunks = Run(small_model(), TEXT, from_step=10).chunks(repeat(5))
    assert [chunk.agreement.difference for chunk in chunks] == [1 / 4, 1 / 20, 1 / STEPS]


def test_a_size_is_asked_for_just_before_its_chunk_and_never_after_the_last() -> None:
    asked = []

    def sizes() -> Iterator[int]:
        for size in (4, 5, 1000):
            asked.append(size)
            yield size
        raise AssertionError("asked for a size after the last step")

    for _ in Run(small_model(), TEXT).chunks(sizes()):
        asked.append(0)
    assert asked == [4, 0, 5, 0, 1000, 0]


def test_chosen_signals_layers_and_directions_alone_are_returned() -> None:
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
def test_pre_activations_are_there_on_request(cell: str, extra: str) -> None:
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


@pytest.mark.parametrize("sizes", [[1000], [1] * 1000, [7, 2, 30, 1000]])
@pytest.mark.parametrize("from_step", [0, 5, 30])
def test_writing_goes_on_after_the_text_whatever_the_chunks(sizes: list[int], from_step: int) -> None:
    model = small_model()
    generate = Generate(steps=20, temperature=0.8, seed=3)
    whole = list(Run(model, TEXT, generate=generate).chunks([1000]))
    run = Run(model, TEXT, generate=generate, from_step=from_step)
    assert run.steps == STEPS + 20
    chunks = list(run.chunks(sizes))
    arrays, expected = joined(chunks), joined(whole)
    np.testing.assert_array_equal(arrays["token_ids"], expected["token_ids"][from_step:])
    assert_close(arrays["prediction.actual"], expected["prediction.actual"][from_step:])
    assert np.isnan(arrays["prediction.actual"]).nonzero()[0].tolist() == [STEPS + 20 - from_step - 1]
    tokens = [token for chunk in chunks for token in chunk.tokens]
    written = expected["token_ids"][STEPS:]
    assert [token.text for token in tokens] == [model.codec.decode(index) for index in written]
    assert [token.start for token in tokens] == list(range(len(TEXT.text), len(TEXT.text) + 20))


def test_a_token_is_told_with_its_own_chunk() -> None:
    chunks = list(Run(small_model(), TextSequence("ab"), generate=Generate(steps=4)).chunks(repeat(2)))
    assert [(chunk.start, chunk.stop, len(chunk.tokens)) for chunk in chunks] == [
        (0, 2, 0),
        (2, 4, 1),
        (4, 6, 2),
        (6, 7, 1),
    ]


def test_the_end_token_ends_the_run() -> None:
    model = small_model(symbols="ab", end_token=True, unknown="refuse")
    model.network.head.bias[1] += 2.0  # the end token becomes likely
    runs = [Run(model, TextSequence("ab"), generate=Generate(steps=50, seed=seed)) for seed in range(5)]
    assert [run.steps for run in runs] == [None] * 5
    stops = []
    for run in runs:
        chunks = list(run.chunks(repeat(4)))
        stops.append(chunks[-1].stop)
        assert np.isnan(chunks[-1].arrays["prediction.actual"][-1])
        assert all(token.text in "ab" for chunk in chunks for token in chunk.tokens)
    assert max(stops) < 53
    assert len(set(stops)) > 1


def test_what_is_known_to_be_read_has_a_known_end_even_with_an_end_token() -> None:
    model = small_model(symbols="ab", end_token=True, unknown="refuse")
    assert Run(model, TextSequence("ab")).steps == 3
    assert Run(model, TextSequence("ab"), generate=Generate(steps=5), stop_step=2).steps == 2


def test_a_run_reads_no_further_than_it_must() -> None:
    model = small_model()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "app.networks.run.write", lambda *given: (pytest.fail("nothing had to be written") for _ in "x")
        )
        run = Run(model, TEXT, generate=Generate(steps=5), stop_step=STEPS - 1)
        assert len(everything(run)["token_ids"]) == STEPS - 1


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
def test_a_wrong_choice_is_refused_and_says_what_would_be_right(
    given: dict[str, object], where: str, expected: str
) -> None:
    with pytest.raises(BadInput) as caught:
        Run(small_model(), TEXT, **given)  # type: ignore[arg-type]
    assert caught.value.where == where
    assert expected in (caught.value.expected or "")


def test_sequences_that_the_model_cannot_read_are_refused() -> None:
    model = small_model(symbols="ab", unknown="refuse")
    with pytest.raises(BadInput, match="small reads text, but got a matrix of numbers"):
        Run(model, NumericSequence(np.zeros((3, 1))))
    with pytest.raises(EmptySequence):
        Run(model, TextSequence(""))
    with pytest.raises(UnknownToken):
        Run(model, TextSequence("abc"))
    with pytest.raises(BadInput, match="both directions"):
        Run(small_model(bidirectional=True), TEXT, generate=Generate(steps=1))


def test_too_many_steps_are_refused_with_the_limit() -> None:
    assert Run(small_model(), TextSequence("ab"), most_steps=3).steps == 3
    with pytest.raises(TooLarge, match="at most 3 steps"):
        Run(small_model(), TextSequence("abc"), most_steps=3)
    with pytest.raises(TooLarge, match="at most 3 steps"):
        Run(small_model(), TextSequence("ab"), generate=Generate(steps=1), most_steps=3)


def test_unknown_characters_are_read_as_unknown_and_shown_as_they_are() -> None:
    run = Run(small_model(), TextSequence("aé"))
    assert run.tokens[2].text == "é"
    assert everything(run)["token_ids"].tolist() == [0, LETTERS.index("a") + 2, 1]
