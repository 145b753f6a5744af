"""What a language model reads, predicts and writes in a run."""

from itertools import repeat

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from app.errors import BadInput, EmptySequence, TooLarge, UnknownToken
from app.networks.run import Run
from app.networks.tasks.language_model import LanguageModel, LanguageModelConfig
from app.networks.writer import Generate
from app.recurrent import CELLS
from app.sequences import NumericSequence, TextSequence
from tests.networks.models import LETTERS, small_model
from tests.networks.runs import STEPS, TEXT, assert_close, everything, joined


def reference(model: LanguageModel, ids: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
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


@pytest.mark.parametrize("sizes", [[1000], [1] * 1000, [7, 2, 30, 1000]])
@pytest.mark.parametrize("from_step", [0, 5, 30])
def test_writing_does_not_depend_on_the_chunks(sizes: list[int], from_step: int) -> None:
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


def test_a_written_token_comes_with_its_chunk() -> None:
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


def test_reading_has_a_known_end_even_with_an_end_token() -> None:
    model = small_model(symbols="ab", end_token=True, unknown="refuse")
    assert Run(model, TextSequence("ab")).steps == 3
    assert Run(model, TextSequence("ab"), generate=Generate(steps=5), stop_step=2).steps == 2


def test_a_run_reads_no_further_than_needed() -> None:
    model = small_model()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "app.networks.tasks.language_model.write",
            lambda *given: (pytest.fail("nothing had to be written") for _ in "x"),
        )
        run = Run(model, TEXT, generate=Generate(steps=5), stop_step=STEPS - 1)
        assert len(everything(run)["token_ids"]) == STEPS - 1


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
    assert Run(small_model(), TextSequence("abc"), most_steps=3).steps == 4  # with the start token
    assert Run(small_model(), TextSequence("ab"), generate=Generate(steps=1), most_steps=3).steps == 4
    with pytest.raises(TooLarge, match="at most 3 steps"):
        Run(small_model(), TextSequence("abcd"), most_steps=3)
    with pytest.raises(TooLarge, match="at most 3 steps"):
        Run(small_model(), TextSequence("abc"), generate=Generate(steps=1), most_steps=3)


def test_unknown_characters_are_read_as_unknown_and_shown_as_themselves() -> None:
    run = Run(small_model(), TextSequence("aé"))
    assert run.header()["tokens"][2]["text"] == "é"
    assert everything(run)["token_ids"].tolist() == [0, LETTERS.index("a") + 2, 1]


def test_options_are_refused() -> None:
    with pytest.raises(BadInput, match="small takes no options"):
        Run(small_model(), TEXT, options={"decoding": {"kind": "greedy"}})


def test_the_configuration_names_its_codec_and_sizes_and_builds_the_model() -> None:
    model = small_model()
    assert model.config.task == "language-model"
    assert model.parts == {"sequence": model.network.recurrent}
    stated = model.config.model_dump(mode="json")
    assert LanguageModelConfig.model_validate(stated) == model.config
    with pytest.raises(ValidationError, match="the codec has 14 tokens, but sizes"):
        LanguageModelConfig.model_validate(stated | {"sizes": stated["sizes"] | {"tokens": 12}})
