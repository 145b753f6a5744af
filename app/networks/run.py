"""A run: one model over one sequence, chunk by chunk, with every signal, prediction and token of its steps.

A codec turns the sequence into inputs, step by step; each part of the network reads its own inputs; a head turns
outputs into predictions. The task decides what is fed and predicted (`feed`); this module holds the loop over chunks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import Any

from torch import Tensor

from ..errors import BadInput
from ..recurrent import Parity, Trace, Tracer, capture_chunks, describe
from ..sequences import Sequence
from .codecs import Token
from .feed import Arrays, Asked, Feed, Runnable
from .place import SEQUENCE, prefix
from .selection import Selection
from .states import taken
from .writer import Generate

SKIPPED_STEPS = 128
"""Steps per block while skipping: few, since other runs wait for the same threads."""


@dataclass(frozen=True, eq=False)
class RunChunk:
    """The arrays of the steps [`start`, `stop`) of a part, named as on the wire.

    `initial` holds the part's initial states, [units] each: only in its first chunk, and for a `sequence` only if they
    are not all zero.
    `tokens` are new tokens, not yet known to the reader; `agreement` covers every step run for this chunk, skipped
    steps too.
    """

    start: int
    stop: int
    arrays: Arrays
    agreement: Parity
    tokens: list[Token] = field(default_factory=list)
    part: str = SEQUENCE
    initial: Arrays = field(default_factory=dict)


@dataclass(frozen=True)
class _Part:
    """A part of a run.

    It begins at the step `begins` from the states `given`, or from the feed's own. Steps before `start` are run but
    not returned; steps from `stop` onward are not returned.
    """

    feed: Feed
    selection: Selection
    start: int
    stop: int
    begins: int = 0
    given: Any = None

    @property
    def steps(self) -> int | None:
        """Where it ends; None if the model decides."""
        return self.stop if self.stop <= self.feed.least_steps else None


class Run:
    """One model over one sequence.

    `signals`, `layers` and `directions` choose among the arrays (None means all, without pre-activations; `layers` and
    `directions` apply to the first part); `top` is how many of the most probable next tokens are kept. Steps before
    `from_step` are run but not returned; steps from `stop_step` onward are not returned. Both count the steps of all
    parts, one part after the other. With `generate`, the model keeps writing after the sequence; `options` are specific
    to the model's task. With `states` (each [layers · directions, units], by name), a model with a single part begins
    at `from_step` from these states, and earlier steps are not run.

    Raises `EmptySequence`, `UnknownToken`, `TooLarge` (more steps than `most_steps`), and `BadInput` if the model
    cannot read such a sequence or has no such signal, layer, direction or step.
    """

    def __init__(
        self,
        model: Runnable,
        sequence: Sequence,
        *,
        signals: Collection[str] | None = None,
        layers: Collection[int] | None = None,
        directions: Collection[str] | None = None,
        top: int = 5,
        from_step: int = 0,
        stop_step: int | None = None,
        generate: Generate | None = None,
        options: Mapping[str, Any] | None = None,
        most_steps: int | None = None,
        states: Mapping[str, Tensor] | None = None,
    ) -> None:
        self.model = model
        self._reading = model.read(sequence, Asked(top, most_steps, generate, options or {}))
        most = sum(feed.most_steps for feed in self._reading.feeds)
        stop = most if stop_step is None else stop_step
        if not 0 <= stop <= most:
            raise BadInput(f"there is no step {stop_step}", where="stop_step", expected=f"0 to {most}")
        if not 0 <= from_step <= stop:
            raise BadInput(f"there is no step {from_step}", where="from_step", expected=f"0 to {stop}")
        self.agreement = Parity()
        """The agreement with PyTorch over every step run so far, skipped steps too."""
        self._from = from_step
        self._parts: list[_Part] = []
        begun = None if states is None else taken(model, states, from_step)
        begins = 0 if states is None else from_step
        before = 0
        for feed in self._reading.feeds:
            chosen = (layers, directions) if not self._parts else (None, None)
            selection = Selection.of(feed.module, signals, *chosen)
            first, last = (min(max(step - before, 0), feed.most_steps) for step in (from_step, stop))
            self._parts.append(_Part(feed, selection, first, last, begins, begun))
            before += feed.most_steps

    @property
    def steps(self) -> int | None:
        """Where the run ends, counted over all parts; None if the model decides."""
        ends = [part.steps for part in self._parts]
        return None if None in ends else sum(end for end in ends if end is not None)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts, in the order in which they run."""
        return tuple(part.feed.part for part in self._parts)

    def described(self) -> dict[str, dict[str, Any]]:
        """Return what is known about each part before the first chunk, JSON-ready."""
        return {part.feed.part: _described(part) for part in self._parts}

    def header(self) -> dict[str, Any]:
        """Return what a reader needs to know before the first chunk, JSON-ready."""
        described = self.described()
        several = {"parts": described} if len(described) > 1 else {}
        return {
            "type": "header",
            "model": self.model.id,
            **next(iter(described.values())),
            "from_step": self._from,
            **self._reading.header,
            **several,
        }

    def result(self) -> dict[str, Any]:
        """Return the task's extra fields at the end of a run, JSON-ready."""
        return self._reading.result()

    def chunks(self, sizes: Iterable[int]) -> Iterator[RunChunk]:
        """Run, and yield chunks of the given sizes; each size is read just before its chunk is computed.

        The parts run one after another. The last chunk of a part may be shorter. Closing the generator ends the run.
        """
        return (piece for piece in self.pieces(sizes) if piece is not None)

    def pieces(self, sizes: Iterable[int]) -> Iterator[RunChunk | None]:
        """Run as `chunks` does, but also yield None for each block of skipped steps.

        So a run that skips many steps can still be cancelled, or make way for other runs.
        """
        wished = iter(sizes)
        agreement = self.agreement = Parity()
        for part in self._parts:
            announced, initial = len(part.feed.given), None
            for start, inputs, trace in _traces(part, _stops(part, wished)):
                stop = start + trace.steps
                agreement |= trace.agreement
                self.agreement |= trace.agreement
                initial = _initial(part, trace) if initial is None else initial
                if stop <= part.start:
                    yield None
                    continue
                tokens = part.feed.tokens(announced, stop) if stop > announced else []
                yield RunChunk(
                    start,
                    stop,
                    _arrays(part, start, inputs, trace),
                    agreement,
                    tokens,
                    part.feed.part,
                    initial,
                )
                agreement, announced, initial = Parity(), max(announced, stop), {}


def _described(part: _Part) -> dict[str, Any]:
    """Return the header's fields for a part."""
    return {
        "cell": describe(part.feed.module).kind,
        "layers": list(part.selection.layers),
        "directions": list(part.selection.directions),
        "units": part.feed.module.hidden_size,
        "signals": list(part.selection.signals),
        "steps": part.steps,
        "tokens": [token.as_dict() for token in part.feed.given],
    }


def _stops(part: _Part, sizes: Iterator[int]) -> Iterator[int]:
    """Yield where each block of steps ends: first the skipped blocks, then the wanted chunks."""
    feed, position = part.feed, part.begins
    if part.start == part.stop:
        return
    while position < part.start and feed.reach(position + 1) > position:
        position = feed.reach(min(position + SKIPPED_STEPS, part.start))
        yield position
    while position < part.stop and feed.reach(position + 1) > position:
        size = next(sizes, None)
        if size is None:
            return
        position = feed.reach(min(position + size, part.stop))
        yield position


def _traces(part: _Part, stops: Iterator[int]) -> Iterator[tuple[int, Tensor, Trace]]:
    """Yield the first step, the inputs [steps, input size] and the trace of each block."""
    feed, pre = part.feed, part.selection.pre_activations
    first = next(stops, None)
    if first is None:
        return
    blocks = pairwise(chain((part.begins, first), stops))
    begun = feed.initial if part.given is None else part.given
    if feed.module.bidirectional:
        inputs = feed.inputs(0, feed.reach(feed.most_steps))
        sizes = (stop - start for start, stop in blocks)
        for trace in capture_chunks(feed.module, inputs, sizes, begun, pre_activations=pre):
            yield trace.start, inputs[trace.start : trace.stop], trace
    else:
        tracer = Tracer(feed.module, begun, pre_activations=pre)
        for start, stop in blocks:
            inputs = feed.inputs(start, stop)
            yield start, inputs, tracer.advance(inputs)


def _initial(part: _Part, trace: Trace) -> Arrays:
    """Return a part's initial states at the chosen places; none for a `sequence` that begins with zeros."""
    if part.feed.part == SEQUENCE and not any(state.any() for state in trace.initial.values()):
        return {}
    return {
        place.initial(name): state[place.row(part.feed.module)].numpy()
        for place in part.selection.places(part.feed.part)
        for name, state in trace.initial.items()
    }


def _arrays(part: _Part, start: int, inputs: Tensor, trace: Trace) -> Arrays:
    """Return the chosen signals of a trace and the task's own arrays, named as on the wire."""
    feed = part.feed
    arrays = {
        place.signal(signal): trace.arrays[replace(place, part=SEQUENCE).signal(signal)].numpy()
        for place in part.selection.places(feed.part)
        for signal in part.selection.signals
    }
    arrays[f"{prefix(feed.part)}inputs"] = inputs.numpy()
    return arrays | feed.arrays(start, start + trace.steps, trace.output)
