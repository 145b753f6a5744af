"""A run: one model over one sequence, chunk by chunk, with every signal, prediction and token of its steps.

A codec turns the sequence into inputs, step by step; each part of the network reads its own inputs; a head turns
outputs into predictions. The task decides what is fed and predicted (`feed`); this module holds the loop over chunks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor

from ..errors import BadInput
from ..recurrent import Parity, Trace, describe
from ..sequences import Sequence
from .bins import Bins
from .codecs import Token
from .feed import Arrays, Asked, Runnable
from .part import Part, edges, layer_blocks, read_ahead, stops, traces
from .place import SEQUENCE, places_of, prefix
from .selection import Selection
from .states import check_states_kept, taken
from .writer import Begin, Generate


@dataclass(frozen=True, eq=False)
class RunChunk:
    """The arrays of the steps [`start`, `stop`) of a part, named as on the wire.

    `initial` holds the part's initial states, [units] each: only in its first chunk, and for a `sequence` only if they
    are not all zero.
    `tokens` are new tokens, not yet known to the client; `agreement` covers every step run for this chunk, skipped
    steps too. `states` holds the states after the chunk's last step, [units] each, if the run keeps them.
    """

    start: int
    stop: int
    arrays: Arrays
    agreement: Parity
    tokens: list[Token] = field(default_factory=list)
    part: str = SEQUENCE
    initial: Arrays = field(default_factory=dict)
    states: Arrays = field(default_factory=dict)


class Run:
    """One model over one sequence.

    `signals`, `layers` and `directions` choose among the arrays (None means all, without pre-activations; `layers` and
    `directions` apply to the first part); `top` is how many of the most probable next tokens are kept. Steps before
    `from_step` are run but not returned; steps from `stop_step` onward are not returned. Both count the steps of all
    parts, one part after the other. With `generate`, the model keeps writing after the sequence; `options` are specific
    to the model's task. With `states` (each [layers · directions, units], by name), a model with a single part begins
    at `from_step` from these states, and earlier steps are not run. With `keep_states`, each chunk of such a model has
    the states at its end; the model must not read backward.

    With `resolution`, a chunk's only arrays are bins of that many steps of each signal (see `Bins`). It ends at the
    edge of a bin; `from_step` is such an edge, too, and the last bin may be shorter.

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
        keep_states: bool = False,
        resolution: int | None = None,
    ) -> None:
        self.model = model
        self.resolution = resolution
        self._keeps_states = keep_states
        if keep_states:
            check_states_kept(model)
        if resolution is not None:
            _check_resolution(model, resolution, from_step, generate)
        initial = None if states is None else taken(model, states, from_step)
        begin = None if initial is None else Begin(from_step, initial)
        self._reading = model.read(sequence, Asked(top, most_steps, generate, options or {}, begin))
        most = sum(feed.most_steps for feed in self._reading.feeds)
        stop = most if stop_step is None else stop_step
        if not 0 <= stop <= most:
            raise BadInput(f"there is no step {stop_step}", where="stop_step", expected=f"0 to {most}")
        if not 0 <= from_step <= stop:
            raise BadInput(f"there is no step {from_step}", where="from_step", expected=f"0 to {stop}")
        self.agreement = Parity()
        """The agreement with PyTorch over every step run so far, skipped steps too."""
        self.from_step = from_step
        """The first step that is returned."""
        self._parts: list[Part] = []
        begins = 0 if states is None else from_step
        before = 0
        for feed in self._reading.feeds:
            chosen = (layers, directions) if not self._parts else (None, None)
            selection = Selection.of(feed.module, signals, *chosen)
            first, last = (min(max(step - before, 0), feed.most_steps) for step in (from_step, stop))
            self._parts.append(Part(feed, selection, first, last, begins, initial, resolution))
            before += feed.most_steps

    @property
    def steps(self) -> int | None:
        """Where the run ends, counted over all parts; None if the model decides."""
        ends = [part.steps for part in self._parts]
        return None if None in ends else sum(end for end in ends if end is not None)

    def ends_at(self, position: int) -> bool:
        """Return whether no step comes after the first `position` steps, counted over all parts.

        Where the model decides, it may compute one more step to find out.
        """
        last = self._parts[-1]
        step = position - sum(part.feed.most_steps for part in self._parts[:-1])
        return step >= last.stop or (step >= 0 and last.feed.reach(step + 1) <= step)

    def least_chunk(self, position: int) -> int:
        """Return how many steps the chunk from the step `position` on has at least: one, or those of a bin."""
        if self.resolution is None or self.steps is None:
            return 1
        return min(self.resolution, self.steps - position)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts, in the order in which they run."""
        return tuple(part.feed.part for part in self._parts)

    @property
    def reads_ahead(self) -> int | None:
        """The steps of the first part, if a layer reads backward: they are read before the first one is returned."""
        first = self._parts[0]
        return first.steps if first.feed.module.bidirectional else None

    @property
    def held_bytes(self) -> int:
        """About how many bytes it holds at most until it ends, besides chunks."""
        return sum(part.held_bytes for part in self._parts)

    def described(self) -> dict[str, dict[str, Any]]:
        """Return what is known about each part before the first chunk, JSON-ready."""
        return {part.feed.part: _described(part) for part in self._parts}

    def header(self) -> dict[str, Any]:
        """Return what a client needs to know before the first chunk, JSON-ready."""
        described = self.described()
        several = {"parts": described} if len(described) > 1 else {}
        overview = {} if self.resolution is None else {"resolution": self.resolution}
        return {
            "type": "header",
            "model": self.model.id,
            **next(iter(described.values())),
            "from_step": self.from_step,
            **self._reading.header,
            **several,
            **overview,
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
        """Run as `chunks` does, but also yield None for each block of skipped steps, or of steps within a bin.

        So a run that needs many steps for its next chunk can be cancelled, or let other runs go first.
        """
        wished = iter(sizes)
        self.agreement = Parity()
        for part in self._parts:
            if part.resolution is None:
                yield from self._exact(part, wished)
            elif part.is_layerwise:
                yield from self._layerwise(part, part.resolution, wished)
            else:
                yield from self._overview(part, part.resolution, wished)

    def _exact(self, part: Part, sizes: Iterator[int]) -> Iterator[RunChunk | None]:
        """Yield chunks with the value of every step."""
        agreement, announced, initial = Parity(), len(part.feed.given), None
        for piece in _pieces(part, sizes):
            if piece is None:
                yield None
                continue
            start, inputs, trace = piece
            stop = start + trace.steps
            agreement |= trace.agreement
            self.agreement |= trace.agreement
            initial = _initial(part, trace) if initial is None else initial
            if stop <= part.start:
                yield None
                continue
            tokens = part.feed.tokens(announced, stop) if stop > announced else []
            arrays, states = _arrays(part, start, inputs, trace), self._states(part, trace)
            chunks = [RunChunk(start, stop, arrays, agreement, tokens, part.feed.part, initial, states)]
            agreement, announced, initial = Parity(), max(announced, stop), {}
            del piece, inputs, trace, arrays, tokens  # a waiting run holds only what it needs to continue
            yield chunks.pop()

    def _overview(self, part: Part, resolution: int, sizes: Iterator[int]) -> Iterator[RunChunk | None]:
        """Yield chunks of whole bins, as soon as their steps have been run."""
        most = max(resolution, part.block)
        agreement, bins = Parity(), Bins(part.start, part.start + most, resolution)
        for piece in _pieces(part, sizes):
            if piece is None:
                yield None
                continue
            start, _, trace = piece
            stop = start + trace.steps
            agreement |= trace.agreement
            self.agreement |= trace.agreement
            if stop > part.start:
                bins.add(start, _signals(part, trace.arrays))
            if stop <= part.start or not part.is_edge(stop):
                yield None
                continue
            arrays, states = bins.arrays(bins.start, stop), self._states(part, trace)
            yield RunChunk(bins.start, stop, arrays, agreement, part=part.feed.part, states=states)
            agreement, bins = Parity(), Bins(stop, stop + most, resolution)

    def _layerwise(self, part: Part, resolution: int, sizes: Iterator[int]) -> Iterator[RunChunk | None]:
        """Yield chunks of whole bins, once all layers and directions have been read."""
        bins = Bins(part.start, part.stop, resolution)
        for block in layer_blocks(part):
            self.agreement |= block.agreement
            first, last = max(block.start, part.start), min(block.stop, part.stop)
            if first < last:
                rows = slice(first - block.start, last - block.start)
                bins.add(first, {name: array[rows] for name, array in _signals(part, block.arrays).items()})
            yield None
        start = part.start
        for stop in edges(part, sizes):
            yield RunChunk(start, stop, bins.arrays(start, stop), self.agreement, part=part.feed.part)
            start = stop

    def _states(self, part: Part, trace: Trace) -> Arrays:
        """Return the states at the end of a trace, of all layers, if the run keeps them."""
        if not self._keeps_states or trace.final is None:
            return {}
        module = part.feed.module
        return {
            place.state(name): state[place.row(module)].numpy()
            for place in places_of(module)
            for name, state in trace.final.items()
        }


def _pieces(part: Part, sizes: Iterator[int]) -> Iterator[tuple[int, Tensor, Trace] | None]:
    """Yield the traces of a part's blocks, and before them None for each piece of the work that must be done first."""
    for _ in part.feed.prepare():
        yield None
    whole = None
    for whole in read_ahead(part):
        if whole is None:
            yield None
    yield from traces(part, stops(part, sizes), whole)


def _check_resolution(model: Runnable, resolution: int, from_step: int, generate: Generate | None) -> None:
    """Raise `BadInput` if a run cannot be reduced to bins of `resolution` steps."""
    if resolution < 1:
        raise BadInput(f"a bin cannot have {resolution} steps", where="resolution", expected="1 or more")
    if generate is not None:
        raise BadInput(
            "a model that writes sends the value of every step", where="resolution", expected="no `generate`"
        )
    if len(model.parts) > 1:
        raise BadInput(f"{model.id} has several parts", where="resolution", expected="a model of one part")
    if from_step % resolution:
        raise BadInput(
            f"step {from_step} is within a bin of {resolution} steps",
            where="from_step",
            expected=f"a multiple of {resolution}",
        )


def _described(part: Part) -> dict[str, Any]:
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


def _initial(part: Part, trace: Trace) -> Arrays:
    """Return a part's initial states at the chosen places; none for a `sequence` that begins with zeros."""
    if part.feed.part == SEQUENCE and not any(state.any() for state in trace.initial.values()):
        return {}
    return {
        place.initial(name): state[place.row(part.feed.module)].numpy()
        for place in part.selection.places(part.feed.part)
        for name, state in trace.initial.items()
    }


def _arrays(part: Part, start: int, inputs: Tensor, trace: Trace) -> Arrays:
    """Return the chosen signals of a trace and the task's own arrays, named as on the wire."""
    feed = part.feed
    arrays = _signals(part, trace.arrays)
    arrays[f"{prefix(feed.part)}inputs"] = inputs.numpy()
    return arrays | feed.arrays(start, start + trace.steps, trace.output)


def _signals(part: Part, arrays: Mapping[str, Tensor]) -> Arrays:
    """Return the chosen signals among the arrays of a trace or a block, named as on the wire."""
    named = {
        place.signal(signal): replace(place, part=SEQUENCE).signal(signal)
        for place in part.selection.places(part.feed.part)
        for signal in part.selection.signals
    }
    return {name: arrays[own].numpy() for name, own in named.items() if own in arrays}
