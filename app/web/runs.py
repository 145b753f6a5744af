"""Runs as the server lives with them: how many there may be, in which threads they compute, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from ..errors import BadInput, Overloaded
from ..networks.run import Run
from ..networks.writer import Generate
from ..sequences.limits import Limits
from ..settings import Settings
from ..zoo import Zoo
from .run_request import TraceRequest

Result = TypeVar("Result")


class Runs:
    """All runs of a server.

    A run holds a thread only while a chunk of it is computed; waiting runs get theirs in the order in which they
    asked. Downloads have threads of their own, so that a long one never holds up the streams.
    """

    def __init__(self, zoo: Zoo, settings: Settings) -> None:
        self.zoo = zoo
        self.limits = Limits(
            characters=settings.max_characters,
            steps=settings.max_steps,
            features=settings.max_features,
            nesting=settings.max_nesting,
            bytes=settings.max_upload_bytes,
        )
        self.active = 0
        self._most = settings.max_runs
        self._threads = CapacityLimiter(settings.threads)
        self._files = CapacityLimiter(settings.threads)

    async def compute(self, work: Callable[[], Result]) -> Result:
        """Do work in a thread; a cancellation is answered once the work is done."""
        return await to_thread.run_sync(work, limiter=self._threads)

    async def write(self, work: Callable[[], Result]) -> Result:
        """Do the long work of a download in one of the threads for that."""
        return await to_thread.run_sync(work, limiter=self._files)

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Hold a place for a run; raises `Overloaded` where all are taken."""
        if self.active >= self._most:
            raise Overloaded(
                f"{self.active} runs are going on", expected=f"at most {self._most} at once; try again soon"
            )
        self.active += 1
        try:
            yield
        finally:
            self.active -= 1

    def prepare(self, request: TraceRequest) -> Run:
        """Make the run that a request describes, ready to compute; raises what is wrong with the request."""
        model = self.zoo.get(request.model)
        if request.options:
            raise BadInput(f"{model.id} takes no options", where="options", expected="no options, or {}")
        generate = request.generate
        return Run(
            model,
            request.sequence.read(self.limits),
            signals=request.signals,
            layers=request.layers,
            directions=request.directions,
            from_step=request.from_step,
            stop_step=request.stop_step,
            generate=Generate(generate.steps, generate.temperature, generate.seed) if generate else None,
            most_steps=self.limits.steps,
        )
