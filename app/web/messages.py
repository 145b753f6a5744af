"""The messages of the stream's protocol, `gatescope.v1`, and the bodies of the API that share their form.

Unknown fields and values of another type are refused: a client that misspells a field should know.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from ..sequences import Sequence
from ..sequences.json_file import matrix
from ..sequences.limits import Limits
from .validation import invalid

SUBPROTOCOL = "gatescope.v1"

# Whole numbers that JavaScript holds exactly.
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]


class Strict(BaseModel):
    """A message from a client."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class SequenceInput(Strict):
    """Either a text or numbers, [steps][features]."""

    text: str | None = None
    values: list[list[float]] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> SequenceInput:
        if (self.text is None) is (self.values is None):
            raise ValueError("either a text or values")
        return self

    def read(self, limits: Limits) -> Sequence:
        """Return the sequence; raises `EmptySequence`, `TooLarge`, and `BadInput` for ragged or non-finite values."""
        if self.text is not None:
            return limits.text(self.text)
        return matrix(self.values, limits)


class GenerateInput(Strict):
    """How a language model goes on writing after the sequence."""

    steps: Annotated[int, Field(ge=1, le=2**31 - 1)]
    temperature: Annotated[float, Field(ge=0, le=100)] = 1.0
    seed: Count = 0


class RunRequest(Strict):
    """Which model runs over which sequence, and from which step to which."""

    model: str
    sequence: SequenceInput
    from_step: Count = 0
    stop_step: Count | None = None
    generate: GenerateInput | None = None
    options: dict[str, Any] = Field(default_factory=dict, description="what a model of another task needs")


class TraceRequest(RunRequest):
    """A run, and what of its trace is wanted (all, where nothing is said)."""

    signals: list[str] | None = None
    layers: list[int] | None = None
    directions: list[str] | None = None


class Start(TraceRequest):
    """Begins the run of a connection; `credit` is how many steps the server may send before it is given more."""

    type: Literal["start"]
    credit: Count


class Advance(Strict):
    """Gives the server credit for `steps` more steps."""

    type: Literal["advance"]
    steps: Count


class Stop(Strict):
    """Ends the run before its last step."""

    type: Literal["stop"]


class Download(TraceRequest):
    """A run whose whole trace is wanted as a file: a `start` message will do, and its credit is of no meaning."""

    type: Literal["start"] = "start"
    credit: Count | None = None


ClientMessage = Start | Advance | Stop
CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(
    Annotated[ClientMessage, Field(discriminator="type")]
)
TYPES = frozenset({"start", "advance", "stop"})


def read_message(text: str) -> ClientMessage:
    """Return a client's message; raises `MalformedMessage` where it is not JSON, `BadInput` where a field is wrong."""
    try:
        return CLIENT_MESSAGE.validate_json(text)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False), TYPES) from None


class OrderRequest(RunRequest):
    """A run by whose one signal, in one layer and direction, the units are to be ordered."""

    signal: str
    layer: Count = 0
    direction: str = "forward"
    by: Literal["similarity"] = "similarity"

    @property
    def trace(self) -> TraceRequest:
        """The run with that signal alone."""
        run = {name: getattr(self, name) for name in RunRequest.model_fields}
        return TraceRequest(**run, signals=[self.signal], layers=[self.layer], directions=[self.direction])


def read_download(body: bytes) -> Download:
    """Return the body of a download's request; raises as `read_message` does."""
    try:
        return Download.model_validate_json(body)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False)) from None


def read_order(body: bytes) -> OrderRequest:
    """Return the body of a request for an order; raises as `read_message` does."""
    try:
        return OrderRequest.model_validate_json(body)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False)) from None
