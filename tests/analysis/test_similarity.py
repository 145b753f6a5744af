"""The order by similarity, against directly computed distances and every possible order."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from app.analysis import NoSteps, similarity_order
from app.analysis.similarity import MOST_TURNED, unit_distances

VALUES = arrays(
    np.float32,
    st.tuples(st.integers(1, 12), st.integers(1, 9)),
    elements=st.floats(-50, 50, width=32),
)


def plain_distances(values: NDArray[np.float32]) -> NDArray[np.float64]:
    exact = values.astype(np.float64)
    return np.asarray(np.sqrt(((exact[:, :, None] - exact[:, None, :]) ** 2).sum(axis=0)))


@given(VALUES, st.integers(1, 5))
def test_distances_do_not_depend_on_the_blocks(values: NDArray[np.float32], size: int) -> None:
    blocks = (values[start : start + size] for start in range(0, len(values), size))
    np.testing.assert_allclose(unit_distances(blocks), plain_distances(values), rtol=1e-6, atol=1e-5)


@given(VALUES)
def test_an_order_has_every_unit_once(values: NDArray[np.float32]) -> None:
    assert sorted(similarity_order([values])) == list(range(values.shape[1]))


def test_similar_units_are_next_to_each_other() -> None:
    steps = np.arange(40)[:, None]
    kinds = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2])
    noise = np.random.default_rng(1).normal(0, 0.01, (40, 9))
    order = similarity_order([np.sin(steps * (kinds + 1) / 5) + noise])
    assert [len(set(kinds[order][start : start + 3])) for start in (0, 3, 6)] == [1, 1, 1]


def test_units_on_a_line_get_the_best_of_all_orders() -> None:
    values = np.array([[5.0, 1.0, 4.0, 0.0, 2.0, 3.0]])
    distances = plain_distances(values.astype(np.float32))

    def length(order: tuple[int, ...]) -> float:
        return sum(float(distances[one, other]) for one, other in pairwise(order))

    order = similarity_order([values])
    assert length(tuple(order)) == min(map(length, permutations(range(6)))) == 5
    assert order == [0, 2, 5, 4, 1, 3], "the direction that begins with the lower unit"


def test_many_units_are_clustered_without_ordering_their_leaves() -> None:
    values = np.random.default_rng(2).normal(size=(3, MOST_TURNED + 1)).astype(np.float32)
    assert sorted(similarity_order([values])) == list(range(MOST_TURNED + 1))


def test_without_steps_there_is_no_order() -> None:
    with pytest.raises(NoSteps, match="at least one step"):
        similarity_order([])
