"""From a client's request to a run."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..networks.feed import Runnable
from ..networks.run import Run
from ..networks.states import named
from ..networks.tasks.sandbox import Sandbox
from ..networks.writer import Generate
from ..sequences import BatchSequence, NumericSequence
from ..sequences.limits import Limits
from .admission import Share
from .attached import read_attached
from .loading import Loading
from .run_request import SandboxInput, TraceRequest
from .threads import Threads

WIDEST = 4 * 5
"""Bytes of a unit at a step while a whole sandbox runs: a float32 for each gate, and one for the output."""


class Runs:
    """Makes the runs that clients ask for, within the limits."""

    def __init__(self, loading: Loading, threads: Threads, limits: Limits) -> None:
        self.loading = loading
        self.threads = threads
        self.limits = limits

    async def prepare(self, request: TraceRequest, memory: Share, buffer: bytes | None = None) -> Run:
        """Make the run that a request describes, ready to compute; raises `GatescopeError` for a wrong request.

        `buffer` holds what is attached to the request: the sequence, states, or both. What the run holds counts in
        `memory`.
        """
        model = await self.model(request.model)
        run = await self.threads.begin(partial(self._make, model, request, buffer))
        memory.grow(run.held_bytes)
        return run

    async def model(self, asked: str | SandboxInput) -> Runnable:
        """Return a model by its id, or make a sandbox; raises `UnknownModel`, `ModelInvalid`, `TooLarge`."""
        if isinstance(asked, SandboxInput):
            return await self.threads.compute(partial(Sandbox, asked.sandbox))
        return await self.loading.get(asked)

    async def sandbox(
        self, request: TraceRequest, memory: Share, buffer: bytes | None = None
    ) -> tuple[Sandbox, NDArray[np.float64]]:
        """Make a sandbox, and read its numbers [steps, (sequences,) features]; raises as `prepare` does.

        What its whole output would hold counts in `memory`.
        """
        sandbox = await self.model(request.model)
        assert isinstance(sandbox, Sandbox)
        values = await self.threads.begin(partial(self._numbers, sandbox, request, buffer))
        cells = values.size // values.shape[-1]
        memory.grow(values.nbytes + WIDEST * cells * sandbox.config.hidden_size * sandbox.config.directions)
        return sandbox, values

    def _numbers(self, sandbox: Sandbox, request: TraceRequest, buffer: bytes | None) -> NDArray[np.float64]:
        numbers, _ = read_attached(request, buffer, self.limits)
        sequence = request.sequence.read(self.limits, numbers)
        Run(sandbox, sequence, most_steps=self.limits.steps)  # refuses what a run of it would refuse
        assert isinstance(sequence, NumericSequence | BatchSequence)
        return sequence.values

    def _make(self, model: Runnable, request: TraceRequest, buffer: bytes | None) -> Run:
        generate = request.generate
        numbers, states = read_attached(request, buffer, self.limits)
        return Run(
            model,
            request.sequence.read(self.limits, numbers),
            signals=request.signals,
            layers=request.layers,
            directions=request.directions,
            from_step=request.from_step,
            stop_step=request.stop_step,
            generate=Generate(**generate.model_dump()) if generate else None,
            options=request.options,
            most_steps=self.limits.steps,
            states=None if states is None else named(model, states),
            keep_states=request.states,
            resolution=request.resolution,
        )
