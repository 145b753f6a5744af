"""Blocks of steps: long sequences run in pieces that stay in the processor's cache."""

from collections.abc import Iterator

BLOCK_VALUES = 1 << 19
"""About how many values per signal a block has: few enough to stay in the cache, many enough that starting a kernel
costs almost nothing."""

BLOCK_STEPS = 16
"""The fewest steps of a block."""


def blocks(steps: int, width: int) -> Iterator[slice]:
    """Consecutive slices that cover `steps`, for signals of `width` values a step."""
    size = max(BLOCK_STEPS, BLOCK_VALUES // width)
    for start in range(0, steps, size):
        yield slice(start, min(start + size, steps))
