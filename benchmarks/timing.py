"""Timing several ways of doing the same thing in turn, so that a machine whose speed drifts is fair to all."""

import statistics
import time
from collections.abc import Callable, Mapping

Way = Callable[[], object]


def seconds(way: Way) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    way()
    return time.perf_counter() - began


def in_turn(ways: Mapping[str, Way], budget: float, rounds: tuple[int, int]) -> dict[str, list[float]]:
    """Seconds of each call, by way: all ways once a round, after a round that is not counted.

    Args:
        ways: what to time.
        budget: about how many seconds to spend.
        rounds: the fewest and the most rounds.
    """
    warm_up = sum(seconds(way) for way in ways.values())
    fewest, most = rounds
    count = max(fewest, min(most, int(budget / max(warm_up, 1e-9))))
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(count):
        for name, way in ways.items():
            taken[name].append(seconds(way))
    return taken


def ratio(over: list[float], under: list[float]) -> float:
    """The median over the rounds of how many times longer `over` took than `under`."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))
