"""Times several ways of doing the same thing in turn, so that drifts in the machine's speed affect all equally."""

import statistics
import time
from collections.abc import Callable, Mapping

Way = Callable[[], object]


def seconds(way: Way) -> float:
    """The duration of one call, in seconds."""
    began = time.perf_counter()
    way()
    return time.perf_counter() - began


def in_turn(ways: Mapping[str, Way], budget: float, rounds: tuple[int, int]) -> dict[str, list[float]]:
    """Seconds of each call, by way: every way runs once per round, after a warm-up round that is not counted.

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
    """The median over the rounds of the time of `over` divided by that of `under`."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))
