"""What a classifier reads and predicts in a run: after each token, the classes as if the text ended there."""

from itertools import repeat

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from app.errors import BadInput, EmptySequence, TooLarge
from app.networks.run import Run
from app.networks.tasks.classifier import MOST_STEPS, ClassifierConfig
from app.networks.writer import Generate
from app.sequences import NumericSequence, Sequence, TextSequence
from tests.networks.models import small_classifier
from tests.networks.runs import assert_close, everything, joined

TEXT = "Not good , not bad at all . Good ."
IDS = [3, 1, 0, 3, 2, 0, 0, 4, 1, 4]


def test_row_t_is_the_network_run_on_the_first_t_plus_1_tokens() -> None:
    model = small_classifier()
    run = Run(model, TextSequence(TEXT))
    arrays = everything(run)
    assert arrays["token_ids"].tolist() == IDS
    for step in range(len(IDS)):
        embedded = model.network.embedding(torch.tensor(IDS[: step + 1]))
        output, _ = model.network.recurrent(embedded)
        expected = model.network.head(output.amax(0)).softmax(-1)
        assert_close(arrays["prediction.probabilities"][step], expected)
    assert arrays["prediction.probabilities"].dtype == np.float32
    assert run.header()["classes"] == ["negative", "positive"]
    assert [token["text"] for token in run.header()["tokens"]] == TEXT.split()


def test_both_layers_and_directions_equal_pytorch() -> None:
    model = small_classifier()
    arrays = everything(Run(model, TextSequence(TEXT)))
    output, _ = model.network.recurrent(model.network.embedding(torch.tensor(IDS)))
    both = [arrays[f"layers.1.{direction}.hidden_state"] for direction in ("forward", "backward")]
    assert_close(np.concatenate(both, 1), output)


def test_chunks_equal_the_whole() -> None:
    model = small_classifier()
    whole = everything(Run(model, TextSequence(TEXT)))
    pieces = joined(list(Run(model, TextSequence(TEXT), from_step=2, stop_step=9).chunks(repeat(3))))
    assert_close(pieces["prediction.probabilities"], whole["prediction.probabilities"][2:9])
    assert_close(pieces["layers.0.backward.cell_state"], whole["layers.0.backward.cell_state"][2:9])


def test_unreadable_sequences_are_refused() -> None:
    model = small_classifier()
    with pytest.raises(BadInput, match="reads text, but got a matrix of numbers"):
        Run(model, NumericSequence(np.ones((2, 1))))
    with pytest.raises(EmptySequence, match="got no word"):
        Run(model, TextSequence(" \n"))
    with pytest.raises(BadInput, match="cannot continue a sequence"):
        Run(model, TextSequence("good"), generate=Generate(3))
    with pytest.raises(BadInput, match="takes no options"):
        Run(model, TextSequence("good"), options={"decoding": {}})


def test_too_many_words_are_refused_with_the_limit() -> None:
    model = small_classifier()
    assert Run(model, TextSequence("good " * MOST_STEPS), most_steps=10**6).steps == MOST_STEPS
    with pytest.raises(TooLarge, match=rf"{MOST_STEPS + 1} words .*expected at most {MOST_STEPS} steps"):
        Run(model, TextSequence("good " * (MOST_STEPS + 1)), most_steps=10**6)
    with pytest.raises(TooLarge, match="expected at most 3 steps"):
        Run(model, TextSequence("good " * 4), most_steps=3)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"codec": {"words": "good bad"}}, "the codec has 3 tokens, but sizes.tokens is 5"),
        ({"classes": ["negative", "positive", "none"]}, "expected 2 different classes"),
        ({"classes": ["same", "same"]}, "expected 2 different classes"),
    ],
)
def test_a_configuration_whose_sizes_do_not_fit_is_refused(changed: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ClassifierConfig.model_validate(small_classifier().config.model_dump() | changed)


def test_predictions_in_bulk_are_the_last_rows_of_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.networks.classifier.LANES", 3)
    model = small_classifier()
    given: list[Sequence] = [
        TextSequence(text) for text in ("bad", TEXT, "not good .", "good", "so so so so")
    ]
    for one, predicted in zip(given, model.predict(given, {}), strict=True):
        row = everything(Run(model, one))["prediction.probabilities"][-1]
        assert predicted["probabilities"] == {
            "negative": pytest.approx(row[0], abs=1e-5),
            "positive": pytest.approx(row[1], abs=1e-5),
        }
        assert predicted["label"] == ("negative", "positive")[row.argmax()]
    assert model.predict([], {}) == []
