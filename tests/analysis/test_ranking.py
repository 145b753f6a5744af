"""Areas under the ROC curve and rank correlations, against their definitions and SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from app.analysis.ranking import areas, centred_ranks, rank_correlations, shifted

STEPS = st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=1, max_size=30)


@given(STEPS)
def test_an_area_is_the_share_of_pairs_in_which_the_marked_step_is_higher(
    steps: list[tuple[int, bool]],
) -> None:
    values = np.array([[value] for value, _ in steps], np.float32)
    marked = np.array([mark for _, mark in steps])
    inside, outside = values[marked], values[~marked]
    pairs = [(a > b) + (a == b) / 2 for a in inside.ravel() for b in outside.ravel()]
    assert areas(centred_ranks(values), marked.astype(float))[0] == pytest.approx(
        np.mean(pairs) if pairs else 0.5
    )


def test_a_rank_correlation_is_spearmans() -> None:
    random = np.random.default_rng(0)
    amounts = random.integers(0, 5, 60).astype(float)
    values = np.column_stack([amounts + random.normal(size=60), -(amounts**3), np.ones(60)])
    found = rank_correlations(centred_ranks(values), centred_ranks(amounts))
    np.testing.assert_allclose(found[:2], [spearmanr(values[:, k], amounts).statistic for k in (0, 1)])
    assert found[2] == 0


def test_marks_are_shifted_around_the_sequence_by_equal_distances() -> None:
    marks = np.zeros(210)
    marks[:3] = 1
    moved = list(shifted(marks))
    assert [int(other.argmax()) for other in moved] == list(range(10, 210, 10))
    assert {int(other.sum()) for other in moved} == {3}
    assert [other.tolist() for other in shifted(np.array([1.0, 0.0]))] == [[0.0, 1.0]]
