"""The objective and the metrics of forecasters, with exact numbers."""

from pathlib import Path

import numpy as np
import pytest
import torch

from app.errors import BadInput
from app.networks.codecs.scaler import RunningScaler
from app.networks.forecaster import Forecaster, ForecasterSizes
from app.training.ecg import read_ecg
from app.training.forecasting import mean_absolute_error, root_mean_square_error, seasonal_error
from app.training.next_value import LARGEST_CHANGE, NextValue, Windows, right_scores
from app.training.series_forecaster import FIRST_COUNTED, SeriesBatches
from app.training.weather import Days, read_weather, seasonal_mean


def test_errors_are_in_the_unit_of_the_values() -> None:
    expected, real = np.array([1.0, 2.0, 3.0]), np.array([1.0, 5.0, -1.0])
    assert mean_absolute_error(expected, real) == pytest.approx(7 / 3)
    assert root_mean_square_error(expected, real) == pytest.approx(5 / np.sqrt(3))


def test_the_best_lag_of_a_periodic_series_is_its_period() -> None:
    series = np.resize([0.0, 3.0, 1.0, 8.0, -2.0], 40)
    assert seasonal_error(series, 10, range(2, 11)) == 0
    assert seasonal_error(series, 10, [4]) == np.abs(series[10:] - series[6:-4]).mean() > 0


def test_the_right_scores_make_a_forecast_right() -> None:
    values = np.array([[1.0], [1.0], [4.0], [2.0], [7.0]])
    scaled = RunningScaler(1).begin().read(values[:-1])
    scores = right_scores(scaled, values[1:])
    assert scores[:2].isnan().all()  # nothing has changed so far
    np.testing.assert_allclose(scaled.forecast(scores.numpy())[2:], values[3:], rtol=1e-6)


def test_the_loss_ignores_unknown_scores_and_clips_jumps() -> None:
    network = Forecaster("lstm", ForecasterSizes(inputs=1, outputs=1, units=2))
    with torch.no_grad():
        network.head.weight.zero_()
        network.head.bias.fill_(1.0)
    targets = torch.tensor([torch.nan, 3.0, 1.0, 1e9]).reshape(4, 1, 1)
    windows = Windows(torch.zeros(4, 1, 1), targets)
    loss, carried = NextValue(network, lambda step: windows, seed=0, even=0.0)(0, None)
    assert loss.item() == pytest.approx((2 + 0 + LARGEST_CHANGE - 1) / 3)
    assert carried is None


def test_dropout_depends_only_on_the_seed_and_the_step() -> None:
    network = Forecaster("lstm", ForecasterSizes(inputs=1, outputs=1, units=9), dropout=0.5)
    windows = Windows(torch.randn(4, 1, 1), torch.zeros(4, 1, 1))

    def loss(seed: int, step: int) -> float:
        return NextValue(network, lambda step: windows, seed=seed, even=1.0)(step, None)[0].item()

    assert loss(0, 1) == loss(0, 1)
    assert len({loss(0, 1), loss(0, 2), loss(1, 1)}) == 3


def test_batches_of_series_leave_the_first_scores_out() -> None:
    batch = SeriesBatches(RunningScaler(1), lanes=3, length=20, seed=0)(7)
    assert batch.inputs.shape == (20, 3, 2)
    assert batch.targets.shape == (20, 3, 1)
    assert batch.targets[:FIRST_COUNTED].isnan().all()


DATES = ("2013-12-31", "2014-01-01", "2014-07-01", "2015-01-02")
DAYS = Days(DATES, np.array([[0.0, 4, 0, 1], [0, 8, 2, 1], [0, 30, 20, 1], [0, 6, 1, 1]]))


def test_the_seasonal_mean_covers_near_days_across_the_turn_of_the_year() -> None:
    known = DAYS.years(2013, 2014)
    means = seasonal_mean(known, np.array([1, 180]), 3)
    np.testing.assert_allclose(means, [[6.0, 1.0], [30.0, 20.0]])


def test_weather_is_read_with_its_dates(tmp_path: Path) -> None:
    rows = [f"{date},{','.join(map(str, row))},sun" for date, row in zip(DATES, DAYS.values, strict=True)]
    header = "date,precipitation,temp_max,temp_min,wind,weather"
    (tmp_path / "seattle-weather.csv").write_text("\n".join([header, *rows]))
    days = read_weather(tmp_path)
    assert days.dates == DATES
    np.testing.assert_array_equal(days.values, DAYS.values)
    np.testing.assert_array_equal(days.days_of_year, [364, 0, 181, 1])
    assert days.years(2015, 2015).dates == DATES[3:]


def test_missing_data_is_reported_with_the_variable_for_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATESCOPE_DATA", str(tmp_path))
    for read in (read_weather, read_ecg):
        with pytest.raises(BadInput, match=r"cannot be read: .*GATESCOPE_DATA names the folder"):
            read()
    (tmp_path / "seattle-weather").mkdir()
    (tmp_path / "seattle-weather" / "seattle-weather.csv").write_text("date,wind\n2014-01-01,2\n")
    with pytest.raises(BadInput, match="precipitation"):
        read_weather()


def test_an_electrocardiogram_is_one_column_of_samples(tmp_path: Path) -> None:
    (tmp_path / "ecg_mV_360Hz.csv").write_text("ecg_mV\n-0.245\n0.5\n1\n")
    np.testing.assert_array_equal(read_ecg(tmp_path), [-0.245, 0.5, 1.0])
