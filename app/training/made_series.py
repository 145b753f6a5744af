"""Made-up series of many kinds: some for training, and separate kinds for measuring.

Each is a pure function of a random generator and a length. Units and levels do not matter, since the scaler removes
both.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import lfilter

Series = NDArray[np.float64]
Maker = Callable[[Generator, int], Series]


def trend(random: Generator, steps: int) -> Series:
    """Return straight pieces of different slopes, joined without a jump."""
    slopes = random.normal(size=random.integers(1, 4))
    borders = np.sort(random.integers(0, steps, len(slopes) - 1))
    return np.cumsum(slopes[np.searchsorted(borders, np.arange(steps), side="right")])


def season(random: Generator, steps: int) -> Series:
    """Return a periodic wave with up to four harmonics."""
    period = np.exp(random.uniform(np.log(4), np.log(90)))
    harmonics = np.arange(1, random.integers(2, 6))
    strengths = random.normal(size=len(harmonics)) / harmonics ** random.uniform(0.3, 1.5)
    phases = random.uniform(0, 2 * np.pi, len(harmonics))
    angles = 2 * np.pi * np.arange(steps)[:, None] * harmonics / period + phases  # (T, harmonics)
    wave: Series = np.sin(angles) @ strengths
    return wave


def pattern(random: Generator, steps: int) -> Series:
    """Return a short list of numbers, repeated, like the days of a week."""
    shape = random.normal(size=random.integers(2, 25))
    return np.resize(shape, steps)


def steps_up_and_down(random: Generator, steps: int) -> Series:
    """Return a level that stays constant, then jumps to another."""
    jumps = random.random(steps) < 10 ** random.uniform(-2.3, -1)
    return np.cumsum(jumps * random.normal(size=steps))


def autoregressive(random: Generator, steps: int) -> Series:
    """Return noise filtered by two poles inside the unit circle: each value depends on earlier values."""
    radius = 1 - 10 ** random.uniform(-2.5, -0.2)
    angle = random.choice([0.0, np.pi, random.uniform(0, np.pi)])
    second = radius if random.random() < 0.5 else random.uniform(0, radius)
    if angle in (0.0, np.pi):
        sign = np.cos(angle)
        coefficients = np.poly([sign * radius, second * random.choice([0.0, 1.0])])
    else:
        coefficients = np.array([1.0, -2 * radius * np.cos(angle), radius**2])
    lead = 100
    series: Series = lfilter([1.0], coefficients, random.normal(size=steps + lead))[lead:]
    return series


def random_walk(random: Generator, steps: int) -> Series:
    """Return the sum of independent steps, with or without a drift."""
    return np.cumsum(random.normal(size=steps) + random.choice([0.0, 0.3]) * random.normal())


def smooth_walk(random: Generator, steps: int) -> Series:
    """Return a walk whose speed is itself a random walk: smooth but unpredictable."""
    speed = lfilter([1.0], [1.0, -random.uniform(0.7, 0.99)], random.normal(size=steps))
    return np.cumsum(speed)


def noise(random: Generator, steps: int) -> Series:
    """Return independent numbers, normally distributed or with heavy tails."""
    return random.normal(size=steps) if random.random() < 0.7 else random.standard_t(3, size=steps)


def pulses(random: Generator, steps: int) -> Series:
    """Return short bumps at nearly regular intervals."""
    period = random.uniform(8, 80)
    times = np.cumsum(period * (1 + random.uniform(0, 0.15) * random.normal(size=steps // 6)))
    width = period * random.uniform(0.02, 0.15)
    away = (np.arange(steps)[:, None] - times[times < steps + period]) / width  # (T, bumps)
    bumps: Series = np.exp(-0.5 * away**2).sum(1)
    return bumps


PARTS: tuple[Maker, ...] = (
    trend, season, season, pattern, steps_up_and_down, autoregressive, autoregressive,
    random_walk, smooth_walk, noise, pulses,
)  # fmt: skip
"""The parts of training series; parts listed twice come twice as often."""


def mixture(random: Generator, steps: int) -> Series:
    """Return a sum of one to three parts, often with noise and sometimes with spikes."""
    parts = random.choice(len(PARTS), random.choice([1, 2, 3], p=[0.45, 0.35, 0.2]), replace=False)
    whole = np.zeros(steps)
    for index in parts:
        whole += _unit(PARTS[index](random, steps)) * 10 ** random.uniform(-1, 0)
    whole = _unit(whole)
    if random.random() < 0.75:
        whole += 10 ** random.uniform(-3, -0.3) * random.normal(size=steps)
    if random.random() < 0.15:
        spikes = random.random(steps) < random.uniform(0.005, 0.03)
        whole += spikes * random.normal(size=steps) * random.uniform(2, 8)
    if random.random() < 0.1:
        whole = np.round(whole * random.integers(1, 8))
    return whole


def made_series(random: Generator, steps: int) -> Series:
    """Return a training series: a mixture that in 1 of 8 cases changes to another mixture part way through."""
    whole = mixture(random, steps)
    if random.random() < 0.125:
        change = int(random.integers(steps // 4, steps))
        whole[change:] = mixture(random, steps - change) * 10 ** random.uniform(-0.5, 0.5)
    return whole


def sawtooth(random: Generator, steps: int) -> Series:
    """Return a ramp that falls back to its start, with a little noise."""
    period, lean = random.uniform(6, 60), random.uniform(0.5, 1.0)
    place = (np.arange(steps) / period + random.random()) % 1.0
    ramp = np.where(place < lean, place / lean, (1 - place) / max(1 - lean, 1e-9))
    return ramp + random.uniform(0, 0.1) * random.normal(size=steps)


def chirp(random: Generator, steps: int) -> Series:
    """Return a wave that gets faster and faster."""
    slow, fast = 1 / random.uniform(40, 80), 1 / random.uniform(6, 12)
    angle = 2 * np.pi * np.cumsum(np.linspace(slow, fast, steps))
    wave: Series = np.sin(angle) + random.uniform(0, 0.1) * random.normal(size=steps)
    return wave


def growing_season(random: Generator, steps: int) -> Series:
    """Return a season whose swings grow with its level, like sales or passenger numbers."""
    level = np.exp(np.linspace(0, random.uniform(0.5, 2), steps))
    year = 1 + random.uniform(0.1, 0.4) * np.sin(2 * np.pi * np.arange(steps) / 12 + random.uniform(0, 6))
    return level * year * np.exp(random.uniform(0.01, 0.08) * random.normal(size=steps))


def counts(random: Generator, steps: int) -> Series:
    """Return small whole numbers with a weekly pattern, like visits or calls."""
    week = np.resize(np.exp(random.normal(size=7) * 0.5), steps)
    return random.poisson(random.uniform(2, 20) * week).astype(np.float64)


def bouncing(random: Generator, steps: int) -> Series:
    """Return a ball that bounces, a little lower each time, and is thrown again."""
    period, fall = random.uniform(8, 30), random.uniform(0.6, 0.95)
    flight, place = np.divmod(np.arange(steps) / period, 1.0)
    flights: Series = fall ** (flight % 8) * 4 * place * (1 - place)
    return flights + 0.02 * random.normal(size=steps)


def chaos(random: Generator, steps: int) -> Series:
    """Return the logistic map x ← r x (1 − x): deterministic, yet it never repeats."""
    rate, x = random.uniform(3.6, 4.0), random.uniform(0.1, 0.9)
    whole = np.empty(steps)
    for step in range(steps):
        whole[step] = x = rate * x * (1 - x)
    return whole


KINDS_APART: dict[str, Maker] = {
    "sawtooth waves": sawtooth,
    "waves that become faster": chirp,
    "seasons that grow": growing_season,
    "counts with a week": counts,
    "bouncing": bouncing,
    "chaos (logistic map)": chaos,
}
"""Kinds of series that are never used in training."""


def _unit(series: Series) -> Series:
    """Return a series shifted and scaled to mean 0 and, unless it is constant, deviation 1."""
    deviation = series.std()
    unit: Series = (series - series.mean()) / (deviation if deviation > 0 else 1.0)
    return unit
