"""Bins of steps: least, greatest and mean, against NumPy over all steps."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.networks.bins import Bins

NAN, INF = float("nan"), float("inf")


@given(
    steps=st.integers(1, 40),
    resolution=st.integers(1, 50),
    cuts=st.lists(st.integers(0, 40)),
    first=st.integers(0, 3),
    data=st.data(),
)
def test_bins_do_not_depend_on_how_the_steps_arrive(
    steps: int, resolution: int, cuts: list[int], first: int, data: st.DataObject
) -> None:
    values = np.random.default_rng(steps).normal(0, 100, (steps, 2)).astype(np.float32)
    start = first * resolution
    edges = sorted({0, steps, *(cut for cut in cuts if cut < steps)})
    blocks = data.draw(st.permutations(list(pairwise(edges))))
    bins = Bins(start, start + steps, resolution)
    for begin, end in blocks:
        bins.add(start + begin, {"gate": values[begin:end]})
    whole = bins.arrays(start, start + steps)
    parts = [values[edge : edge + resolution] for edge in range(0, steps, resolution)]
    np.testing.assert_array_equal(whole["gate.least"], [part.min(0) for part in parts])
    np.testing.assert_array_equal(whole["gate.greatest"], [part.max(0) for part in parts])
    means = np.array([part.mean(0, dtype=np.float64) for part in parts])
    np.testing.assert_allclose(whole["gate.mean"], means, rtol=1.2e-7, atol=1e-12)
    assert {array.dtype for array in whole.values()} == {np.dtype(np.float32)}
    last = start + (len(parts) - 1) * resolution
    tail = bins.arrays(last, start + steps)
    for name in whole:
        np.testing.assert_array_equal(tail[name], whole[name][-1:])


@pytest.mark.parametrize(
    ("values", "least", "greatest", "mean"),
    [
        ([1, NAN, 3], NAN, NAN, NAN),
        ([1, INF, 3], 1, INF, INF),
        ([1, -INF, 3], -INF, 3, -INF),
        ([INF, 0, -INF], -INF, INF, NAN),
        ([3e38, 3e38, 3e38], 3e38, 3e38, 3e38),
    ],
)
def test_values_that_are_not_finite_are_not_hidden(
    values: list[float], least: float, greatest: float, mean: float
) -> None:
    for cut in (0, 1, 2):
        bins = Bins(0, 3, 3)
        column = np.array(values, np.float32)[:, None]
        bins.add(cut, {"gate": column[cut:]})
        bins.add(0, {"gate": column[:cut]})
        found = [array.item() for array in bins.arrays(0, 3).values()]
        np.testing.assert_array_equal(found, np.array([least, greatest, mean], np.float32))
