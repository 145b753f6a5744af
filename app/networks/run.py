"""A run: one model over one sequence, chunk by chunk, with every signal, prediction and token of its steps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import BadInput, EmptySequence, TooLarge
from ..recurrent import Parity, Trace, Tracer, capture_chunks
from ..sequences import Sequence, TextSequence
from .codecs import Token
from .model import Model
from .reading import Reading
from .selection import Selection
from .writer import Generate, write

SKIPPED_STEPS = 512
"""Steps that are run at a time where none of them is wanted."""

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class RunChunk:
    """The arrays of the steps [`start`, `stop`), named as in a trace.

    `tokens` are those made on the way, so far unknown to the reader; `agreement` covers all that was run for this
    chunk, skipped steps too.
    """

    start: int
    stop: int
    arrays: Arrays
    agreement: Parity
    tokens: list[Token] = field(default_factory=list)
    part: str = "sequence"


class Run:
    """One model over one sequence.

    `signals`, `layers` and `directions` choose among the arrays (None is all, but no pre-activations); `top` is how
    many of the most probable next tokens are kept. The steps before `from_step` are run but not returned, nor are
    those from `stop_step` on. With `generate`, the model goes on writing after the sequence.

    Raises `EmptySequence`, `UnknownToken`, `TooLarge` (more steps than `most_steps`), and `BadInput` where the model
    cannot read such a sequence or has no such signal, layer, direction or step.
    """

    def __init__(
        self,
        model: Model,
        sequence: Sequence,
        *,
        signals: Collection[str] | None = None,
        layers: Collection[int] | None = None,
        directions: Collection[str] | None = None,
        top: int = 5,
        from_step: int = 0,
        stop_step: int | None = None,
        generate: Generate | None = None,
        most_steps: int | None = None,
    ) -> None:
        if not isinstance(sequence, TextSequence):
            raise BadInput(f"{model.id} reads text, but got a matrix of numbers", where="sequence")
        if not sequence.text:
            raise EmptySequence(
                f"{model.id} got an empty text", where="sequence", expected="1 character or more"
            )
        if generate and model.network.sizes.bidirectional:
            raise BadInput(f"{model.id} reads in both directions and cannot go on writing", where="generate")
        given = len(sequence.text) + model.codec.start_token
        written = generate.steps if generate else 0
        if most_steps is not None and given + written > most_steps:
            raise TooLarge(
                f"{given} steps to read and {written} to write are too many",
                where="sequence",
                expected=f"at most {most_steps} steps together",
            )
        self._most = given + written
        self._stop = self._most if stop_step is None else stop_step
        if not 0 <= self._stop <= self._most:
            raise BadInput(f"there is no step {stop_step}", where="stop_step", expected=f"0 to {self._most}")
        if not 0 <= from_step <= self._stop:
            raise BadInput(f"there is no step {from_step}", where="from_step", expected=f"0 to {self._stop}")
        self.model = model
        self.tokens, self._ids = model.codec.encode(sequence.text)
        self._selection = Selection.of(model.network, signals, layers, directions)
        self._top = min(top, len(model.codec))
        self._from = from_step
        self._generate = generate

    @property
    def steps(self) -> int | None:
        """Where the run ends; None where the model itself says when, by writing its end token."""
        open_end = self.model.codec.end_token and self._stop > len(self.tokens)
        return None if open_end else self._stop

    def header(self) -> dict[str, Any]:
        """Return what a reader needs to know before the first chunk, JSON-ready."""
        return {
            "type": "header",
            "model": self.model.id,
            "cell": self.model.config.cell,
            "layers": list(self._selection.layers),
            "directions": list(self._selection.directions),
            "units": self.model.config.sizes.units,
            "signals": list(self._selection.signals),
            "steps": self.steps,
            "from_step": self._from,
            "tokens": [token.as_dict() for token in self.tokens],
        }

    def chunks(self, sizes: Iterable[int]) -> Iterator[RunChunk]:
        """Run, and yield chunks of the wished sizes; each size is asked for just before its chunk is computed.

        The last chunk is as short as what is left. Closing the generator ends the run.
        """
        written = write(self.model, self._ids, self._generate) if self._generate else iter(())
        reading = Reading(self._ids, written)
        agreement, announced = Parity(), len(self.tokens)
        for inputs, trace in self._traces(reading, self._stops(reading, iter(sizes))):
            agreement |= trace.agreement
            if trace.stop <= self._from:
                continue
            tokens = self._written_tokens(reading, announced, trace.stop)
            yield RunChunk(trace.start, trace.stop, self._arrays(inputs, trace, reading), agreement, tokens)
            agreement, announced = Parity(), max(announced, trace.stop)

    def _stops(self, reading: Reading, sizes: Iterator[int]) -> Iterator[int]:
        """Yield where each block of steps ends: first those that are skipped, then those that are wished."""
        position = 0
        while position < self._from and reading.reach(position + 1) > position:
            position = reading.reach(min(position + SKIPPED_STEPS, self._from))
            yield position
        while position < self._stop and reading.reach(position + 1) > position:
            size = next(sizes, None)
            if size is None:
                return
            position = reading.reach(min(position + size, self._stop))
            yield position

    def _traces(self, reading: Reading, stops: Iterator[int]) -> Iterator[tuple[Tensor, Trace]]:
        """Yield the inputs [steps, input size] and the trace of each block."""
        network, pre = self.model.network, self._selection.pre_activations
        if network.sizes.bidirectional:
            inputs = self._embed(self._ids)
            sizes = (stop - start for start, stop in pairwise(chain([0], stops)))
            for trace in capture_chunks(network.recurrent, inputs, sizes, pre_activations=pre):
                yield inputs[trace.start : trace.stop], trace
        else:
            tracer = Tracer(network.recurrent, pre_activations=pre)
            for stop in stops:
                inputs = self._embed(reading.between(tracer.steps, stop))
                yield inputs, tracer.advance(inputs)

    def _embed(self, ids: NDArray[np.int32]) -> Tensor:
        with torch.no_grad():
            embedded: Tensor = self.model.network.embedding(torch.from_numpy(ids))
        return embedded

    def _arrays(self, inputs: Tensor, trace: Trace, reading: Reading) -> Arrays:
        arrays = {name: trace.arrays[name].numpy() for name in self._selection.names()}
        arrays["inputs"] = inputs.numpy()
        arrays["token_ids"] = reading.between(trace.start, trace.stop)
        following = reading.between(trace.start + 1, reading.reach(trace.stop + 1))
        return arrays | self._predictions(trace.output, following)

    def _predictions(self, output: Tensor, following: NDArray[np.int32]) -> Arrays:
        """Make `prediction.*` from the last layer's output; `following` are the ids that really came next."""
        with torch.no_grad():
            probabilities = self.model.network.head(output).softmax(-1)  # [steps, tokens]
        best = probabilities.topk(self._top)
        actual = np.full(len(output), np.nan, np.float32)
        known = probabilities[: len(following)].numpy()
        actual[: len(following)] = np.take_along_axis(known, following[:, None].astype(np.int64), 1)[:, 0]
        return {
            "prediction.indices": best.indices.numpy().astype(np.int32),
            "prediction.probabilities": best.values.numpy(),
            "prediction.actual": actual,
        }

    def _written_tokens(self, reading: Reading, start: int, stop: int) -> list[Token]:
        """Return the written tokens of the steps [`start`, `stop`); their places continue the text."""
        tokens = []
        for step, index in enumerate(reading.between(start, stop), start):
            place = step - self.model.codec.start_token
            tokens.append(Token(self.model.codec.decode(index), place, place + 1))
        return tokens
