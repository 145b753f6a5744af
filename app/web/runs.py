"""From a client's request to a run."""

from __future__ import annotations

from ..networks.run import Run
from ..networks.writer import Generate
from ..sequences.limits import Limits
from ..zoo import Zoo
from .run_request import TraceRequest


class Runs:
    """Makes the runs that clients ask for, with the models of the zoo and within the limits."""

    def __init__(self, zoo: Zoo, limits: Limits) -> None:
        self.zoo = zoo
        self.limits = limits

    def prepare(self, request: TraceRequest) -> Run:
        """Make the run that a request describes, ready to compute; raises what is wrong with the request."""
        model = self.zoo.get(request.model)
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
            options=request.options,
            most_steps=self.limits.steps,
        )
