"""Lines of numbers, and models of tasks without predictions in bulk."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from app import predicting
from app.errors import BadInput
from app.networks.feed import Asked, Reading
from app.networks.model import Example, Model
from app.networks.tasks.language_model import LanguageModel
from app.predicting import Given, lines_of, predictions
from app.sequences import NumericSequence, Sequence, TextSequence
from app.sequences.limits import Limits
from tests.networks.models import small_model


class Adding(LanguageModel):
    """A model that reads numbers and adds them."""

    def read(self, sequence: Sequence, asked: Asked) -> Reading:
        return Reading(())

    def predict(self, sequences: list[Sequence], options: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [{"sum": each.values.sum()} for each in sequences if isinstance(each, NumericSequence)]


def adding() -> Adding:
    model = small_model()
    example = Example(id="first", title="First", values=((1.0,),), note="")
    return Adding(model.config, model.network, model.codec, (example,), model.card)


def test_a_line_of_numbers_is_named_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predicting, "TOGETHER", 2)
    lines = b"[1, 2.5]\n[[1, 2], [3, 4]]\r\n\nwords\n[1, null]\n[7]\n"
    model = adding()
    found = list(predictions(model, lines_of(lines, model, Limits()), {}))
    assert [each["input"] for each in found] == [1, 2, 3, 4, 5, 6]
    assert [each.get("sum") for each in found] == [3.5, 10, None, None, None, 7]
    assert ["error" in each for each in found] == [False, False, True, True, True, False]
    assert "not JSON" in found[3]["error"]["detail"]
    assert found[4]["error"]["where"] == "values[1]"


def test_a_line_of_a_text_is_never_read_as_numbers() -> None:
    (line,) = lines_of(b"[1, 2]\n", small_model(), Limits())
    assert line == Given("[1, 2]", TextSequence("[1, 2]"))


def test_a_task_without_predictions_in_bulk_says_so() -> None:
    model = small_model()
    with pytest.raises(BadInput, match="small makes no predictions in bulk"):
        Model.predict(model, [], {})
    assert replace(model).predict([], {}) == []
