"""The running scaler against a naive computation of every prefix; no step looks ahead, and cuts do not matter."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from app.networks.codecs.scaler import FixedScaler, RunningScaler, Scaled

NUMBERS = st.floats(-1e6, 1e6).map(lambda number: round(number, 3))
MATRICES = arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=NUMBERS)


def scaled(values: NDArray[np.float64], cuts: tuple[int, ...] = ()) -> Scaled:
    """Read a matrix in pieces, and join the results."""
    scaling = RunningScaler(values.shape[1]).begin()
    borders = (0, *sorted(cuts), len(values))
    pieces = [scaling.read(values[start:stop]) for start, stop in pairwise(borders)]
    return Scaled(
        np.concatenate([piece.inputs for piece in pieces]),
        np.concatenate([piece.level for piece in pieces]),
        np.concatenate([piece.scale for piece in pieces]),
    )


def assert_same_bits(one: Scaled, other: Scaled) -> None:
    assert one.inputs.tobytes() == other.inputs.tobytes()
    assert one.level.tobytes() == other.level.tobytes()
    assert one.scale.tobytes() == other.scale.tobytes()


@given(MATRICES)
def test_each_step_is_scaled_by_the_mean_the_deviation_and_the_usual_change_of_its_prefix(
    values: NDArray[np.float64],
) -> None:
    got = scaled(values)
    columns = values.shape[1]
    size = max(np.abs(values).max(), 1.0)
    for step in range(len(values)):
        prefix = values[: step + 1]
        change = np.diff(prefix, axis=0)
        usual = np.sqrt((change**2).mean(0)) if step else np.zeros(columns)
        np.testing.assert_allclose(got.scale[step], usual, rtol=1e-9)
        np.testing.assert_array_equal(got.level[step], values[step])
        place, moved = got.inputs[step, :columns], got.inputs[step, columns:]
        for column in range(columns):
            deviation = prefix[:, column].std()
            if deviation > 1e-7 * size:
                expected = (values[step, column] - prefix[:, column].mean()) / deviation
                assert place[column] == pytest.approx(expected, rel=1e-4, abs=1e-4)
            if np.ptp(prefix[:, column]) == 0:
                assert place[column] == moved[column] == 0
            elif usual[column]:
                assert moved[column] == pytest.approx(change[-1, column] / usual[column], rel=1e-6)


@given(MATRICES, st.lists(st.integers(0, 30), max_size=4))
def test_a_sequence_read_in_pieces_gives_the_same_bits(values: NDArray[np.float64], cuts: list[int]) -> None:
    assert_same_bits(scaled(values, tuple(min(cut, len(values)) for cut in cuts)), scaled(values))


@given(MATRICES, MATRICES)
def test_no_step_depends_on_later_steps(values: NDArray[np.float64], future: NDArray[np.float64]) -> None:
    future = np.resize(future, (len(future), values.shape[1]))
    longer = scaled(np.concatenate([values, future]))
    steps = len(values)
    cut = Scaled(longer.inputs[:steps], longer.level[:steps], longer.scale[:steps])
    assert_same_bits(cut, scaled(values))


def test_a_large_offset_costs_no_precision() -> None:
    values = np.random.default_rng(0).normal(size=(500, 1))
    np.testing.assert_allclose(scaled(values + 1e9).inputs, scaled(values).inputs, atol=1e-4)


def test_a_constant_series_is_forecast_to_stay_constant() -> None:
    got = scaled(np.full((4, 1), 7.25))
    np.testing.assert_array_equal(got.inputs, np.zeros((4, 2)))
    np.testing.assert_array_equal(got.forecast(np.full((4, 1), 100.0, np.float32)), np.full((4, 1), 7.25))


def test_a_running_forecast_is_in_the_users_units() -> None:
    got = scaled(np.array([[10.0], [14.0], [14.0]]))  # changes 4 and 0: usually 4 / √2
    forecast = got.forecast(np.array([[1.0], [1.0], [-2.0]], np.float32))
    np.testing.assert_allclose(forecast[:, 0], [10, 18, 14 - 2 * 4 / np.sqrt(2)], rtol=1e-6)
    assert forecast.dtype == np.float32


def test_the_running_scaler_names_each_feature_and_its_change() -> None:
    scaler = RunningScaler(2)
    assert scaler.inputs_of(["x", "y"]) == ("x", "y", "change of x", "change of y")
    assert scaler.outputs_of(["x", "y"]) == ("x", "y")
    assert scaler.input_size == 4


def test_a_fixed_scaler_subtracts_the_mean_and_forecasts_a_change_in_the_users_units() -> None:
    scaler = FixedScaler(("rain", "warm"), ("warm",), (1.0, 10.0), (2.0, 5.0), (3.0,))
    got = scaler.begin().read(np.array([[3.0, 20.0], [1.0, 5.0]]))
    np.testing.assert_array_equal(got.inputs, np.array([[1, 2], [0, -1]], np.float32))
    np.testing.assert_array_equal(got.forecast(np.array([[0.5], [-1.0]], np.float32)), [[21.5], [2.0]])
    assert scaler.outputs_of(scaler.features) == ("warm",)
