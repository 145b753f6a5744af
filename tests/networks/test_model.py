from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from app.networks.model import Example
from app.sequences import NumericSequence, TextSequence

SAID = {"id": "first", "title": "First", "note": "Look."}


def test_an_example_is_a_text_or_numbers_and_dumps_only_given_fields() -> None:
    text = Example.model_validate(SAID | {"text": "ab"})
    assert text.sequence == TextSequence("ab")
    assert text.model_dump(mode="json") == SAID | {"text": "ab"}
    numbers = SAID | {"values": [[1.5, 2.0], [3.0, 4.0]], "features": ["x", "y"], "labels": ["1", "2"]}
    example = Example.model_validate(numbers)
    assert example.model_dump(mode="json") == numbers
    assert isinstance(example.sequence, NumericSequence)
    np.testing.assert_array_equal(example.sequence.values, [[1.5, 2.0], [3.0, 4.0]])
    assert example.sequence.features == ("x", "y")
    assert example.sequence.labels == ("1", "2")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"text": "a", "values": [[1.0]]},
        {"text": ""},
        {"values": []},
        {"values": [[1.0], [1.0, 2.0]]},
        {"values": [[float("nan")]]},
    ],
)
def test_an_example_without_a_valid_sequence_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Example.model_validate(SAID | given)
