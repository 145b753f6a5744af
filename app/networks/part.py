"""A part of a run: where it begins and ends, and the traces of its steps, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

from torch import Tensor

from ..recurrent import Trace, Tracer, capture, describe
from ..recurrent.layerwise import Block, can_capture_layerwise, capture_in_pieces, capture_layerwise
from .feed import Feed
from .selection import Selection

FLOAT_BYTES = 4
BIN_VALUES = 4  # a bin has a least and a greatest value, and a sum of twice their size
SKIPPED_STEPS = 128
"""Steps per block while skipping: few, since other runs wait for the same threads."""

BLOCK_NUMBERS = 2**19
"""About the most numbers in a block of an overview. This bounds memory, and the time that other runs wait."""

LAYERWISE = 4
"""From this resolution on, the bins of a bidirectional run take less memory than its trace."""


@dataclass(frozen=True)
class Part:
    """A part of a run.

    It begins at the step `begins` from the states `given`, or from the feed's own. Steps before `start` are run but
    not returned; steps from `stop` onward are not returned. With `resolution`, chunks end at the edges of bins of that
    many steps.
    """

    feed: Feed
    selection: Selection
    start: int
    stop: int
    begins: int = 0
    given: Any = None
    resolution: int | None = None

    @property
    def initial(self) -> Any:
        """The initial states in the form that the module takes; None for zeros."""
        return self.feed.initial if self.given is None else self.given

    @property
    def block(self) -> int:
        """How many steps an overview computes at a time."""
        module, cell = self.feed.module, describe(self.feed.module)
        signals = len(cell.signal_names) + len(cell.pre_names) * self.selection.pre_activations
        numbers = module.hidden_size * module.num_layers * signals
        return max(16, min(512, BLOCK_NUMBERS // numbers))

    @property
    def is_layerwise(self) -> bool:
        """Whether an overview is read layer by layer, because the whole trace would take much memory."""
        module = self.feed.module
        return (
            self.resolution is not None
            and self.resolution >= LAYERWISE
            and module.bidirectional
            and can_capture_layerwise(module)
        )

    @property
    def held_bytes(self) -> int:
        """About how many bytes are held at most during the run, besides chunks.

        If a layer reads backward, that is the whole trace, or for an overview the outputs of two layers and the bins.
        """
        module, cell, steps = self.feed.module, describe(self.feed.module), self.feed.most_steps
        if not module.bidirectional:
            return self.feed.held_bytes
        signals = len(cell.signal_names) + len(cell.pre_names) * self.selection.pre_activations
        units = 2 * module.hidden_size
        values = module.num_layers * units * (signals + 1)
        if self.is_layerwise and self.resolution is not None:
            values = 2 * units + BIN_VALUES * values // self.resolution
        return self.feed.held_bytes + FLOAT_BYTES * steps * (values + module.input_size)

    def is_edge(self, step: int) -> bool:
        """Whether a bin ends at this step."""
        return step == self.stop or (self.resolution is not None and step % self.resolution == 0)

    @property
    def steps(self) -> int | None:
        """Where it ends; None if the model decides."""
        return self.stop if self.stop <= self.feed.least_steps else None


def stops(part: Part, sizes: Iterator[int]) -> Iterator[int]:
    """Yield where each block of steps ends: first the skipped blocks, then the wanted chunks."""
    feed, position = part.feed, part.begins
    if part.start == part.stop:
        return
    while position < part.start and feed.reach(position + 1) > position:
        position = feed.reach(min(position + SKIPPED_STEPS, part.start))
        yield position
    if part.resolution is not None:
        for edge in edges(part, sizes):
            yield from chain(range(position + part.block, edge, part.block), (edge,))
            position = edge
        return
    while position < part.stop and feed.reach(position + 1) > position:
        size = next(sizes, None)
        if size is None:
            return
        position = feed.reach(min(position + size, part.stop))
        yield position


def edges(part: Part, sizes: Iterator[int]) -> Iterator[int]:
    """Yield where each chunk of an overview ends: at least one bin, and at most a size and a block."""
    assert part.resolution is not None
    position = part.start
    while position < part.stop:
        size = next(sizes, None)
        if size is None:
            return
        bins = max(1, min(size, part.block) // part.resolution)
        position = min(position + bins * part.resolution, part.stop)
        yield position


def read_ahead(part: Part) -> Iterator[Trace | None]:
    """Read the whole sequence if a layer reads backward: yield None after every block, and its trace at the end."""
    feed, pre = part.feed, part.selection.pre_activations
    if not feed.module.bidirectional or part.start == part.stop:
        return
    inputs = feed.inputs(0, feed.reach(feed.most_steps))
    if can_capture_layerwise(feed.module):
        yield from capture_in_pieces(feed.module, inputs, part.block, part.initial, pre_activations=pre)
    else:
        yield capture(feed.module, inputs, part.initial, pre_activations=pre)


def traces(part: Part, stops: Iterator[int], whole: Trace | None) -> Iterator[tuple[int, Tensor, Trace]]:
    """Yield the first step, the inputs [steps, input size] and the trace of each block.

    `whole` is the trace of the whole sequence if a layer reads backward.
    """
    feed, pre = part.feed, part.selection.pre_activations
    first = next(stops, None)
    if first is None:
        return
    tracer = None if whole else Tracer(feed.module, part.initial, pre_activations=pre)
    for start, stop in pairwise(chain((part.begins, first), stops)):
        yield _block(feed, start, stop, whole, tracer)


def _block(
    feed: Feed, start: int, stop: int, whole: Trace | None, tracer: Tracer | None
) -> tuple[int, Tensor, Trace]:
    inputs = feed.inputs(start, stop)
    if whole is not None:
        return start, inputs, whole.narrow(start, stop)
    assert tracer is not None
    return start, inputs, tracer.advance(inputs)


def layer_blocks(part: Part) -> Iterator[Block]:
    """Yield the blocks of the whole sequence, layer by layer, direction by direction."""
    feed = part.feed
    inputs = feed.inputs(0, feed.reach(feed.most_steps))
    pre = part.selection.pre_activations
    return capture_layerwise(feed.module, inputs, part.block, part.initial, pre_activations=pre)
