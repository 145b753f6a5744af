"""Batches of numbers in messages."""

from typing import Any

import numpy as np
import pytest

from app.errors import BadInput, EmptySequence, TooLarge
from app.sequences.limits import Limits
from app.sequences.matrix import batch, is_batch

THREE = [[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [[7.0, 8.0], [9.0, 0.0], [1.0, 2.0]]]


def test_lists_three_deep_are_a_batch() -> None:
    assert is_batch(THREE)
    others: list[Any] = [[], [1.0], [[1.0]], [[]], "text", None, [[], [[1.0]]]]
    for other in others:
        assert not is_batch(other)


def test_a_batch_is_steps_of_sequences_of_features() -> None:
    read = batch(THREE, Limits(), ("x", "y"), ("one", "two"))
    np.testing.assert_array_equal(read.values, THREE)
    second = read.sequence(1)
    np.testing.assert_array_equal(second.values, [[3, 4], [9, 0]])
    assert (second.features, second.labels) == (("x", "y"), ("one", "two"))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([[[1.0]], [[1.0], [2.0]]], r"step 1 has 2 sequences .*expected 1 sequences, as at step 0"),
        ([[[1.0]], 5], "step 1 is the number 5"),
        ([[[1.0], [1.0, 2.0]]], "different numbers of features"),
        ([[[1.0], ["a"]]], r"in sequence 1 of the batch, .*the string"),
        ([[[1.0], [float("nan")]]], "in sequence 1 of the batch, "),
        ([[[1.0], 3.0]], r"values\[0\]\[1\] is the number 3.0"),
    ],
)
def test_other_nested_lists_are_refused(document: list[Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        batch(document, Limits())


def test_all_of_a_batch_counts_towards_the_limit_of_cells() -> None:
    assert batch(THREE, Limits(cells=12)).values.size == 12
    with pytest.raises(TooLarge, match=r"12 cells .*at most 11 cells"):
        batch(THREE, Limits(cells=11))
    with pytest.raises(EmptySequence):
        batch([[[]]], Limits())
