"""Daily weather of Seattle, split by year: the last year is never trained on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import BadInput
from .data_folder import VARIABLE, data_folder

FILE = "seattle-weather.csv"
FEATURES = ("precipitation", "temp_max", "temp_min", "wind")
OUTPUTS = ("temp_max", "temp_min")


@dataclass(frozen=True, eq=False)
class Days:
    """Consecutive days: `dates` as ISO dates, and `values` [days, features]."""

    dates: tuple[str, ...]
    values: NDArray[np.float64]

    @property
    def temperatures(self) -> NDArray[np.float64]:
        """The values that are forecast, [days, outputs]."""
        return self.values[:, [FEATURES.index(name) for name in OUTPUTS]]

    @property
    def days_of_year(self) -> NDArray[np.int64]:
        """The number of each day in its year, from 0."""
        dates = np.array(self.dates, "datetime64[D]")
        numbers: NDArray[np.int64] = (dates - dates.astype("datetime64[Y]")).astype(np.int64)
        return numbers

    def years(self, first: int, last: int) -> Days:
        """Return the days of the years from `first` to `last`."""
        chosen = [index for index, date in enumerate(self.dates) if first <= int(date[:4]) <= last]
        return Days(tuple(self.dates[index] for index in chosen), self.values[chosen])


def read_weather(folder: Path | None = None) -> Days:
    """Read `seattle-weather.csv`: a date, and a column for each feature. Raises `BadInput`."""
    path = (folder or data_folder("seattle-weather")) / FILE
    try:
        table = pl.read_csv(path)
        return Days(tuple(table["date"].to_list()), table.select(FEATURES).to_numpy().astype(np.float64))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadInput(
            f"the weather cannot be read: {error}",
            where=str(path),
            expected=f"the columns date, {', '.join(FEATURES)}; {VARIABLE} names the folder of seattle-weather",
        ) from None


def seasonal_mean(known: Days, days: NDArray[np.int64], reach: int) -> NDArray[np.float64]:
    """Return the mean temperatures of known days within `reach` days of each day of the year, [days, outputs]."""
    away = np.abs(known.days_of_year - days[:, None])  # (days, known days)
    near = np.minimum(away, 365 - away) <= reach
    means: NDArray[np.float64] = near @ known.temperatures / near.sum(1, keepdims=True)
    return means
