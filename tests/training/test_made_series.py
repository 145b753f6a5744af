import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.training.made_series import KINDS_APART, PARTS, Maker, made_series

EVERY = [*dict.fromkeys(PARTS), *KINDS_APART.values(), made_series]


@pytest.mark.parametrize("maker", EVERY, ids=lambda maker: maker.__name__)
@given(seed=st.integers(0, 2**32), steps=st.integers(8, 300))
def test_a_series_is_finite_has_the_given_length_and_depends_only_on_the_generator(
    maker: Maker, seed: int, steps: int
) -> None:
    series = maker(np.random.default_rng(seed), steps)
    assert series.shape == (steps,)
    assert np.isfinite(series).all()
    np.testing.assert_array_equal(series, maker(np.random.default_rng(seed), steps))


def test_no_measured_kind_is_in_training() -> None:
    assert not set(KINDS_APART.values()) & set(PARTS)
