"""The recipe of `series-forecaster`: an LSTM that forecasts any single column of numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from ..analysis import Concept
from ..networks.codecs import RunningScalerConfig, Scaler
from ..networks.forecaster import Forecaster, ForecasterSizes, forecasts
from ..networks.model import Baseline, DataConfig, Example, Metric
from ..networks.network import remember_at_first
from ..sequences import NumericSequence
from .chance import chance
from .ecg import HERTZ, read_ecg
from .forecasting import ForecasterRecipe, ScalerConfig, mean_absolute_error, seasonal_error
from .loop import Plan
from .made_series import KINDS_APART, Maker, Series, made_series
from .next_value import NextValue, Windows, right_scores
from .probing import Marked, Probes
from .recipe import Material, Trained
from .tracked_text import table

UNITS = 64
LANES = 32
LENGTH = 256
FIRST_COUNTED = 4
"""Scores of earlier steps are not trained on: too little has been read to know the usual change."""

MEASURED = 40
"""Series of each kind to measure on."""

MEASURED_STEPS = 400
MEASURED_FROM = 100
LAGS = range(2, 101)
BEATS = range(HERTZ * 3 // 10, HERTZ * 15 // 10 + 1)
"""Lengths of a heartbeat, in samples: 40 to 200 beats a minute."""

CONCEPTS = (
    Concept(
        "rising", "in a series that is rising", "the value that was read last is above the value before it"
    ),
    Concept("high", "above the mean", "the value that was read last is above the mean of all values so far"),
)

CARD = """# Any series, the next value

A forecaster of one LSTM layer with 64 units. It reads a single column of any numbers and forecasts the next number. It
was trained on no real data, only on made-up series: trends, seasons, steps, noise, random walks, autoregressive series,
pulses, spikes, sums of these, and changes from one kind to another.

The unit of the numbers does not matter, because everything is scaled by the steps read so far. At each step, the
network receives two numbers: the distance of the value from the mean so far, in standard deviations so far; and the
last change, in mean changes so far. It knows nothing of later steps. A series that has not changed yet is expected to
stay the same.

## What its units know

{tracked}

## How well

The mean absolute error of the next value, divided by the error of persistence ("as now"). Less is better; 1 is as good
as persistence. Seasonal persistence is "as n steps ago". For each series, n is the number that turned out best
afterwards, so the comparison favours it.

| kinds that it was not trained on | this model | persistence | seasonal persistence |
|---|---|---|---|
{rows}
| **all** | **{value:.3f}** | 1.000 | {seasonal:.3f} |

{series} series of {steps} steps for each kind; read from step 0, counted from step {first} on.

On a real electrocardiogram, the mean absolute error is **{ecg:.4f} mV** ({ecg_on}). It was not used in training either:

| | mean absolute error |
|---|---|
| **this model** | **{ecg:.4f} mV** |
{ecg_rows}

## Where it loses

{losses}
It forecasts one step of one column. If your series has a fixed period that you know, a model that is given
the period is better. The scale comes from all steps so far: after a very large jump, or when a series becomes much
calmer, the scale is wrong for a long time.

Measure it again: `gatescope measure series-forecaster`

## Data and credit

The training series are made up during training. The electrocardiogram of the measurement and of one example is record
208 of the MIT-BIH Arrhythmia Database (Moody and Mark, 2001) from PhysioNet (Goldberger and others, 2000), under
ODC-By 1.0: the file `ecg_mV_360Hz.csv` in `ecg-mitbih-208/`, in the folder that `GATESCOPE_DATA` names (by default
../shared/data). Do not use this model for medical purposes.

## Train it again

    gatescope train series-forecaster

{plan_steps} steps of {lanes} series of {length} steps, seed {seed}: about twenty minutes on one core. After an
interruption, the same command continues where it stopped.
"""


@dataclass(frozen=True)
class SeriesBatches:
    """Batch `step` holds freshly made series side by side, a pure function of (seed, step)."""

    codec: Scaler
    lanes: int
    length: int
    seed: int

    def __call__(self, step: int) -> Windows:
        """Return a batch; the first steps, and steps before the series first changes, are not counted."""
        random = np.random.default_rng((self.seed, step))
        inputs, targets = [], []
        for _ in range(self.lanes):
            series = made_series(random, self.length + 1)[:, None]  # (T + 1, 1)
            scaled = self.codec.begin().read(series[:-1])
            inputs.append(torch.from_numpy(scaled.inputs))
            targets.append(right_scores(scaled, series[1:]))
        stacked = torch.stack(targets, 1)
        stacked[:FIRST_COUNTED] = torch.nan
        return Windows(torch.stack(inputs, 1), stacked)


class SeriesForecasterRecipe(ForecasterRecipe):
    """64 units and an endless supply of made-up series."""

    id = "series-forecaster"
    title = "Any series, the next value"
    plan = Plan(steps=8_000, seed=0, learning_rate=4e-3, weight_decay=0.0)
    stored_as = torch.float16

    def __init__(self, read: Callable[[], Series] = read_ecg, measured: int = MEASURED) -> None:
        self._read = read
        self._measured = measured

    @cached_property
    def ecg(self) -> Series:
        """The electrocardiogram to measure on, read on first use."""
        return self._read()

    def material(self, plan: Plan) -> Material[Forecaster, ScalerConfig]:
        """Make a network and training series."""
        assert len(self.ecg)  # fail before a long training, not after it, if the file is missing
        config = RunningScalerConfig(columns=1)
        with chance(plan.seed):
            network = Forecaster("lstm", ForecasterSizes(inputs=2, outputs=1, units=UNITS))
        remember_at_first(network.recurrent)
        batches = SeriesBatches(config.build(), LANES, LENGTH, plan.seed)
        return Material(config, network, NextValue(network, batches, seed=plan.seed, even=0.0))

    def measure(self, network: Forecaster, codec: Scaler) -> tuple[Metric, ...]:
        """Measure on kinds of series that were not in training, and on the electrocardiogram."""
        ratios = {
            kind: self._beside_persistence(network, codec, maker) for kind, maker in KINDS_APART.items()
        }
        own, seasonal = np.mean(list(ratios.values()), 0)
        counted = (
            f"the mean absolute error from step {MEASURED_FROM} on, divided by the error of persistence; the mean over "
            f"all series. Each series has {MEASURED_STEPS} steps and is read from its first step"
        )
        everything = (
            f"{self._measured * len(ratios)} series of {len(ratios)} kinds that were not used in training"
        )
        kinds = [
            _metric(f"error relative to persistence, {kind}", f"{self._measured} series", counted, *both)
            for kind, both in ratios.items()
        ]
        return (
            _metric("error relative to persistence", everything, counted, own, seasonal),
            *kinds,
            self._on_ecg(network, codec),
        )

    def _beside_persistence(self, network: Forecaster, codec: Scaler, maker: Maker) -> tuple[float, float]:
        """Return the errors of the network and of seasonal persistence, divided by that of persistence."""
        ratios = []
        for index in range(self._measured):
            series = maker(np.random.default_rng((1, index)), MEASURED_STEPS)
            real = series[MEASURED_FROM:]
            expected = forecasts(network, codec, series[:, None])[MEASURED_FROM - 1 : -1, 0].astype(
                np.float64
            )
            usual = mean_absolute_error(series[MEASURED_FROM - 1 : -1], real)
            own = mean_absolute_error(expected, real)
            ratios.append((own / usual, seasonal_error(series, MEASURED_FROM, LAGS) / usual))
        own, seasonal = np.mean(ratios, 0)
        return float(own), float(seasonal)

    def _on_ecg(self, network: Forecaster, codec: Scaler) -> Metric:
        ecg, first = self.ecg, BEATS[-1]
        expected = forecasts(network, codec, ecg[:, None])[first - 1 : -1, 0].astype(np.float64)
        before, earlier = ecg[first - 1 : -1], ecg[first - 2 : -2]
        return Metric(
            name="error on an electrocardiogram",
            value=mean_absolute_error(expected, ecg[first:]),
            unit="mV",
            better="lower",
            on=f"MIT-BIH record 208, {len(ecg):,} samples at {HERTZ} Hz",
            counted=f"the mean absolute error of the next sample, from sample {first} on, read from sample 0",
            baselines=(
                Baseline(name="persistence", value=mean_absolute_error(before, ecg[first:])),
                Baseline(
                    name="seasonal persistence (a beat ago, its length chosen in hindsight)",
                    value=seasonal_error(ecg, first, BEATS),
                ),
                Baseline(
                    name="a straight line through the last two samples",
                    value=mean_absolute_error(2 * before - earlier, ecg[first:]),
                ),
            ),
        )

    def probes(self) -> Probes:
        """Look at series of the kinds in training, then at kinds that are not."""
        kinds = len(KINDS_APART)
        each = self._measured // 4 or 1
        return Probes(
            CONCEPTS,
            validation=[
                [marked(made_series(np.random.default_rng((2, index)), MEASURED_STEPS))]
                for index in range(each * kinds)
            ],
            held_out=[
                marked(maker(np.random.default_rng((1, index)), MEASURED_STEPS))
                for maker in KINDS_APART.values()
                for index in range(each)
            ],
            on=f"{each * kinds} series of {kinds} kinds that were not used in training",
        )

    def data(self) -> DataConfig:
        """Say that the series are made up."""
        return DataConfig(
            source="series of many kinds, made up",
            credit="Measured on, and one example from: Moody and Mark 2001 (MIT-BIH Arrhythmia Database, record 208); "
            "Goldberger et al. 2000 (PhysioNet), ODC-By 1.0.",
            licence="public domain",
        )

    def examples(self, trained: Trained[Forecaster, Scaler]) -> tuple[Example, ...]:
        """Give made-up series and a real series, none of them used in training."""
        random = np.random.default_rng(208)
        steps = np.arange(160)
        seasons = (200 + 0.8 * steps + 25 * np.sin(2 * np.pi * steps / 12) + 3 * random.normal(size=160))[:96]
        jump = np.where(steps < 80, 20.0, 35.0) + random.normal(size=160) * 0.5
        beats = self.ecg[: 2 * HERTZ]
        return (
            _example(
                "season",
                "A season that rises",
                seasons,
                1,
                "visits",
                "The wave repeats every 12 steps. The more the model reads, the better its forecast becomes.",
            ),
            _example(
                "heartbeats",
                "Two seconds of an electrocardiogram",
                beats,
                3,
                "lead MLII (mV)",
                "No heartbeat was in its training data. It cannot know when a beat begins, but after the first rise "
                "its forecast follows.",
                [f"{index / HERTZ:.3f} s" for index in range(len(beats))],
            ),
            _example(
                "jump",
                "A level that jumps",
                jump,
                2,
                "°C",
                "Nothing announces the jump at step 80. After the jump, the old level is forgotten: some units change "
                "their sign.",
            ),
            _example(
                "chaos",
                "Chaos",
                KINDS_APART["chaos (logistic map)"](np.random.default_rng(3), 120),
                4,
                "x",
                "Each value is computed from the value before it, x ← r x (1 − x), but no two values are the same.",
            ),
        )

    def card(self, trained: Trained[Forecaster, Scaler]) -> str:
        """Write the card."""
        first, *kinds, ecg = trained.metrics
        rows = [
            f"| {metric.name.split(', ')[1]} | {metric.value:.3f} | 1.000 | {metric.baselines[1].value:.3f} |"
            for metric in kinds
        ]
        lost = [
            f"- {metric.name.split(', ')[1]}: {metric.value:.3f}, but {baseline.name} {baseline.value:.3f}."
            for metric in kinds
            for baseline in metric.baselines
            if baseline.value < metric.value
        ]
        return CARD.format(
            rows="\n".join(rows),
            value=first.value,
            seasonal=first.baselines[1].value,
            series=self._measured,
            steps=MEASURED_STEPS,
            first=MEASURED_FROM,
            tracked=table(trained.tracked),
            ecg=ecg.value,
            ecg_on=ecg.on,
            ecg_rows="\n".join(
                f"| {baseline.name} | {baseline.value:.4f} mV |" for baseline in ecg.baselines
            ),
            losses="".join(f"{line}\n" for line in lost),
            plan_steps=f"{trained.plan.steps:,}",
            lanes=LANES,
            length=LENGTH,
            seed=trained.plan.seed,
        )


def marked(series: Series) -> Marked:
    """Return a series with the value of each concept; nothing is rising or high at the first step."""
    means = np.cumsum(series) / np.arange(1, len(series) + 1)
    return Marked(
        NumericSequence(series[:, None], None, None),
        {
            "rising": np.concatenate([[0.0], np.diff(series) > 0]),
            "high": (series > means).astype(float),
        },
    )


def _metric(name: str, on: str, counted: str, own: float, seasonal: float) -> Metric:
    return Metric(
        name=name,
        value=own,
        unit="× persistence",
        better="lower",
        on=on,
        counted=counted,
        baselines=(
            Baseline(name="persistence", value=1.0),
            Baseline(
                name="seasonal persistence (the best of 2 to 100 steps ago, in hindsight)", value=seasonal
            ),
        ),
    )


def _example(
    name: str,
    title: str,
    series: Series,
    digits: int,
    feature: str,
    note: str,
    labels: Sequence[str] | None = None,
) -> Example:
    rows = tuple((round(float(value), digits),) for value in series)
    return Example(
        id=name,
        title=title,
        values=rows,
        features=(feature,),
        labels=tuple(labels) if labels else None,
        note=note,
    )
