"""The recipe of `weather-forecaster`: an LSTM that reads Seattle's daily weather and forecasts the next day's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from ..analysis import Concept
from ..networks.codecs import FixedScalerConfig, Scaler
from ..networks.forecaster import Forecaster, ForecasterSizes, forecasts
from ..networks.model import Baseline, DataConfig, Example, Metric
from ..networks.network import remember_at_first
from ..sequences import NumericSequence
from .chance import chance
from .forecasting import ForecasterRecipe, ScalerConfig, mean_absolute_error, root_mean_square_error
from .loop import Plan
from .next_value import NextValue, Windows, right_scores
from .probing import Marked, Probes
from .recipe import Material, Trained
from .tracked_text import sentence, table
from .weather import FEATURES, OUTPUTS, Days, read_weather, seasonal_mean

HELD_OUT = 2015
UNITS = 16
LANES = 16
LENGTH = 120
NOISE = 0.3
DROPOUT = 0.5
REACH = 15
"""The seasonal mean covers this many days before and after a day of the year."""

WARM = range(4, 10)
"""The months from April to September."""

CONCEPTS = (
    Concept(
        "warm-season", "in the warm half of the year", "the date is in the months from April to September"
    ),
    Concept("wet", "on a wet day", "the day that was read last has some precipitation"),
    Concept(
        "warmth", "how warm the day is", "the highest temperature of the day that was read last", amount=True
    ),
    Concept("wind", "how windy the day is", "the wind of the day that was read last", amount=True),
)

CARD = """# Tomorrow's temperatures in Seattle

A forecaster of one LSTM layer with 16 units. It reads the days one after the other, each with its precipitation (mm),
highest and lowest temperature (°C) and wind (m/s). After each day it forecasts the highest and lowest temperature of
the next day. It never reads a date, so it must find out the season from the days themselves.

Columns are found by their names: `precipitation`, `temp_max`, `temp_min` and `wind`. Without names, there must be
exactly these four columns, in this order. They are scaled by the means and standard deviations of the training days.

## What its units know

{tracked}

## How well

It was trained on the days of 2012 to 2014. The last year, **{held_out}**, was not used in training. The number of
units, the dropout and the length of the training were chosen by the error on 2014 of a network trained on 2012 and
2013.

On {on}, read from its first day:

| | mean absolute error | root mean square error |
|---|---|---|
| **this model** | **{mae:.2f} °C** | **{rmse:.2f} °C** |
{baselines}

What is counted: {counted}. The seasonal mean is the mean of all training days that are at most {reach} days of the year
away; of 5, 7, 10 and 15 days, this was best on 2014.

This is not a weather service. Four numbers from one place say little about tomorrow. Most of what it knows beyond "as
today" is that an unusual day is followed by a more usual day. It knows only Seattle.

Measure it again: `gatescope measure weather-forecaster`

## Data and credit

{source}. {credit} Licence: {licence}. The file `seattle-weather.csv` in `seattle-weather/`, in the folder that
`GATESCOPE_DATA` names (by default ../shared/data).

## Train it again

    gatescope train weather-forecaster

{steps} steps of {lanes} stretches of {length} days, seed {seed}: under a minute on one core.
"""


@dataclass(frozen=True)
class WeatherBatches:
    """Batch `step` holds stretches of days with random starts, with noise added to the inputs.

    `inputs` is [days, inputs], `targets` [days, outputs]. The first score of a stretch is not counted.
    """

    inputs: Tensor
    targets: Tensor
    seed: int

    def __call__(self, step: int) -> Windows:
        """Return a batch, a pure function of (seed, step)."""
        random = np.random.default_rng((self.seed, step))
        length = min(LENGTH, len(self.inputs))
        starts = random.integers(0, len(self.inputs) - length, LANES, endpoint=True)
        inputs, targets = (
            torch.stack([days[start : start + length] for start in starts], 1)
            for days in (self.inputs, self.targets)
        )
        targets[0] = torch.nan
        noise = NOISE * random.normal(size=inputs.shape).astype(np.float32)
        return Windows(inputs + torch.from_numpy(noise), targets)


class WeatherForecasterRecipe(ForecasterRecipe):
    """16 units, three years of days, and much noise and dropout, since there is little data."""

    id = "weather-forecaster"
    title = "Tomorrow's temperatures in Seattle"
    plan = Plan(steps=200, seed=0, learning_rate=1e-2, warm_up=50)

    def __init__(self, read: Callable[[], Days] = read_weather) -> None:
        self._read = read

    @cached_property
    def days(self) -> Days:
        """All days, read on first use."""
        return self._read()

    @property
    def training(self) -> Days:
        """The days for training."""
        return self.days.years(0, HELD_OUT - 1)

    @property
    def held_out(self) -> Days:
        """The held-out days."""
        return self.days.years(HELD_OUT, HELD_OUT)

    def material(self, plan: Plan) -> Material[Forecaster, ScalerConfig]:
        """Read the days, and make a network and a scaler for them."""
        days = self.training
        config = FixedScalerConfig(
            features=FEATURES,
            outputs=OUTPUTS,
            means=tuple(days.values.mean(0).tolist()),
            deviations=tuple(days.values.std(0).tolist()),
            changes=tuple(np.diff(days.temperatures, axis=0).std(0).tolist()),
        )
        with chance(plan.seed):
            sizes = ForecasterSizes(inputs=len(FEATURES), outputs=len(OUTPUTS), units=UNITS)
            network = Forecaster("lstm", sizes, dropout=DROPOUT)
        remember_at_first(network.recurrent)
        scaled = config.build().begin().read(days.values[:-1])
        targets = right_scores(scaled, days.temperatures[1:])
        batches = WeatherBatches(torch.from_numpy(scaled.inputs), targets, plan.seed)
        return Material(config, network, NextValue(network, batches, seed=plan.seed, even=1.0))

    def measure(self, network: Forecaster, codec: Scaler) -> tuple[Metric, ...]:
        """Measure on the last year, beside persistence and the seasonal mean."""
        days, real = self.held_out, self.held_out.temperatures[1:]
        expected = {
            "persistence (as today)": days.temperatures[:-1],
            "seasonal mean": seasonal_mean(self.training, days.days_of_year[1:], REACH),
        }
        own = forecasts(network, codec, days.values)[:-1].astype(np.float64)
        return tuple(
            Metric(
                name=name,
                value=error(own, real),
                unit="°C",
                better="lower",
                on=f"the {len(real)} days from {days.dates[1]} to {days.dates[-1]}",
                counted="the errors of the next day's highest and lowest temperature together; before each forecast, "
                "the model has read the year from its first day",
                baselines=tuple(
                    Baseline(name=simple, value=error(forecast, real))
                    for simple, forecast in expected.items()
                ),
            )
            for name, error in (
                ("mean absolute error", mean_absolute_error),
                ("root mean square error", root_mean_square_error),
            )
        )

    def probes(self) -> Probes:
        """Look at the last year of the training, then at the held-out year."""
        days = self.held_out
        return Probes(
            CONCEPTS,
            validation=[[marked(self.days.years(HELD_OUT - 1, HELD_OUT - 1))]],
            held_out=[marked(days)],
            on=f"the {len(days.dates)} days from {days.dates[0]} to {days.dates[-1]}",
        )

    def data(self) -> DataConfig:
        """Name the owner of the data."""
        return DataConfig(
            source="1,461 days of weather in Seattle, 2012 to 2015 (2015 was not trained on)",
            credit="NOAA National Climatic Data Center.",
            licence="US Government, public domain",
        )

    def examples(self, trained: Trained[Forecaster, Scaler]) -> tuple[Example, ...]:
        """Give stretches of the held-out year."""
        return (
            self._example(
                "spring-to-summer",
                "Spring to summer 2015",
                ("2015-04-01", "2015-07-05"),
                "The days become warmer, with cool and wet days in between. After a sudden change, the forecast moves "
                "only half of the way.",
            ),
            self._example(
                "autumn-storms",
                "Autumn storms",
                ("2015-10-01", "2015-12-31"),
                "Rain and wind nearly every day from the end of October on."
                + sentence(trained.tracked, "wet"),
                "wet",
            ),
            self._example(
                "whole-year",
                "All of 2015",
                ("2015-01-01", "2015-12-31"),
                "This year was not used in training. Some units follow the season, although no date is read."
                + sentence(trained.tracked, "warm-season"),
                "warm-season",
            ),
        )

    def _example(
        self, name: str, title: str, dates: tuple[str, str], note: str, concept: str | None = None
    ) -> Example:
        days = self.days
        places = [index for index, date in enumerate(days.dates) if dates[0] <= date <= dates[1]]
        return Example(
            id=name,
            title=title,
            values=tuple(tuple(days.values[index].tolist()) for index in places),
            features=FEATURES,
            labels=tuple(days.dates[index] for index in places),
            concept=concept,
            note=note,
        )

    def card(self, trained: Trained[Forecaster, Scaler]) -> str:
        """Write the card."""
        absolute, square = trained.metrics
        pairs = zip(absolute.baselines, square.baselines, strict=True)
        data = self.data()
        return CARD.format(
            held_out=HELD_OUT,
            on=absolute.on,
            mae=absolute.value,
            rmse=square.value,
            baselines="\n".join(
                f"| {one.name} | {one.value:.2f} °C | {two.value:.2f} °C |" for one, two in pairs
            ),
            counted=absolute.counted,
            tracked=table(trained.tracked),
            reach=REACH,
            source=data.source,
            credit=data.credit,
            licence=data.licence,
            steps=trained.plan.steps,
            lanes=LANES,
            length=LENGTH,
            seed=trained.plan.seed,
        )


def marked(days: Days) -> Marked:
    """Return days with the value of each concept."""
    rain, warmth, _, wind = days.values.T
    warm = [float(int(date[5:7]) in WARM) for date in days.dates]
    return Marked(
        NumericSequence(days.values, FEATURES, days.dates),
        {"warm-season": np.array(warm), "wet": (rain > 0).astype(float), "warmth": warmth, "wind": wind},
    )
