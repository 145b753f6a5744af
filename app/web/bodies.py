"""The JSON bodies of requests to the API."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError, field_validator

from ..networks.place import SEQUENCE, Place
from .run_request import (
    Count,
    Items,
    ModelInput,
    RunRequest,
    SandboxInput,
    SequenceInput,
    Strict,
    TraceRequest,
)
from .validation import refusal


class Download(TraceRequest):
    """A request for a whole trace as a file. It may be a `start` message; its credit is ignored.

    A file has the value of every step, and no states.
    """

    type: Literal["start"] = "start"
    credit: Count | None = None

    @field_validator("resolution", "states")
    @classmethod
    def _every_step_alone(cls, value: Any) -> Any:
        if value:
            raise ValueError("left out: a file has the value of every step, and no states")
        return value


class OrderRequest(RunRequest):
    """A request to order the units of one place by one signal of a run."""

    signal: str
    part: str = SEQUENCE
    layer: Count = 0
    direction: str = "forward"
    by: Literal["similarity"] = "similarity"

    @property
    def trace(self) -> TraceRequest:
        """The run with that signal alone."""
        run = {name: getattr(self, name) for name in RunRequest.model_fields}
        return TraceRequest(**run, signals=[self.signal])

    @property
    def place(self) -> Place:
        """The place of the signal."""
        return Place(self.part, self.layer, self.direction)


class SandboxRequest(Strict):
    """A request for what PyTorch does with a sandbox on a sequence of numbers, or on a batch of them."""

    model: SandboxInput
    sequence: SequenceInput

    @property
    def run(self) -> TraceRequest:
        """The run of the sandbox on the sequence."""
        return TraceRequest(model=self.model, sequence=self.sequence)


Stretch = Annotated[list[Count], Field(min_length=2, max_length=2)]


class UnitsRequest(RunRequest):
    """A request for the units that tell marked steps from the others, in every place or in some.

    It may be a `start` message; its credit is ignored. `signals` are the states of the cell if not given.
    """

    type: Literal["start"] = "start"
    credit: Count | None = None
    marked: Annotated[Items[Stretch], Field(min_length=1)]
    signals: Items[str] | None = None
    layers: Items[int] | None = None
    directions: Items[str] | None = None
    layer: Count | None = None
    direction: str | None = None

    @property
    def trace(self) -> TraceRequest:
        """The run without the marks, at the wanted places."""
        run = {name: getattr(self, name) for name in RunRequest.model_fields}
        layers = self.layers if self.layer is None else [self.layer]
        directions = self.directions if self.direction is None else [self.direction]
        return TraceRequest(**run, signals=self.signals, layers=layers, directions=directions)


class ParametersRequest(Strict):
    """A request for weights: of one unit, for one gate or candidate, or with the part `attention` all of them.

    The model may be a sandbox.
    """

    model: ModelInput
    signal: str | None = None
    unit: Count | None = None
    part: str = SEQUENCE
    layer: Count = 0
    direction: str = "forward"

    @property
    def place(self) -> Place:
        """The place of the unit."""
        return Place(self.part, self.layer, self.direction)


Body = TypeVar("Body", bound=Strict)


def body_of(kind: type[Body], data: bytes) -> Body:
    """Return the body of a request as `kind`.

    Raises `MalformedMessage` if it is not JSON, `BadInput` if a field is wrong.
    """
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        raise refusal(error) from None
